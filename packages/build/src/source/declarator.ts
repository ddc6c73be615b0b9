// One external declaration of C, read far enough to say what it declares: specifiers, then declarators, by the grammar's
// shape. Types are not checked. Typedef names that came before are known, as C needs them to be.

import type { CToken } from './tokens.js';

/** A name that a declaration declares. Positions are those of tokens. */
export interface Declared {
  readonly name: string;
  /** The name's token. */
  readonly token: number;
  /** The declarator says so, or its type is a typedef of a function. */
  readonly isFunction: boolean;
  /** The parameter list's opening bracket, when the declarator itself has one. */
  readonly parameters: number | undefined;
  /** The first token after `=`, when there is an initialiser; it ends where the declarator does. */
  readonly initialiser: number | undefined;
  /** The declarator with its attributes and initialiser: `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

/** The specifiers of a declaration: tokens `start` up to `end`. */
export interface Specifiers {
  readonly end: number;
  /** Plain words among them: storage classes, qualifiers, basic types. */
  readonly words: ReadonlySet<string>;
  /** Tags defined with a body, and enumeration constants. */
  readonly tags: readonly string[];
  readonly constants: readonly string[];
  /** The one typedef name in it, where there is one. */
  readonly typedefName: string | undefined;
}

export interface TokenView {
  readonly tokens: readonly CToken[];
  readonly partner: Int32Array;
}

const PLAIN = new Set(
  `typedef extern static auto register inline __inline __inline__ _Thread_local thread_local __thread const volatile restrict
   __const __volatile __volatile__ __const__ __restrict __restrict__ _Noreturn noreturn __extension__ void char short int long
   float double signed unsigned __signed __signed__ _Bool bool _Complex __complex__ __complex _Imaginary __int128 __int128_t
   __uint128_t _Float16 _Float32 _Float64 _Float128 _Float32x _Float64x __float128 __float80 _Decimal32 _Decimal64 _Decimal128
   constexpr auto_type __auto_type __builtin_va_list __ibm128 __bf16`.split(/\s+/),
);
const NO_TYPE = new Set(
  `typedef extern static auto register inline __inline __inline__ _Thread_local thread_local __thread const volatile restrict
   __const __volatile __volatile__ __const__ __restrict __restrict__ _Noreturn noreturn __extension__ constexpr`.split(
    /\s+/,
  ),
);
/** Words with an argument in brackets; the second list gives a type. */
const ATTRIBUTES = new Set([
  '__attribute__',
  '__attribute',
  '__declspec',
  '_Alignas',
  'alignas',
  '__asm__',
  'asm',
  '__asm',
]);
const TYPES_OF = new Set(['__typeof__', '__typeof', 'typeof', 'typeof_unqual', '_Atomic', '_BitInt']);
const AGGREGATES = new Set(['struct', 'union', 'enum']);

export const isAttribute = (text: string | undefined): boolean => ATTRIBUTES.has(text ?? '');

/** Read the specifiers that begin at `start`. */
export function readSpecifiers(
  view: TokenView,
  start: number,
  typedefs: ReadonlyMap<string, boolean>,
): Specifiers {
  const { tokens, partner } = view;
  const words = new Set<string>();
  const tags: string[] = [];
  const constants: string[] = [];
  let typedefName: string | undefined;
  let typed = false;
  let i = start;
  for (;;) {
    const token = tokens[i];
    const text = token?.text ?? '';
    if (PLAIN.has(text)) {
      words.add(text);
      typed ||= !NO_TYPE.has(text);
      i += 1;
      if (text === '_Atomic' && tokens[i]?.text === '(') i = after(partner, i);
    } else if (ATTRIBUTES.has(text) || TYPES_OF.has(text)) {
      typed ||= TYPES_OF.has(text) && tokens[i + 1]?.text === '(';
      words.add(text);
      i += 1;
      if (tokens[i]?.text === '(') i = after(partner, i);
    } else if (text === '[' && tokens[i + 1]?.text === '[') i = after(partner, i);
    else if (AGGREGATES.has(text)) {
      const aggregate = readAggregate(view, i, tags, constants);
      typed = true;
      i = aggregate;
    } else if (token?.kind === 'word' && !typed && namesType(tokens, i, typedefs)) {
      typedefName = text;
      typed = true;
      i += 1;
    } else break;
  }
  return { end: i, words, tags, constants, typedefName };
}

/** A word where a type may stand: a typedef, or a name that only makes sense as one. */
function namesType(tokens: readonly CToken[], at: number, typedefs: ReadonlyMap<string, boolean>): boolean {
  if (typedefs.has(tokens[at]!.text)) return true;
  const next = tokens[at + 1];
  return (next?.kind === 'word' && !isAttribute(next.text)) || next?.text === '*';
}

/** Behind `struct tag { ... }` and its like; notes what it defines. */
function readAggregate(
  { tokens, partner }: TokenView,
  at: number,
  tags: string[],
  constants: string[],
): number {
  const isEnum = tokens[at]!.text === 'enum';
  let i = at + 1;
  let tag: string | undefined;
  for (; i < tokens.length; i++) {
    const { text, kind } = tokens[i]!;
    if (isAttribute(text) || (text === '[' && tokens[i + 1]?.text === '[')) {
      const bracket = text === '[' ? i : i + 1;
      if (tokens[bracket]?.text === '(' || text === '[') i = after(partner, bracket) - 1;
    } else if (kind === 'word' && tag === undefined) tag = text;
    else break;
  }
  if (isEnum && tokens[i]?.text === ':')
    while (i < tokens.length && tokens[i]!.text !== '{' && tokens[i]!.text !== ';') i++;
  if (tokens[i]?.text !== '{') return i;
  if (tag !== undefined) tags.push(tag);
  const end = after(partner, i);
  if (isEnum) constants.push(...enumerators(tokens, partner, i, end));
  return end;
}

function enumerators(tokens: readonly CToken[], partner: Int32Array, open: number, end: number): string[] {
  const names: string[] = [];
  let expected = true;
  for (let i = open + 1; i < end - 1; i++) {
    const { text, kind } = tokens[i]!;
    if (expected && kind === 'word') names.push(text);
    expected = text === ',';
    if (partner[i]! > i) i = partner[i]!;
  }
  return names;
}

/** The position behind the bracket at `at`; the next one where it has no partner. */
export const after = (partner: Int32Array, at: number): number => Math.max(partner[at]!, at) + 1;

interface Found {
  readonly token: number | undefined;
  readonly isFunction: boolean;
  readonly parameters: number | undefined;
  readonly end: number;
}

/** Read one declarator from `start`: its name is undefined where there is none. Attributes behind it are taken along. */
export function readDeclarator(view: TokenView, start: number): Found {
  const { tokens, partner } = view;
  let i = start;
  let pointer = false;
  for (;;) {
    const { text, kind } = tokens[i] ?? { text: '', kind: 'mark' };
    if (text === '*' || text === '^') pointer = true;
    else if (isAttribute(text) && tokens[i + 1]?.text === '(') i = after(partner, i + 1) - 1;
    else if (!(kind === 'word' && PLAIN.has(text)) && text !== '_Atomic') break;
    i += 1;
  }
  let inner: Found | undefined;
  let token: number | undefined;
  if (tokens[i]?.text === '(' && partner[i]! > i) {
    inner = readDeclarator(view, i + 1);
    i = after(partner, i);
  } else if (tokens[i]?.kind === 'word') token = i++;
  let parameters = inner?.parameters;
  let suffix: string | undefined;
  while (tokens[i]?.text === '(' || tokens[i]?.text === '[') {
    suffix ??= tokens[i]!.text === '[' && tokens[i + 1]?.text === '[' ? undefined : tokens[i]!.text;
    if (tokens[i]!.text === '(' && suffix === '(') parameters ??= i;
    i = after(partner, i);
  }
  while (isAttribute(tokens[i]?.text) && tokens[i + 1]?.text === '(') i = after(partner, i + 1);
  if (inner !== undefined)
    return {
      token: inner.token,
      isFunction: inner.isFunction || (suffix === '(' && isPlainInner(view, inner, start)),
      parameters,
      end: i,
    };
  return { token, isFunction: suffix === '(' && !(pointer && token === undefined), parameters, end: i };
}

/** `(name)`: the brackets hold the name alone, so that what follows them applies to it. */
function isPlainInner({ tokens }: TokenView, inner: Found, start: number): boolean {
  if (inner.token === undefined) return false;
  for (let i = start; i < inner.token; i++) {
    const { text } = tokens[i]!;
    if (text === '(')
      return (
        tokens.slice(i + 1, inner.token).every((token) => token.text === '(') &&
        tokens[inner.token + 1]?.text === ')'
      );
  }
  return false;
}
