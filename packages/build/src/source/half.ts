// One half of a unit: its text with the bodies of some functions only. What both halves have to see is global under a name
// that is the unit's own; objects are defined in both, so that their sizes and constant values are known, and whoever joins
// the halves makes those of one of them weak.

import type { Declared } from './declarator.js';
import { headOf, type Inventory, isAlias, isObjectDefinition, isWeakReference } from './inventory.js';
import type { CUnit, Piece } from './pieces.js';
import { endOf } from './tokens.js';

export interface HalfPlan {
  readonly inventory: Inventory;
  /** Names to change, by the old one. */
  readonly names: ReadonlyMap<string, string>;
  /** Functions whose bodies stay. */
  readonly bodies: ReadonlySet<string>;
  /** It is the half with the objects and with the assembly outside of functions, but for macros, which both have. */
  readonly hasData: boolean;
}

/** Characters to replace, in order, without overlap. */
interface Replacement {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** The half's text. */
export function halfOf(unit: CUnit, plan: HalfPlan): string {
  const replacements: Replacement[] = [];
  for (const piece of unit.pieces) replacements.push(...pieceChanges(unit, piece, plan));
  let result = '';
  let at = 0;
  for (const change of [...replacements, ...nameChanges(unit, plan)].sort(inOrder)) {
    if (change.at < at) continue;
    result += unit.text.slice(at, change.at) + change.text;
    at = change.end;
  }
  return `${result}${unit.text.slice(at)}\n`;
}

/** By place; what is put in comes before what is replaced there, and the outer before the inner. */
const inOrder = (a: Replacement, b: Replacement): number =>
  a.at - b.at || Number(b.end === b.at) - Number(a.end === a.at) || b.end - a.end;

/** Everything but names. */
function pieceChanges(unit: CUnit, piece: Piece, plan: HalfPlan): Replacement[] {
  const { inventory, hasData, bodies } = plan;
  if (piece.kind === 'assembly')
    return hasData || isMacro(unit, piece) ? [] : [{ at: piece.from, end: piece.end, text: '' }];
  if (piece.specifiers === undefined || piece.kind === 'typedef' || isWeakReference(unit, piece)) return [];
  const names = piece.declares.map(({ name }) => name);
  const isShared = names.some((name) => inventory.shared.has(name));
  const drops: string[] = [];
  if (names.some((name) => inventory.internal.has(name))) drops.push('static');
  if (isShared) drops.push('inline', '__inline', '__inline__');
  const changes = drops.length === 0 ? [] : dropped(unit, piece, drops);
  // Without its body nobody can inline it.
  if (isShared) changes.push(...withoutAttributes(unit, piece, /^(?:__)?always_inline(?:__)?$/));
  if (isObjectDefinition(piece) && !hasData) return [...changes, ...objectChanges(unit, piece)];
  if (isAlias(unit, piece) && !definesAliased(unit, piece, plan))
    return [...changes, ...withoutAttributes(unit, piece)];
  if (piece.body === undefined || !isShared) return changes;
  return bodies.has(names[0]!)
    ? [...changes, ...ownName(unit, piece, plan)]
    : [...changes, ...asDeclaration(unit, piece)];
}

/** Assembly that only gives names to instructions: code of either half may use them. */
function isMacro({ tokens }: CUnit, { first, last }: Piece): boolean {
  const strings = tokens.slice(first, last).filter(({ kind }) => kind === 'string');
  const text = strings.map((each) => each.text.slice(1, -1).replaceAll(/\\[nt]/g, '\n')).join('');
  return /^(?:\s*\.macro\b[\s\S]*?\.endm\b\s*)+$/.test(text);
}

/** Specifiers left out. */
function dropped({ tokens }: CUnit, piece: Piece, words: readonly string[]): Replacement[] {
  return tokens
    .slice(piece.first, piece.specifiers!.end)
    .filter(({ text }) => words.includes(text))
    .map(({ at, text }) => ({ at, end: at + text.length, text: '' }));
}

/**
 * Objects of the other half: declared where the type says how large they are. A definition that gets its size from its
 * initialiser stays, for whoever joins the halves to make it weak, but in no section that somebody might go through.
 */
function objectChanges(unit: CUnit, piece: Piece): Replacement[] {
  if (piece.declares.some((declared) => hasOpenSize(unit, declared)))
    return withoutAttributes(unit, piece, /^(?:__)?section(?:__)?$/);
  const { tokens } = unit;
  const initialisers = piece.declares.flatMap(({ initialiser, end }) =>
    initialiser === undefined
      ? []
      : [{ at: tokens[initialiser - 1]!.at, end: endOf(unit, tokens[end - 1]!), text: '' }],
  );
  return [
    { at: piece.from, end: piece.from, text: 'extern ' },
    ...dropped(unit, piece, ['extern']),
    ...initialisers,
  ];
}

const hasOpenSize = ({ tokens }: CUnit, { start, end, initialiser }: Declared): boolean =>
  tokens
    .slice(start, initialiser ?? end)
    .some(({ text }, i) => text === '[' && tokens[start + i + 1]?.text === ']');

/** A definition as a declaration. Old-style parameters have no types there. */
function asDeclaration(unit: CUnit, { declares, body, oldStyle }: Piece): Replacement[] {
  const { tokens, partner } = unit;
  const [declared] = declares;
  const until = endOf(unit, tokens[declared!.end - 1]!);
  const gone = { at: until, end: endOf(unit, tokens[body!.last - 1]!), text: ';' };
  const open = declared!.parameters;
  if (!oldStyle || open === undefined) return [gone];
  return [{ at: tokens[open]!.at, end: tokens[partner[open]!]!.at + 1, text: '()' }, gone];
}

/** A function that bears another name still says its own. */
function ownName({ tokens }: CUnit, { declares, body }: Piece, { names }: HalfPlan): Replacement[] {
  const { name } = declares[0]!;
  if (!names.has(name)) return [];
  return tokens
    .slice(body!.first, body!.last)
    .filter(({ text }) => /^(?:__func__|__FUNCTION__|__PRETTY_FUNCTION__)$/.test(text))
    .map(({ at, text }) => ({ at, end: at + text.length, text: `"${name}"` }));
}

/** Is what an alias stands for defined in this half? */
function definesAliased(unit: CUnit, piece: Piece, { inventory, bodies, hasData }: HalfPlan): boolean {
  const target =
    headOf(unit, piece)
      .find(({ kind }) => kind === 'string')
      ?.text.slice(1, -1) ?? '';
  return inventory.shared.has(target) ? bodies.has(target) : hasData;
}

/** Without groups of attributes in which one is named so. */
function withoutAttributes(unit: CUnit, piece: Piece, pattern = /./): Replacement[] {
  const { tokens, partner } = unit;
  const changes: Replacement[] = [];
  for (let i = piece.first; i < piece.last; i++)
    if (
      /^__attribute(?:__)?$/.test(tokens[i]!.text) &&
      partner[i + 1]! > i &&
      tokens.slice(i + 2, partner[i + 1]!).some(({ text }) => pattern.test(text))
    )
      changes.push({ at: tokens[i]!.at, end: tokens[partner[i + 1]!]!.at + 1, text: '' });
  return changes;
}

/** Names wherever they stand, and in the strings of aliases. */
function nameChanges(unit: CUnit, { names }: HalfPlan): Replacement[] {
  const changes: Replacement[] = [];
  for (const { kind, text, at } of unit.tokens) {
    const name = kind === 'word' ? names.get(text) : undefined;
    if (name !== undefined) changes.push({ at, end: at + text.length, text: name });
  }
  for (const piece of unit.pieces.filter((each) => isAlias(unit, each)))
    for (const { kind, text, at } of headOf(unit, piece)) {
      const name = kind === 'string' ? names.get(text.slice(1, -1)) : undefined;
      if (name !== undefined) changes.push({ at, end: at + text.length, text: `"${name}"` });
    }
  return changes;
}
