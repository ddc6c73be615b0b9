// Several preprocessed units as one text, so that a program is one file. Declarations that are there word for word are kept
// once. A name that belongs to one unit alone (a static, a tag, a type, an enumerator) and means something else in another
// is given another name in the later unit. Whether the result is C, and does the same, is for who uses it to test.

import { type CUnit, type Piece, piecesOf } from './pieces.js';
import { memberWords, renameWords } from './rename.js';
import { spelled } from './tokens.js';

/** One text out of the units' texts, in their order. */
export function mergeUnits(texts: readonly string[]): string {
  const shared = globalNames(texts);
  const taken = new Map<string, string>();
  const written = new Set<string>();
  const merged = texts.map((text, i) => {
    const unit = piecesOf(renamed(text, taken, shared, i));
    const fresh = unit.pieces.filter((piece) => !isRepeated(unit, piece, written));
    for (const piece of fresh) for (const { key, meaning } of ownNames(unit, piece)) taken.set(key, meaning);
    for (const piece of unit.pieces) {
      written.add(spelling(unit, piece));
      if (piece.kind === 'typedef') for (const { name } of piece.declares) written.add(typedefKey(name));
    }
    return fresh.map(({ start, end }) => unit.text.slice(start, end)).join('');
  });
  return `${merged.join('\n')}\n`;
}

/** Names of functions and objects that units share with each other, and which units know them. */
function globalNames(texts: readonly string[]): ReadonlyMap<string, ReadonlySet<number>> {
  const names = new Map<string, Set<number>>();
  for (const [i, text] of texts.entries())
    for (const { kind, declares, specifiers } of piecesOf(text).pieces) {
      if (kind === 'typedef' || specifiers?.words.has('static')) continue;
      for (const { name } of declares) names.set(name, (names.get(name) ?? new Set()).add(i));
    }
  return names;
}

const spelling = ({ tokens }: CUnit, { first, last }: Piece): string => spelled(tokens.slice(first, last));

/** A second one would say nothing new. What holds a state of its own is not repeated, it is another. */
function isRepeated(unit: CUnit, piece: Piece, written: ReadonlySet<string>): boolean {
  if (piece.kind === 'pragma' || piece.kind === 'data' || piece.kind === 'assembly') return false;
  if (isPlainTypedef(unit, piece)) return piece.declares.every(({ name }) => written.has(typedefKey(name)));
  return piece.last > piece.first && written.has(spelling(unit, piece));
}

/**
 * A name for a type that is there already. System headers spell the same type in several ways, so the first one is taken for
 * all: where they are not the same, a compiler says so, or the program does.
 */
const isPlainTypedef = ({ tokens }: CUnit, { kind, first, last }: Piece): boolean =>
  kind === 'typedef' && !tokens.slice(first, last).some(({ text }) => text === '{');

const typedefKey = (name: string): string => `typedef ${name}`;

/** A name that is one unit's own, and what it stands for there. */
interface OwnName {
  readonly name: string;
  /** Tags are names apart. */
  readonly key: string;
  readonly meaning: string;
  readonly isStatic: boolean;
}

function ownNames(unit: CUnit, piece: Piece): OwnName[] {
  const { specifiers, declares, kind } = piece;
  if (specifiers === undefined) return [];
  const meaning = spelling(unit, piece);
  const isStatic = specifiers.words.has('static');
  const own = (name: string, space: string, as = meaning) => ({
    name,
    key: space + name,
    meaning: as,
    isStatic,
  });
  return [
    ...specifiers.tags.map((name) => ({ ...own(name, 'tag '), isStatic: false })),
    ...specifiers.constants.map((name) => ({ ...own(name, ''), isStatic: false })),
    ...((kind === 'typedef' && !isPlainTypedef(unit, piece)) || (isStatic && kind !== 'declaration')
      ? declares.map(({ name }) => own(name, '', kind === 'data' ? DATA : meaning))
      : []),
  ];
}

/** Static data is never another unit's, whatever it is spelled like. */
const DATA = 'data';

/** The text with those of its own names changed that stand for something else in what came before, or in what all share. */
function renamed(
  text: string,
  taken: ReadonlyMap<string, string>,
  shared: ReadonlyMap<string, ReadonlySet<number>>,
  number: number,
): string {
  const unit = piecesOf(text);
  const isElsewhere = (name: string) => [...(shared.get(name) ?? [])].some((i) => i !== number);
  const names = unit.pieces
    .flatMap((piece) => ownNames(unit, piece))
    .filter(({ name, key, meaning, isStatic }) => {
      const before = taken.get(key);
      return (
        (isStatic && isElsewhere(name)) || (before !== undefined && (before !== meaning || before === DATA))
      );
    });
  if (names.length === 0) return text;
  // A changed name changes the meaning of what uses it.
  const next = renameWords(
    unit,
    new Map(names.map(({ name }) => [name, `${name}__${number + 1}`])),
    memberWords(unit),
  );
  return renamed(next, taken, shared, number);
}
