// Our own reducer: hierarchical delta debugging over C. First what `main` can't reach and what does not run goes at once; then declarations,
// bodies and statements from the outside in; then members, parameters and expressions; single tokens last. Rounds go on until
// one changes nothing, so that the result can't be made smaller by any of our edits, or until the time is up.

import { type CUnit, piecesOf } from '../source/pieces.js';
import { COARSE, type Edit, edited, FINE, FINEST, type Pass } from './edits.js';
import { type Marked, marked } from './idle.js';
import { minimize } from './minimize.js';

/** Does this text still show what it should? */
export type TextTest = (text: string) => Promise<boolean>;

export interface EngineOptions {
  /** Tests at once. */
  readonly width: number;
  readonly stopped: () => boolean;
  readonly onPass: (name: string, text: string) => void;
  /** Left out, all places may be reached. */
  readonly reached?: Reached;
}

/** Which places of a marked text a run reaches; undefined where that can't be told. */
type Reached = (text: Marked['text']) => Promise<Uint8Array | undefined>;

/** Make an interesting text smaller; what comes back is interesting. */
export const reduceText = (start: string, test: TextTest, options: EngineOptions): Promise<string> =>
  throughStages(STAGES, start, test, options);

/** As far as a few tests go: what another engine begins with. */
export const reduceCoarsely = (start: string, test: TextTest, options: EngineOptions): Promise<string> =>
  throughStages(
    STAGES.filter(({ pieces }) => Number.isFinite(pieces)),
    start,
    test,
    options,
  );

async function throughStages(
  stages: readonly Stage[],
  start: string,
  test: TextTest,
  options: EngineOptions,
): Promise<string> {
  const asked = remembered(test);
  let text = start;
  for (const { passes, pieces, leastGain } of stages) {
    text = await lean(text, asked, options);
    let before = '';
    do {
      before = text;
      for (const pass of passes) {
        const shorter = await applied(pass, pieces, text, asked, options);
        text = shorter === text ? text : await trimmed(shorter, asked);
      }
    } while (!options.stopped() && before.length - text.length > before.length * leastGain);
  }
  return text;
}

interface Stage {
  readonly passes: readonly Pass[];
  /** At most so many pieces are tried of a pass's edits: the first stages leave single ones alone. */
  readonly pieces: number;
  /** The stage is repeated while a round gains more than this part of the text. */
  readonly leastGain: number;
}

const STAGES: readonly Stage[] = [
  { passes: COARSE, pieces: 8, leastGain: 0.2 },
  { passes: COARSE, pieces: 32, leastGain: 0.2 },
  { passes: [...COARSE, ...FINE], pieces: Number.POSITIVE_INFINITY, leastGain: 0.05 },
  { passes: [...COARSE, ...FINE, ...FINEST], pieces: Number.POSITIVE_INFINITY, leastGain: 0 },
];

/** Idle places are left out all at once, or in so many pieces. */
const IDLE_PIECES = 32;

/** The same text without what costs nothing to leave out: line markers, blank lines, and what no root reaches. */
async function trimmed(start: string, test: TextTest): Promise<string> {
  let text = start;
  for (const shorter of [tidied, (whole: string) => tidied(reachable(whole))]) {
    const candidate = shorter(text);
    if (candidate !== text && (await test(candidate))) text = candidate;
  }
  return text;
}

/** The same text without what `trimmed` leaves out, and without what does not run. */
async function lean(start: string, test: TextTest, options: EngineOptions): Promise<string> {
  const text = await trimmed(start, test);
  const edits = options.reached && (await idleEdits(text, options.reached));
  if (edits === undefined) return text;
  const idle: Pass = { name: 'what does not run', edits: () => edits };
  const shorter = await applied(idle, IDLE_PIECES, text, test, options);
  return shorter === text ? text : await trimmed(shorter, test);
}

/** Without all that a run does not reach, and what nothing needs then; undefined where that can't be told. */
export async function withoutIdle(text: string, reached: Reached): Promise<string | undefined> {
  const edits = await idleEdits(text, reached);
  return edits && tidied(reachable(edited(text, edits)));
}

async function idleEdits(text: string, reached: Reached): Promise<Edit[] | undefined> {
  const { text: told, edits } = marked(piecesOf(text));
  const ran = await reached(told);
  return ran && edits.filter((_, place) => ran[place] !== 1);
}

/** The text with as many of a pass's edits as the test allows. */
async function applied(
  pass: Pass,
  pieces: number,
  text: string,
  test: TextTest,
  options: EngineOptions,
): Promise<string> {
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
  const kept = await minimize(edits.length, (some) => test(without(some)), {
    width: options.width,
    least: Math.max(1, Math.floor(edits.length / pieces)),
    stopped: options.stopped,
  });
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

/** Without line markers, trailing white space and blank lines; a line that a marker cut in two is one again. */
export function tidied(text: string): string {
  const kept: string[] = [];
  let isBehindMarker = false;
  for (const line of text.split('\n')) {
    const isMarker = /^\s*#\s*(?:line\s+)?\d/.test(line);
    const shown = line.trimEnd();
    if (!isMarker && shown !== '') {
      const isRest = isBehindMarker && /^[ \t]/.test(shown) && CUT_LINE.test(kept.at(-1) ?? '');
      if (isRest) kept.push(`${kept.pop()} ${shown.trimStart()}`);
      else kept.push(shown);
    }
    isBehindMarker = isMarker;
  }
  return `${kept.join('\n')}\n`;
}

/** A line that is not at its end, and no directive. */
const CUT_LINE = /^(?!\s*#).*[^;{}\s]$/;

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
  if (
    piece.kind === 'assembly' ||
    piece.kind === 'pragma' ||
    words.some((word) => /constructor|destructor/.test(word))
  )
    return true;
  if (hasMain) return piece.body !== undefined && piece.declares[0]!.name === 'main';
  const isStatic = piece.specifiers?.words.has('static') ?? false;
  return !isStatic && (piece.kind === 'data' || (piece.kind === 'function' && !words.includes('inline')));
}
