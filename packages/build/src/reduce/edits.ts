// What can be tried on a text to make it smaller, from the coarse to the fine. Each pass gives edits that are independent of
// one another as far as the text goes; whether the result is C, and still shows what it should, is for the test to say.

import { after, type Declared } from '../source/declarator.js';
import type { CUnit, Piece } from '../source/pieces.js';
import { endOf } from '../source/tokens.js';
import { blockStatements, type Span, type Statement } from './statements.js';

/** Characters `start` up to `end` replaced by `text`. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Changes that belong together. */
export type Edit = readonly Change[];

export interface Pass {
  readonly name: string;
  edits(unit: CUnit): Edit[];
}

/** The text with edits applied; of changes that overlap the outer or first one counts. */
export function edited(text: string, edits: readonly Edit[]): string {
  const changes = edits.flat().sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let at = 0;
  for (const change of changes) {
    if (change.start < at) continue;
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

export const startOf = (unit: CUnit, token: number): number => unit.tokens[token]?.at ?? unit.text.length;
const spanText = (unit: CUnit, span: Span): string =>
  unit.text.slice(startOf(unit, span.first), spanEnd(unit, span));
export const spanEnd = (unit: CUnit, { first, last }: Span): number =>
  last > first ? endOf(unit, unit.tokens[last - 1]!) : startOf(unit, first);
export const replaced = (unit: CUnit, span: Span, text: string): Edit => [
  { start: startOf(unit, span.first), end: spanEnd(unit, span), text },
];

/** Whole top-level declarations. */
const declarations: Pass = {
  name: 'declarations',
  edits: ({ pieces }) =>
    pieces.filter(({ end, from }) => end > from).map(({ start, end }) => [{ start, end, text: '' }]),
};

export const functionsOf = ({ pieces }: CUnit) => pieces.filter(({ body }) => body !== undefined);

/** Function bodies emptied: a call stays a call that does nothing. */
const bodies: Pass = {
  name: 'function bodies',
  edits: (unit) =>
    functionsOf(unit).flatMap((piece) => {
      const edit = emptied(unit, piece);
      return spanText(unit, piece.body!).length > edit[0]!.text.length ? [edit] : [];
    }),
};

/** A function's body that does nothing. */
export const emptied = (unit: CUnit, piece: Piece): Edit =>
  replaced(unit, piece.body!, returnsVoid(unit, piece) ? '{ }' : '{ return 0; }');

const returnsVoid = (unit: CUnit, { specifiers, declares }: Piece): boolean =>
  specifiers!.words.has('void') && unit.tokens[declares[0]!.start]?.text !== '*';

function atDepth(statements: readonly Statement[], depth: number): readonly Statement[] {
  return depth === 0 ? statements : statements.flatMap(({ inner }) => atDepth(inner, depth - 1));
}

const statementsAt = (unit: CUnit, depth: number): readonly Statement[] =>
  functionsOf(unit).flatMap(({ body }) => atDepth(blockStatements(unit, body!.first), depth));

const DEPTHS = [0, 1, 2, 3, 4, 5, 6, 7];

/** Statements left out, outer ones first. */
const statements: readonly Pass[] = DEPTHS.map((depth) => ({
  name: 'statements',
  edits: (unit) =>
    statementsAt(unit, depth)
      .filter((statement) => !statement.sole || spanText(unit, statement) !== ';')
      .map((statement) => leftOut(unit, statement)),
}));

/** A statement's absence; where one `isNeeded`, an empty one. */
export const leftOut = (unit: CUnit, statement: Statement, isNeeded = false): Edit =>
  replaced(unit, statement, statement.sole || isNeeded ? ';' : '');

/** A part of a statement in its place. */
export const replacedBy = (unit: CUnit, statement: Span, part: Span): Edit =>
  replaced(unit, statement, spanText(unit, part));

/** A part in its statement's place: a loop's body for the loop, one branch for the choice. */
const unwrapping: readonly Pass[] = DEPTHS.slice(0, 6).flatMap((depth) =>
  [0, 1, 2].map((part) => ({
    name: 'nesting',
    edits: (unit: CUnit) =>
      statementsAt(unit, depth).flatMap((statement) => {
        const span = statement.parts[part];
        return span === undefined ? [] : [replacedBy(unit, statement, span)];
      }),
  })),
);

/** Items of lists in braces outside of functions: members of structs, enumerators, elements of tables. */
const members: Pass = {
  name: 'members',
  edits(unit) {
    const edits: Edit[] = [];
    for (const piece of unit.pieces) {
      for (let i = piece.first; i < (piece.body?.first ?? piece.last); i++) {
        if (unit.tokens[i]!.text === '{' && unit.partner[i]! > i)
          for (const span of items(unit, i)) edits.push(replaced(unit, span, ''));
      }
    }
    return edits;
  },
};

/** What stands between the separators of a pair of brackets, each with the separator behind it. */
function items({ tokens, partner }: CUnit, open: number): Span[] {
  const spans: Span[] = [];
  let first = open + 1;
  for (let i = first; i < partner[open]!; i = after(partner, i)) {
    const { text } = tokens[i]!;
    if (text !== ';' && text !== ',') continue;
    spans.push({ first, last: i + 1 });
    first = i + 1;
  }
  if (first < partner[open]!) spans.push({ first, last: partner[open]! });
  return spans;
}

/** Initialisers of data, and single names out of a declaration of several. */
const declarators: Pass = {
  name: 'initialisers',
  edits: (unit) =>
    unit.pieces
      .filter(({ body }) => body === undefined)
      .flatMap(({ declares }) =>
        declares.flatMap((declared, i) => declaratorEdits(unit, declared, i, declares.length)),
      ),
};

function declaratorEdits(unit: CUnit, { start, end, initialiser }: Declared, i: number, of: number): Edit[] {
  const gone = i === 0 ? { first: start, last: end + 1 } : { first: start - 1, last: end };
  return [
    ...(of > 1 ? [replaced(unit, gone, '')] : []),
    ...(initialiser === undefined ? [] : [replaced(unit, { first: initialiser - 1, last: end }, '')]),
  ];
}

/** A function's k-th parameter, out of its declarations and all its calls. */
const parameters: Pass = {
  name: 'parameters',
  edits(unit) {
    const names = new Set(
      unit.pieces.flatMap(({ declares }) => declares.filter((d) => d.isFunction).map((d) => d.name)),
    );
    const lists = new Map<string, number[]>();
    for (const [i, { text, kind }] of unit.tokens.entries())
      if (kind === 'word' && names.has(text) && unit.tokens[i + 1]?.text === '(' && unit.partner[i + 1]! > i)
        lists.set(text, [...(lists.get(text) ?? []), i + 1]);
    return [...lists.values()].flatMap((opens) => withoutParameter(unit, opens));
  },
};

function withoutParameter(unit: CUnit, opens: readonly number[]): Edit[] {
  const lists = opens.map((open) => items(unit, open));
  const count = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: count }, (_, k) =>
    lists.flatMap((list) => {
      const span = list[k];
      if (span === undefined) return [];
      const isLast = k === list.length - 1 && k > 0;
      return replaced(unit, isLast ? { first: span.first - 1, last: span.last } : span, '');
    }),
  );
}

/** Bracketed expressions and calls replaced by a number, outer ones first. */
const expressions: readonly Pass[] = ['0', '1'].map((value) => ({
  name: 'expressions',
  edits: (unit) =>
    functionsOf(unit).flatMap(({ body }) => {
      const edits: Edit[] = [];
      for (let i = body!.first; i < body!.last; i++) {
        if (unit.tokens[i]!.text !== '(' || unit.partner[i]! <= i) continue;
        const inside = { first: i + 1, last: unit.partner[i]! };
        if (inside.last - inside.first > 1) edits.push(replaced(unit, inside, value));
        if (unit.tokens[i - 1]!.kind === 'word')
          edits.push(replaced(unit, { first: i - 1, last: inside.last + 1 }, value));
      }
      return edits;
    }),
}));

/** Single tokens of functions and declarations. */
const tokens: Pass = {
  name: 'tokens',
  edits: (unit) => unit.tokens.map((token) => [{ start: token.at, end: endOf(unit, token), text: '' }]),
};

/** Passes in the order of a round. */
export const COARSE: readonly Pass[] = [bodies, declarations, ...statements];
export const FINE: readonly Pass[] = [...unwrapping, members, declarators, parameters, ...expressions];
export const FINEST: readonly Pass[] = [tokens];
