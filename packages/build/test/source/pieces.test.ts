// Preprocessed C taken apart: nothing is lost, and each declaration is told for what it is.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { type CUnit, type Piece, piecesOf } from '../../src/source/pieces.js';

const joined = ({ text, pieces }: CUnit): string =>
  pieces.map(({ start, end }) => text.slice(start, end)).join('');

/** `kind: names` of each piece; initialised names with `=`. */
const told = (text: string): string[] =>
  piecesOf(text)
    .pieces.filter(({ from, end }) => end > from)
    .map(describePiece);

const describePiece = ({ kind, declares }: Piece): string =>
  [`${kind}:`, ...declares.map(({ name, initialiser }) => (initialiser === undefined ? name : `${name}=`))]
    .join(' ')
    .replace(/:$/, '');

const SNIPPETS = [
  'int a;',
  'static int f(void) { return "}"[0]; }',
  "char c = '\\'';",
  '/* { */',
  '// (\n',
  '\n# 1 "a.h" 1\n',
  '\n#pragma pack(1)\n',
  'struct s { int x; } ',
  '"open',
  "'",
  '\\',
  '}',
  '{',
  ')',
  '(',
  ';',
  'asm("nop");',
  'int g(a) int a; { return a; }',
  'é',
  '<%',
  '%>',
];

describe('pieces of a text', () => {
  test('give the text back when they are joined, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (any) => joined(piecesOf(any)) === any),
      { numRuns: 1000 },
    );
  });

  test('lie behind one another, each with a token of its own or a reason', () => {
    const { pieces } = piecesOf(SNIPPETS.join(' '));
    for (const [i, piece] of pieces.entries()) {
      expect(piece.start).toBe(pieces[i - 1]?.end ?? 0);
      expect(piece.from).toBeGreaterThanOrEqual(piece.start);
    }
  });
});

describe('a declaration', () => {
  test.each([
    ['int f(void) { return 0; }', ['function: f']],
    ['main() { return 0; }', ['function: main']],
    ['int constructor, toString;', ['data: constructor toString']],
    ['int f(a, b) int a; char *b; { return a; }', ['function: f']],
    ['int f(p) struct { int x; } *p; { return p->x; }', ['function: f']],
    ['int (*f(int a))(char) { return 0; }', ['function: f']],
    ['int (f)(int a) { return a; }', ['function: f']],
    ['static __inline__ __attribute__((always_inline)) int f(int a) { return a; }', ['function: f']],
    ['int f(int a) __attribute__((noinline)); int x;', ['declaration: f', 'data: x']],
    ['struct s { int a; } f(void) { struct s x = { 1 }; return x; }', ['function: f']],
    [
      'int outer(void) { int inner(int x) { return x; } return inner(1); } int y;',
      ['function: outer', 'data: y'],
    ],
    ['int f(void) { return ({ int x = 1; x; }) + _Generic(1, int: 2, default: 3); }', ['function: f']],
    ['void *t[] = { &&a, &&b };', ['data: t=']],
    ['int x, *y = &x, z[3], f(void);', ['data: x y= z f']],
    ['extern int x, f(void);', ['declaration: x f']],
    ['extern int x = 3;', ['data: x=']],
    ['int (*table[2])(int) = { a, b };', ['data: table=']],
    [
      'typedef int fn(int); fn f, *g; typedef fn fn2; fn2 h;',
      ['typedef: fn', 'data: f g', 'typedef: fn2', 'declaration: h'],
    ],
    ['typedef struct { int a; } t; t x = { .a = 1 }, y;', ['typedef: t', 'data: x= y']],
    [
      'struct s; struct s { int a : 3; }; enum e { A, B = sizeof(struct { int q; }) };',
      ['tag', 'tag', 'tag'],
    ],
    ['enum e : char { A }; static enum e v;', ['tag', 'data: v']],
    ['extern int puts(const char *) __asm__("" "puts") __attribute__((nothrow));', ['declaration: puts']],
    [
      '__extension__ typedef long long l; __extension__ extern __inline l f(l x) { return x; }',
      ['typedef: l', 'function: f'],
    ],
    ['extern __typeof__(int) other __attribute__((alias("x")));', ['declaration: other']],
    [
      '_Static_assert(sizeof(int) == 4, "int"); static_assert(1); asm(".globl x"); int y;',
      ['assertion', 'assertion', 'assembly', 'data: y'],
    ],
    [
      '_Alignas(16) static _Thread_local int x; _Atomic(int) y; _Atomic int z;',
      ['data: x', 'data: y', 'data: z'],
    ],
    [
      '[[noreturn]] void f(void); [[maybe_unused]] static int x [[gnu::aligned(8)]] = 1;',
      ['declaration: f', 'data: x='],
    ],
    ['void (*signal(int, void (*)(int)))(int);', ['declaration: signal']],
    ['int a\n# 3 "x.h"\n;\n#pragma pack(push, 1)\nint b;', ['data: a', 'pragma', 'data: b']],
    ['int nonsense nonsense nonsense { } int b;', ['other', 'data: b']],
    ['static const char s[] = "a" "b;}" ; int q;', ['data: s=', 'data: q']],
    ['int f(void) <% return x<:0:>; %> int q;', ['function: f', 'data: q']],
  ])('%s', (text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  test('tells the storage class, the body and old-style parameters of a function', () => {
    const unit = piecesOf('static inline int f(a) int a; { return a; }\nint g(int b) { return b; }');
    const [f, g] = unit.pieces;
    expect([...f!.specifiers!.words].sort()).toEqual(['inline', 'int', 'static']);
    expect([f!.oldStyle, g!.oldStyle]).toEqual([true, false]);
    expect(unit.tokens[f!.body!.first]!.text).toBe('{');
    expect(unit.tokens[f!.body!.last - 1]!.text).toBe('}');
    expect(unit.tokens[f!.declares[0]!.parameters!]!.text).toBe('(');
  });

  test('tells tags and enumeration constants that it defines', () => {
    const [piece] = piecesOf('typedef enum __attribute__((packed)) e { A, B = (1, 2), C } e;').pieces;
    expect(piece!.specifiers).toMatchObject({ tags: ['e'], constants: ['A', 'B', 'C'] });
  });
});

const HEADERS = `stdio stdlib string pthread math setjmp signal unistd sys/socket netinet/in errno assert`
  .split(' ')
  .map((name) => `#include <${name}.h>\n`)
  .join('');

describe.each(['gcc', 'clang', 'tcc', 'pcc'])('real headers, preprocessed by %s', (cc) => {
  test.runIf(needs(cc))('leave nothing that is not understood', () => {
    const language = cc === 'pcc' ? [] : ['-x', 'c'];
    const text = execFileSync(cc, ['-D_GNU_SOURCE', '-E', ...language, '-'], {
      input: HEADERS,
      encoding: 'latin1',
    });
    const unit = piecesOf(text);
    expect(joined(unit)).toBe(text);
    const others = unit.pieces
      .filter(({ kind }) => kind === 'other')
      .map(({ from, end }) => text.slice(from, end));
    expect(others.filter((other) => other !== '' && other !== ';')).toEqual([]);
    expect(unit.pieces.length).toBeGreaterThan(1000);
  });
});
