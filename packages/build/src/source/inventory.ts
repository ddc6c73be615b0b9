// What a unit's text defines, seen with the eyes of who takes it apart: which functions can come from either side, which
// names have to be seen across the two halves, and which functions each half keeps for itself.

import type { CUnit, Piece } from './pieces.js';
import type { CToken } from './tokens.js';

export interface Inventory {
  /** Functions with a body that can come from either side, in order. */
  readonly shared: ReadonlySet<string>;
  /** Functions that stay as they are in both halves: inlined by their nature, or small ones of headers. */
  readonly own: ReadonlySet<string>;
  /** Names of internal linkage that have to be seen from the other half. */
  readonly internal: ReadonlySet<string>;
  /** Shared functions that run by themselves before or after `main`, in the order in which they are in the text. */
  readonly starters: ReadonlySet<string>;
  /** Objects that the text defines. */
  readonly data: ReadonlySet<string>;
  /** Tokens in a function, a prior for the search. */
  readonly sizes: ReadonlyMap<string, number>;
}

export type InventoryResult =
  | { readonly kind: 'inventory'; readonly inventory: Inventory }
  | { readonly kind: 'refused'; readonly reason: string };

/** What is known of a function from all of its declarations. */
interface Known {
  readonly words: Set<string>;
  /** Words of its specifiers and attributes. */
  readonly attributes: Set<string>;
  isInlineOnly: boolean;
  definition: Piece | undefined;
  isFromHeader: boolean;
}

export function takeInventory(unit: CUnit): InventoryResult {
  const known = knownFunctions(unit);
  const shared = new Set<string>();
  const own = new Set<string>();
  const starters = new Set<string>();
  const sizes = new Map<string, number>();
  const mentions = countMentions(unit);
  for (const [name, facts] of known) {
    if (facts.definition === undefined) continue;
    if (isOwn(unit, name, facts, mentions)) own.add(name);
    else {
      shared.add(name);
      if (STARTERS.some((word) => facts.attributes.has(word))) starters.add(name);
      sizes.set(name, facts.definition.last - facts.definition.first);
    }
  }
  const statics = staticNames(unit, known, own);
  const data = new Set(unit.pieces.flatMap((piece) => (isObjectDefinition(piece) ? objectNames(piece) : [])));
  const reason = refusal(unit, statics);
  if (reason !== undefined) return { kind: 'refused', reason };
  return { kind: 'inventory', inventory: { shared, own, internal: statics, starters, data, sizes } };
}

const STARTERS = ['constructor', 'destructor'];

/** Does it define objects that can be the other half's? A global register variable is each half's own. */
export const isObjectDefinition = ({ kind, specifiers }: Piece): boolean =>
  kind === 'data' && !specifiers!.words.has('register');

const objectNames = ({ declares }: Piece): string[] =>
  declares.filter(({ isFunction }) => !isFunction).map(({ name }) => name);

function knownFunctions(unit: CUnit): Map<string, Known> {
  const { files, main } = filesOf(unit);
  const known = new Map<string, Known>();
  for (const [i, piece] of unit.pieces.entries()) {
    if (piece.kind === 'typedef') continue;
    for (const { name, isFunction } of piece.declares) {
      if (!isFunction) continue;
      const facts = known.get(name) ?? {
        words: new Set<string>(),
        attributes: new Set<string>(),
        isInlineOnly: true,
        definition: undefined,
        isFromHeader: false,
      };
      known.set(name, facts);
      for (const word of piece.specifiers!.words) facts.words.add(word);
      for (const { text } of headOf(unit, piece)) facts.attributes.add(text.replace(/^__(.*)__$/, '$1'));
      facts.isInlineOnly &&= isInline(piece) && !piece.specifiers!.words.has('extern');
      if (piece.kind !== 'function') continue;
      facts.definition = piece;
      facts.isFromHeader = files[i] !== main;
    }
  }
  return known;
}

const isInline = ({ specifiers }: Piece): boolean =>
  ['inline', '__inline', '__inline__'].some((word) => specifiers!.words.has(word));

/** The tokens of a declaration without its body. */
export const headOf = ({ tokens }: CUnit, piece: Piece): readonly CToken[] =>
  tokens.slice(piece.first, piece.body?.first ?? piece.last);

/** The file that each piece's first token is in, by the markers; the first marker names the unit's own source. */
function filesOf({ directives, pieces }: CUnit) {
  const main = directives.map(({ text }) => markedFile(text)).find((name) => name !== undefined);
  let at = 0;
  let file = main;
  const files = pieces.map(({ from }) => {
    for (; at < directives.length && directives[at]!.at < from; at++)
      file = markedFile(directives[at]!.text) ?? file;
    return file;
  });
  return { files, main };
}

const markedFile = (line: string): string | undefined =>
  /^#\s*(?:line\s+)?\d+\s+"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];

/** How often each word stands where, and how often it is not called there. */
function countMentions({ tokens }: CUnit): ReadonlyMap<string, { all: number; uncalled: number }> {
  const mentions = new Map<string, { all: number; uncalled: number }>();
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'word') continue;
    const count = mentions.get(text) ?? { all: 0, uncalled: 0 };
    count.all += 1;
    if (tokens[i + 1]?.text !== '(') count.uncalled += 1;
    mentions.set(text, count);
  }
  return mentions;
}

function isOwn(
  unit: CUnit,
  name: string,
  { words, attributes, isInlineOnly, definition, isFromHeader }: Known,
  mentions: ReadonlyMap<string, { all: number; uncalled: number }>,
): boolean {
  const piece = definition!;
  const inside = unit.tokens.slice(piece.body!.first, piece.body!.last);
  const hasState = inside.some(({ text }) => text === 'static');
  if (attributes.has('gnu_inline') || (attributes.has('always_inline') && !hasState)) return true;
  if (!words.has('static')) return isInlineOnly;
  if ([...STARTERS, 'used'].some((word) => attributes.has(word))) return false;
  const count = mentions.get(name)!;
  const declared = unit.pieces.filter(({ declares }) => declares.some((each) => each.name === name)).length;
  const within = inside.filter(({ text }) => text === name).length;
  if (count.all - declared - within === 0) return !isAliased(unit, name);
  return isFromHeader && isInline(piece) && !hasState && count.uncalled === 0;
}

const isAliased = (unit: CUnit, name: string): boolean =>
  unit.pieces.some(
    (piece) => isAlias(unit, piece) && headOf(unit, piece).some(({ text }) => text === `"${name}"`),
  );

/** Functions and objects of internal linkage, without those that each half keeps. */
function staticNames(unit: CUnit, known: ReadonlyMap<string, Known>, own: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  for (const piece of unit.pieces) {
    if (!piece.specifiers?.words.has('static') || isWeakReference(unit, piece)) continue;
    for (const { name, isFunction } of piece.declares)
      if (
        !isFunction ||
        (!own.has(name) && (known.get(name)!.definition !== undefined || isAlias(unit, piece)))
      )
        names.add(name);
  }
  return names;
}

const hasAttribute = (unit: CUnit, piece: Piece, pattern: RegExp): boolean =>
  headOf(unit, piece).some(({ kind, text }) => kind === 'word' && pattern.test(text));

export const isWeakReference = (unit: CUnit, piece: Piece): boolean =>
  hasAttribute(unit, piece, /^(?:__)?weakref(?:__)?$/);

/** A declaration that is another name for something defined in the same text. */
export const isAlias = (unit: CUnit, piece: Piece): boolean =>
  piece.body === undefined && hasAttribute(unit, piece, /^(?:__)?(?:alias|ifunc)(?:__)?$/);

const ASSEMBLY = /^(?:asm|__asm|__asm__)$/;

/** What can't be taken apart, in one line; undefined where it can. */
function refusal(unit: CUnit, internal: ReadonlySet<string>): string | undefined {
  const { tokens, partner } = unit;
  for (const { kind, from, end } of unit.pieces) {
    const text = unit.text.slice(from, end).trim();
    if (kind === 'other' && text !== '' && text !== ';')
      return `not understood: ${text.slice(0, 60).replace(/\s+/g, ' ')}`;
    if (kind === 'pragma' && /^#\s*pragma\s+weak\s+\S+\s*=/.test(text)) return `an alias by pragma: ${text}`;
  }
  for (const [i, { text }] of tokens.entries()) {
    if (!ASSEMBLY.test(text)) continue;
    let open = i + 1;
    while (tokens[open]?.kind === 'word') open += 1;
    for (let k = open; k < partner[open]!; k++)
      for (const word of tokens[k]!.kind === 'string' ? tokens[k]!.text.split(/[^\w$]+/) : [])
        if (internal.has(word)) return `assembly names ${word}, which is static`;
  }
  for (const piece of unit.pieces)
    if (
      piece.declares.some(({ name }) => internal.has(name)) &&
      headOf(unit, piece).some(({ text }) => ASSEMBLY.test(text))
    )
      return `${piece.declares[0]!.name} is static and has a name of its own for the assembler`;
  return undefined;
}
