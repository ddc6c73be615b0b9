// The types that a preprocessed text defines, structs and unions with their members: what two units may disagree on. Pure.

import { readDeclarator, readSpecifiers, type TokenView } from '../source/declarator.js';
import { type Piece, piecesOf } from '../source/pieces.js';

export interface DefinedType {
  /** As C refers to it: `struct entry`, or the name of a typedef. */
  readonly name: string;
  /** None for a typedef of anything but a struct or union without a tag. */
  readonly members: readonly Member[];
  /** The file that defines it, as the preprocessor names it. */
  readonly file: string;
}

interface Member {
  readonly name: string;
  readonly isBitField: boolean;
}

/** All that have a name, in the order of the text. */
export function typesOf(text: string): DefinedType[] {
  const unit = piecesOf(text);
  const typedefs = new Map<string, boolean>();
  for (const { kind, declares } of unit.pieces)
    if (kind === 'typedef') for (const { name, isFunction } of declares) typedefs.set(name, isFunction);
  const found = new Map<string, DefinedType>();
  const files = markersOf(unit.directives);
  for (const piece of unit.pieces) {
    if (piece.specifiers === undefined) continue;
    const reader = new BodyReader(unit, typedefs);
    reader.read(piece.first, piece.specifiers.end, nameOf(piece));
    const file = fileAt(files, piece.from);
    const plain = piece.kind === 'typedef' ? piece.declares.filter(({ isFunction }) => !isFunction) : [];
    const all = [...reader.found, ...plain.map(({ name }) => ({ name, members: [] }))];
    for (const { name, members } of all) if (!found.has(name)) found.set(name, { name, members, file });
  }
  return [...found.values()];
}

/** What a struct without a tag is called by: a typedef that is the type itself, not a pointer to it or an array. */
function nameOf({ kind, declares }: Piece): string | undefined {
  if (kind !== 'typedef') return undefined;
  return declares.find(({ start, token, end }) => start === token && end === token + 1)?.name;
}

class BodyReader {
  readonly found: { readonly name: string; readonly members: readonly Member[] }[] = [];

  constructor(
    private readonly view: TokenView,
    private readonly typedefs: ReadonlyMap<string, boolean>,
  ) {}

  /** The types with a body among tokens; gives the members of the last one. */
  read(first: number, end: number, otherName?: string): readonly Member[] {
    const { tokens, partner } = this.view;
    let last: readonly Member[] = [];
    for (let i = first; i < end; i++) {
      const { text } = tokens[i]!;
      if (text !== 'struct' && text !== 'union') continue;
      const open = this.bodyAfter(i, end);
      if (open === undefined) continue;
      last = this.members(open + 1, partner[open]!);
      const tag = this.tagBetween(i + 1, open);
      const name = tag === undefined ? otherName : `${text} ${tag}`;
      if (name !== undefined) this.found.push({ name, members: last });
      i = partner[open]!;
    }
    return last;
  }

  private bodyAfter(at: number, end: number): number | undefined {
    const { tokens, partner } = this.view;
    for (let i = at + 1; i < end; i++) {
      const { text, kind } = tokens[i]!;
      if (text === '{') return partner[i]! > i ? i : undefined;
      if (text === '(') i = Math.max(i, partner[i]!);
      else if (kind !== 'word') return undefined;
    }
    return undefined;
  }

  /** The first word that is no attribute. */
  private tagBetween(first: number, open: number): string | undefined {
    const { tokens, partner } = this.view;
    for (let i = first; i < open; i++) {
      if (tokens[i + 1]?.text === '(') i = Math.max(i + 1, partner[i + 1]!);
      else if (tokens[i]!.kind === 'word') return tokens[i]!.text;
    }
    return undefined;
  }

  private members(first: number, end: number): Member[] {
    const { tokens, partner } = this.view;
    const list: Member[] = [];
    for (let i = first; i < end; i++) {
      const specifiers = readSpecifiers(this.view, i, this.typedefs);
      const inner = this.read(i, specifiers.end);
      i = specifiers.end;
      if (tokens[i]?.text === ';') list.push(...inner);
      while (i < end && tokens[i]!.text !== ';') {
        const { token, end: behind } = readDeclarator(this.view, i);
        const isBitField = tokens[behind]?.text === ':';
        if (token !== undefined) list.push({ name: tokens[token]!.text, isBitField });
        i = Math.max(behind, i);
        while (i < end && tokens[i]!.text !== ',' && tokens[i]!.text !== ';')
          i = Math.max(i, partner[i]!) + 1;
        if (tokens[i]?.text === ',') i++;
      }
    }
    return list;
  }
}

interface Marker {
  readonly at: number;
  readonly file: string;
}

const markersOf = (directives: readonly { readonly text: string; readonly at: number }[]): Marker[] =>
  directives.flatMap(({ text, at }) => {
    const file = /^#\s*(?:line\s+)?\d+\s+"([^"]*)"/.exec(text)?.[1];
    return file === undefined ? [] : [{ at, file }];
  });

const fileAt = (files: readonly Marker[], at: number): string =>
  files.findLast((marker) => marker.at <= at)?.file ?? '';
