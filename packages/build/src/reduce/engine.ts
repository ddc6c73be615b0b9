// Our own reducer: hierarchical delta debugging over C. First what `main` can't reach goes at once; then declarations,
// bodies and statements from the outside in; then members, parameters and expressions; single tokens last. Rounds go on until
// one changes nothing, so that the result can't be made smaller by any of our edits, or until the time is up.

import { type CUnit, piecesOf } from '../source/pieces.js';
import { COARSE, edited, FINE, FINEST, type Pass } from './edits.js';
import { minimize } from './minimize.js';

/** Does this text still show what it should? */
export type TextTest = (text: string) => Promise<boolean>;

export interface EngineOptions {
  /** Tests at once. */
  readonly width: number;
  readonly stopped: () => boolean;
  readonly onPass: (name: string, text: string) => void;
}

/** Make an interesting text smaller; what comes back is interesting. */
export async function reduceText(start: string, test: TextTest, options: EngineOptions): Promise<string> {
  const asked = remembered(test);
  let text = await trimmed(start, asked);
  for (const passes of [COARSE, [...COARSE, ...FINE], [...COARSE, ...FINE, ...FINEST]]) {
    for (let before = ''; before !== text && !options.stopped(); ) {
      before = text;
      for (const pass of passes) text = await applied(pass, text, asked, options);
      if (before.length - text.length < before.length * LEAST_GAIN && passes !== undefined) break;
    }
  }
  return text;
}

/** A round that gains less than this is followed by a finer one. */
const LEAST_GAIN = 0.02;

/** The same text without what costs nothing to leave out: line markers, comments, and what no root reaches. */
export async function trimmed(start: string, test: TextTest): Promise<string> {
  let text = start;
  for (const shorter of [tidied, reachable]) {
    const candidate = shorter(text);
    if (candidate !== text && (await test(candidate))) text = candidate;
  }
  return text;
}

async function applied(pass: Pass, text: string, test: TextTest, options: EngineOptions): Promise<string> {
  if (options.stopped()) return text;
  options.onPass(pass.name, text);
  const edits = pass.edits(piecesOf(text));
  const without = (kept: readonly number[]): string => {
    const stays = new Set(kept);
    return edited(
      text,
      edits.filter((_, i) => !stays.has(i)),
    );
  };
  const kept = await minimize(edits.length, (some) => test(without(some)), options.width, options.stopped);
  return kept.length === edits.length ? text : tidied(without(kept));
}

/** The same answer to the same text, and no test for what can't be C. */
function remembered(test: TextTest): TextTest {
  const known = new Map<string, Promise<boolean>>();
  return async (text) => {
    const candidate = tidied(text);
    const answer = known.get(candidate) ?? (isBalanced(candidate) ? test(candidate) : Promise.resolve(false));
    known.set(candidate, answer);
    return answer;
  };
}

const isBalanced = (text: string): boolean => {
  const { tokens, partner } = piecesOf(text);
  return tokens.every(
    ({ kind, text: mark }, i) =>
      kind !== 'mark' ||
      !/^[()[\]{}]$/.test(mark) ||
      (partner[i] !== -1 && PAIRS.has(pair(tokens, partner, i))),
  );
};
const PAIRS = new Set(['()', '[]', '{}']);
const pair = (tokens: CUnit['tokens'], partner: Int32Array, i: number): string =>
  [tokens[Math.min(i, partner[i]!)]!.text, tokens[Math.max(i, partner[i]!)]!.text].join('');

/** Without line markers, trailing white space and blank lines. */
export function tidied(text: string): string {
  const kept = text
    .split('\n')
    .filter((line) => !/^\s*#\s*(?:line\s+)?\d/.test(line))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return `${kept.join('\n')}\n`;
}

/** Without the declarations that nothing mentions which is needed, from what runs or can be seen from outside. */
export function reachable(text: string): string {
  const unit = piecesOf(text);
  const { pieces, tokens } = unit;
  const makers = new Map<string, number[]>();
  for (const [i, { declares, specifiers }] of pieces.entries()) {
    const names = [
      ...declares.map(({ name }) => name),
      ...(specifiers?.tags ?? []),
      ...(specifiers?.constants ?? []),
    ];
    for (const name of names) makers.set(name, [...(makers.get(name) ?? []), i]);
  }
  const needed = new Set<number>();
  const open = [...pieces.keys()].filter((i) => isRoot(unit, i));
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (needed.has(i)) continue;
    needed.add(i);
    for (const { kind, text: word } of tokens.slice(pieces[i]!.first, pieces[i]!.last))
      if (kind === 'word') open.push(...(makers.get(word) ?? []));
  }
  return pieces
    .filter((_, i) => needed.has(i))
    .map(({ start, end }) => text.slice(start, end))
    .join('');
}

/** What runs by itself or is seen from outside; with a `main`, only that. */
function isRoot({ pieces, tokens }: CUnit, i: number): boolean {
  const piece = pieces[i]!;
  const hasMain = pieces.some(({ body, declares }) => body !== undefined && declares[0]!.name === 'main');
  const words = tokens.slice(piece.first, piece.body?.first ?? piece.last).map(({ text }) => text);
  if (piece.kind === 'assembly' || words.some((word) => /constructor|destructor/.test(word))) return true;
  if (hasMain) return piece.body !== undefined && piece.declares[0]!.name === 'main';
  const isStatic = piece.specifiers?.words.has('static') ?? false;
  return !isStatic && (piece.kind === 'data' || (piece.kind === 'function' && !words.includes('inline')));
}
