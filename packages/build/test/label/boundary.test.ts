// What do two sides disagree on? Real compilers with other layouts and other ways to call.

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { typesOf } from '../../src/label/types.js';
import { callers, project, session } from '../probe/project.js';

const HEADER = `#ifdef __x86_64__
typedef unsigned long limb;
#endif
enum { LEFT, RIGHT };
typedef struct { char kind; double value; enum { NO, YES } flag; } entry;
struct bits { unsigned a : 3, b : 12; int rest[2]; };
struct outer { char first; struct { short x; union { int y; char z; }; } inner, *next; long double tail; };
`;

/** Evidence for a boundary between a.c and b.c, which share a header, with this target. */
async function explained(target: { command: string; flags: string[] }, header = HEADER) {
  const of = project({
    files: {
      'shared.h': header,
      'main.c': callers('a', 'b'),
      'a.c': '#include "shared.h"\nint a(void) { return 1; }\n',
      'b.c': '#include <stdio.h>\n#include "shared.h"\nint b(void) { return 2; }\n',
      expected: '1\n2\n',
    },
  });
  const opened = await session(of, { target, expectStdout: of.path('expected') });
  const { label, evidence } = await opened.explain(['a.c', 'b.c']);
  expect(label).toBe('boundary');
  return evidence;
}

const gcc = (...flags: string[]) =>
  explained({ command: 'gcc', flags: ['-fno-omit-frame-pointer', ...flags] });

describe('two sides that disagree', () => {
  test('on a struct: its size, then its members', async () => {
    expect(await gcc('-fpack-struct=1')).toMatch(
      /^the sides disagree on a type: entry has 24 bytes by the oracle and 13 by the target, entry\.value at offset 8 by the oracle and 1 by the target; struct bits, struct outer, /,
    );
  });

  test('on the order in which bit-fields lie, and on nothing else', async () => {
    const header = 'struct __attribute__((scalar_storage_order(ORDER))) bits { unsigned a : 3, b : 29; };\n';
    const order = (name: string) =>
      `#ifdef OTHER\n${header.replace('ORDER', '"big-endian"')}#else\n${header.replace('ORDER', '"little-endian"')}#endif\n${name}`;
    expect(await explained({ command: 'gcc', flags: ['-DOTHER'] }, order(''))).toBe(
      'the sides disagree on a type: struct bits.a lies in other bits, struct bits.b lies in other bits',
    );
  });

  test('on a basic type that the program has no name for', async () => {
    expect(await gcc('-mlong-double-64')).toMatch(/long double/);
    expect(await gcc('-fshort-enums')).toMatch(
      /entry has|enum has 4 bytes by the oracle and 1 by the target/,
    );
    expect(await explained({ command: 'gcc', flags: ['-funsigned-char'] }, 'struct s { int x; };\n')).toBe(
      'the sides disagree on a type: char as a number, all bits set is negative by the oracle and not by the target',
    );
  });

  test('on a type that each defines for itself, by conditions', async () => {
    const header = '#ifdef NARROW\ntypedef unsigned limb;\n#else\ntypedef unsigned long limb;\n#endif\n';
    expect(await explained({ command: 'gcc', flags: ['-DNARROW'] }, header)).toBe(
      'the sides disagree on a type: limb has 8 bytes by the oracle and 4 by the target',
    );
  });

  // tcc 0.9.27 puts such a struct where nobody who follows the System V ABI looks for it.
  test.runIf(needs('tcc'))('on how a real compiler passes a struct', async () => {
    const header = 'typedef struct { char kind; double value; } entry;\n';
    expect(await explained({ command: 'tcc', flags: [] }, header)).toMatch(
      /^the compilers disagree on calls: a struct of a double and an int as an argument, the target calling the oracle/,
    );
  });

  test('on how structs are returned', async () => {
    expect(await gcc('-fpcc-struct-return')).toMatch(
      /^the compilers disagree on calls: a struct of \d+ bytes as a result, the oracle calling the target \(.*\); \d+ shared types have the same layout$/,
    );
  });
});

describe('two sides that agree', () => {
  test('are said to, with what was compared', async () => {
    expect(await gcc()).toMatch(
      /^each fails against the other side, all pass together; \d+ shared types have the same layout, and calls of every kind/,
    );
  });
});

test('types and members are read as C means them', () => {
  const text = execFileSync('gcc', ['-E', '-x', 'c', '-'], { input: HEADER, encoding: 'utf8' });
  const types = Object.fromEntries(
    typesOf(text).map(({ name, members }) => [
      name,
      members.map((m) => `${m.name}${m.isBitField ? ':' : ''}`),
    ]),
  );
  expect(types).toEqual({
    limb: [],
    entry: ['kind', 'value', 'flag'],
    'struct bits': ['a:', 'b:', 'rest'],
    'struct outer': ['first', 'inner', 'next', 'tail'],
  });
  expect(
    typesOf('struct __attribute__((packed)) p { int (*call)(int, char); char name[4]; };'),
  ).toMatchObject([{ name: 'struct p', members: [{ name: 'call' }, { name: 'name' }] }]);
});
