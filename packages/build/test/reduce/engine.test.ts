// Our reducer, on tests that are as simple as they get: what has to stay stays, and all else goes.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edited } from '../../src/reduce/edits.js';
import { reachable, reduceText, tidied } from '../../src/reduce/engine.js';
import { minimize } from '../../src/reduce/minimize.js';
import { blockStatements } from '../../src/reduce/statements.js';
import { piecesOf } from '../../src/source/pieces.js';

const going = { width: 2, least: 1, stopped: () => false };

describe('minimize', () => {
  test('leaves just the items that are needed, at any width', async () => {
    const needed = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(needed, fc.integer({ min: 1, max: 5 }), async (items, width) => {
        const kept = await minimize(60, async (some) => items.every((item) => some.includes(item)), {
          ...going,
          width,
        });
        expect(kept).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  test('asks the same questions at every width', async () => {
    const asked = async (width: number) => {
      const questions: string[] = [];
      await minimize(
        40,
        async (some) => questions.push(some.join()) > 0 && some.includes(7) && some.includes(33),
        { ...going, width },
      );
      return questions.sort();
    };
    expect(await asked(1)).toEqual(await asked(4));
  });

  test('needs few tests for few needed items', async () => {
    let tests = 0;
    await minimize(1000, async (some) => ++tests > 0 && some.includes(500), going);
    expect(tests).toBeLessThan(60);
  });

  test('stops when it is told to, with a set that was tested', async () => {
    let tests = 0;
    const kept = await minimize(100, async (some) => ++tests > 0 && some.includes(3), {
      ...going,
      stopped: () => tests > 5,
    });
    expect(kept).toContain(3);
  });
});

const PROGRAM = `# 1 "a.c"
typedef long unused_t;
struct point { int x; int y; };
extern int puts(const char *);
static int helper(int a, int b) { if (a > b) { return a; } else return b; }
int other(void) { return helper(1, 2); }
int main(int argc, char **argv) {
  struct point p = { 1, 2 };
  int i;
  for (i = 0; i < 3; i++) { if (i == 2) puts("here"); else other(); }
  switch (argc) { case 1: puts("one"); break; default: other(); }
  return p.x;
}
`;

describe('our reducer', () => {
  test('keeps what the test asks for and not much more', async () => {
    const text = await reduceText(PROGRAM, async (some) => /main\(.*puts\("here"\)/s.test(some), {
      ...going,
      onPass: () => {},
    });
    expect(text).toContain('puts("here")');
    expect(text).not.toMatch(/helper|point|switch|unused_t/);
    expect(text.length).toBeLessThan(60);
  });

  test('leaves what nothing reaches from main, and what runs by itself', () => {
    const text = reachable(
      `${PROGRAM}__attribute__((constructor)) static void first(void) { }\nstatic void never(void) { }`,
    );
    expect(text).toContain('first');
    expect(text).toContain('struct point');
    expect(text).not.toMatch(/never|unused_t/);
  });

  test('makes one line of what a marker has cut', () => {
    expect(tidied('int f(void) { return\n# 3 "a.c" 3 4\n   ((void *)0)\n# 3 "a.c"\n   ; }\n')).toBe(
      'int f(void) { return ((void *)0) ; }\n',
    );
  });

  test('loses no line behind several markers, and joins none to a directive', () => {
    const text =
      '{\n# 3 "a.c"\n# 1 "b.h" 1\n# 10 "b.h"\n    static int x;\n#pragma pack(1)\n# 4 "a.c"\n  int y;\n}\n';
    expect(tidied(text)).toBe('{\n    static int x;\n#pragma pack(1)\n  int y;\n}\n');
  });

  test('finds statements by brackets, with what could stand in their place', () => {
    const unit = piecesOf(PROGRAM);
    const main = unit.pieces.find(({ declares }) => declares[0]?.name === 'main')!;
    const found = blockStatements(unit, main.body!.first);
    expect(found.map(({ first }) => unit.tokens[first]!.text)).toEqual([
      'struct',
      'int',
      'for',
      'switch',
      'return',
    ]);
    expect(found[2]!.parts).toHaveLength(1);
    expect(found[2]!.inner[0]!.inner[0]!.parts).toHaveLength(3);
  });

  test('applies the outer one of edits that overlap', () => {
    const edits = [
      [{ start: 1, end: 3, text: '' }],
      [{ start: 0, end: 4, text: 'x' }],
      [{ start: 5, end: 6, text: 'y' }],
    ];
    expect(edited('abcdef', edits)).toBe('xey');
  });
});
