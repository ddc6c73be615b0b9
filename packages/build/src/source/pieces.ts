// Preprocessed C cut into its top-level declarations. The pieces lie one behind the other and cover the whole text, white
// space, comments and line markers included (they come with the declaration that follows them), so that joining the pieces'
// texts gives the text back. GNU C as real headers have it is understood; what is not becomes a piece of kind `other`.

import {
  after,
  type Declared,
  isAttribute,
  readDeclarator,
  readSpecifiers,
  type Specifiers,
  type TokenView,
} from './declarator.js';
import { type CText, type CToken, endOf, partners, tokenizeC } from './tokens.js';

type PieceKind =
  /** A function with its body. */
  | 'function'
  /** At least one object that this text defines: no `extern` without an initialiser, no function. */
  | 'data'
  /** Functions and objects that are only declared. */
  | 'declaration'
  | 'typedef'
  /** A struct, union or enum alone. */
  | 'tag'
  | 'assertion'
  /** Assembly outside of functions. */
  | 'assembly'
  /** A pragma. Line markers are white space. */
  | 'pragma'
  /** What is left: a stray semicolon, the white space at the end, text that is no C. */
  | 'other';

export interface Piece {
  readonly kind: PieceKind;
  /** Offsets in the text: `start` up to `end`, the declaration's first token at `from`. */
  readonly start: number;
  readonly from: number;
  readonly end: number;
  /** The declaration's tokens: `first` up to `last`. */
  readonly first: number;
  readonly last: number;
  readonly specifiers: Specifiers | undefined;
  readonly declares: readonly Declared[];
  /** Tokens of the body, from `{` to behind `}`, for a function. */
  readonly body: { readonly first: number; readonly last: number } | undefined;
  /** Old-style declarations of parameters stand between the parameter list and the body. */
  readonly oldStyle: boolean;
}

export interface CUnit extends CText {
  readonly pieces: readonly Piece[];
  readonly partner: Int32Array;
}

/** What one declaration is, before it is given its place in the text. */
type Read = Omit<Piece, 'start' | 'from' | 'end' | 'first'>;

const NOTHING = { specifiers: undefined, declares: [], body: undefined, oldStyle: false } as const;

export function piecesOf(text: string): CUnit {
  const source = tokenizeC(text);
  const { tokens } = source;
  const view: TokenView = { tokens, partner: partners(tokens) };
  const typedefs = new Map<string, boolean>();
  const pieces: Piece[] = [];
  const pragmas = source.directives.filter((line) => !/^#\s*(?:\d|line\b)/.test(line.text));
  let start = 0;
  let pragma = 0;
  const put = (read: Read, first: number, from: number, end: number) => {
    pieces.push({ ...read, first, start, from, end });
    start = end;
  };
  const putPragmas = (before: number, first: number) => {
    for (; pragma < pragmas.length && pragmas[pragma]!.at < before; pragma++) {
      const { at, text: line } = pragmas[pragma]!;
      if (at >= start) put({ ...NOTHING, kind: 'pragma', last: first }, first, at, at + line.length);
    }
  };
  for (let first = 0; first < tokens.length; ) {
    putPragmas(tokens[first]!.at, first);
    const read = readPiece(view, first, typedefs);
    put(read, first, tokens[first]!.at, endOf(source, tokens[read.last - 1]!));
    first = read.last;
  }
  putPragmas(text.length, tokens.length);
  if (start < text.length)
    put({ ...NOTHING, kind: 'other', last: tokens.length }, tokens.length, text.length, text.length);
  return { ...source, pieces, partner: view.partner };
}

function readPiece(view: TokenView, first: number, typedefs: Map<string, boolean>): Read {
  const { tokens } = view;
  const { text } = tokens[first]!;
  if (text === ';') return { ...NOTHING, kind: 'other', last: first + 1 };
  if (/^(?:asm|__asm|__asm__)$/.test(text))
    return { ...NOTHING, kind: 'assembly', last: statementEnd(view, first) };
  if (/^_?_?[Ss]tatic_assert$/.test(text))
    return { ...NOTHING, kind: 'assertion', last: statementEnd(view, first) };
  const specifiers = readSpecifiers(view, first, typedefs);
  return (
    readDeclarators(view, first, specifiers, typedefs) ?? {
      ...NOTHING,
      kind: 'other',
      last: recovery(view, first),
    }
  );
}

/** The declarators behind the specifiers, up to the semicolon or the body's end; undefined where they make no sense. */
function readDeclarators(
  view: TokenView,
  first: number,
  specifiers: Specifiers,
  typedefs: Map<string, boolean>,
): Read | undefined {
  const { tokens, partner } = view;
  const declares: Declared[] = [];
  const isTypedef = specifiers.words.has('typedef');
  const ofFunction = typedefs.get(specifiers.typedefName ?? '') ?? false;
  let i = specifiers.end;
  if (tokens[i]?.text === ';') return finished('tag', i + 1, specifiers, []);
  for (;;) {
    const start = i;
    const { token, isFunction, parameters, end } = readDeclarator(view, i);
    if (token === undefined) return undefined;
    i = end;
    const name = tokens[token]!.text;
    const declared = {
      name,
      token,
      isFunction: isFunction || (ofFunction && parameters === undefined && plain(view, start, token)),
      parameters,
      start,
    };
    const next = tokens[i];
    if (isFunction && declares.length === 0 && (next?.text === '{' || startsOldStyle(next))) {
      const open = bodyOf(view, i);
      if (open === undefined) return undefined;
      const last = after(partner, open);
      return {
        kind: 'function',
        last,
        specifiers,
        declares: [{ ...declared, initialiser: undefined, end: i }],
        body: { first: open, last },
        oldStyle: next?.text !== '{',
      };
    }
    const initialiser = next?.text === '=' ? i + 1 : undefined;
    while (i < tokens.length && tokens[i]!.text !== ',' && tokens[i]!.text !== ';') {
      if (initialiser === undefined) return undefined;
      i = after(partner, i);
    }
    declares.push({ ...declared, initialiser, end: i });
    if (isTypedef) typedefs.set(name, declared.isFunction);
    if (i >= tokens.length) return undefined;
    i += 1;
    if (tokens[i - 1]!.text === ';')
      return finished(kindOf(specifiers, declares, first === specifiers.end), i, specifiers, declares);
  }
}

const finished = (
  kind: PieceKind,
  last: number,
  specifiers: Specifiers,
  declares: readonly Declared[],
): Read => ({
  ...NOTHING,
  kind,
  last,
  specifiers,
  declares,
});

/** No `*`, `[` or `(` before the name: the declarator adds nothing to the type. */
const plain = ({ tokens }: TokenView, start: number, token: number): boolean =>
  tokens.slice(start, token).every(({ kind }) => kind === 'word') && tokens[token + 1]?.text !== '[';

function kindOf(specifiers: Specifiers, declares: readonly Declared[], untyped: boolean): PieceKind {
  if (specifiers.words.has('typedef')) return 'typedef';
  const defines = declares.some(
    ({ isFunction, initialiser }) =>
      initialiser !== undefined || (!isFunction && !specifiers.words.has('extern')),
  );
  return defines && !untyped ? 'data' : 'declaration';
}

/** Between a parameter list and a body there may be declarations of the parameters. */
const startsOldStyle = (token: CToken | undefined): boolean =>
  token?.kind === 'word' && !isAttribute(token.text);

/** The body's opening bracket behind a function's declarator. */
function bodyOf({ tokens, partner }: TokenView, from: number): number | undefined {
  for (let i = from; i < tokens.length; i++) {
    const { text } = tokens[i]!;
    if (text === '{') {
      const before = tokens[i - 1]!;
      const isAggregate = before.kind === 'word' && /^(?:struct|union|enum)$/.test(tokens[i - 2]?.text ?? '');
      if (!isAggregate && !/^(?:struct|union|enum)$/.test(before.text))
        return partner[i]! > i ? i : undefined;
    }
    if (text === '=' || text === '}') return undefined;
    if (partner[i]! > i) i = partner[i]!;
  }
  return undefined;
}

/** Behind the next semicolon at this level. */
function statementEnd({ tokens, partner }: TokenView, from: number): number {
  let i = from;
  while (i < tokens.length && tokens[i]!.text !== ';') i = after(partner, i);
  return Math.min(i + 1, tokens.length);
}

/** Behind the next semicolon or pair of braces: where something that can be read may begin again. */
function recovery({ tokens, partner }: TokenView, from: number): number {
  for (let i = from; i < tokens.length; i = after(partner, i)) {
    if (tokens[i]!.text === ';') return i + 1;
    if (tokens[i]!.text === '{' && partner[i]! > i && tokens[partner[i]! + 1]?.text !== ';')
      return partner[i]! + 1;
  }
  return tokens.length;
}
