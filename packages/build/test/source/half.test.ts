// Halves of a unit: together they are the unit, whatever functions are in which half.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { halfOf } from '../../src/source/half.js';
import { type Inventory, takeInventory } from '../../src/source/inventory.js';
import { piecesOf } from '../../src/source/pieces.js';

function inventoryOf(text: string): Inventory {
  const result = takeInventory(piecesOf(text));
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.inventory;
}

function half(text: string, bodies: readonly string[], hasData: boolean): string {
  const inventory = inventoryOf(text);
  const names = new Map([...inventory.internal].map((name) => [name, `own_${name}`]));
  const parts = halfOf(piecesOf(text), { inventory, names, bodies: new Set(bodies), hasData });
  return parts.trim().replace(/\s+/g, ' ');
}

describe('a half', () => {
  test.each([
    ['int f(void) { return 0; }', 'int f(void);'],
    ['static int f(int a) { return a; } int g(void) { return f(1); }', 'int own_f(int a); int g(void);'],
    ['int f(a, b) int a; char *b; { return a; }', 'int f();'],
    ['static inline int f(void) { return 1; } int g(void) { return f(); }', 'int own_f(void); int g(void);'],
    [
      '__attribute__((constructor)) static void f(void) { }',
      '__attribute__((constructor)) void own_f(void);',
    ],
    ['struct s { int a; } f(void) { struct s x = { 1 }; return x; }', 'struct s { int a; } f(void);'],
  ])('without bodies has declarations: %s', (text, expected) => {
    expect(half(text, [], true)).toBe(expected);
  });

  test.each([
    ['static int x = 3;', 'extern int own_x ;'],
    ['int x, *y = &x;', 'extern int x, *y ;'],
    ['static const char s[] = "ab";', 'const char own_s[] = "ab";'],
    ['int t[] __attribute__((section("set"))) = { 1 };', 'int t[] = { 1 };'],
    ['_Thread_local static int x;', 'extern _Thread_local int own_x;'],
    ['register long x __asm__("r12");', 'register long x __asm__("r12");'],
    ['extern int x = 3;', 'extern int x ;'],
    ['__asm__(".globl q");', ''],
  ])('without the data declares it, or has it to be made weak: %s', (text, expected) => {
    expect(half(`${text}`, [], false)).toBe(expected);
  });

  test('keeps the name that a renamed function says of itself', () => {
    const text = 'static const char *f(void) { return __func__; } const char *g(void) { return f(); }';
    expect(half(text, ['f'], true)).toContain('own_f(void) { return "f"; }');
  });

  test('has an alias only beside what it is an alias of', () => {
    const text = 'static int f(void) { return 1; } int g(void) __attribute__((alias("f")));';
    expect(half(text, ['f'], false)).toContain('alias("own_f")');
    expect(half(text, [], true)).not.toContain('alias');
  });
});

describe('an inventory', () => {
  test('leaves inline functions of headers to both halves, but not their state, and not what is compared by address', () => {
    const header = `# 1 "a.c"
# 1 "a.h" 1
static inline int plain(int x) { return x; }
static inline int counts(void) { static int n; return ++n; }
static inline int taken(int x) { return x; }
extern inline __attribute__((gnu_inline)) int gnu(int x) { return x; }
# 2 "a.c" 2
static inline int mine(int x) { return x; }
static int never(void) { return 0; }
int (*pointer)(int) = taken;
int f(void) { return plain(1) + counts() + mine(2) + gnu(3); }
`;
    const { shared, own } = inventoryOf(header);
    expect([...shared].sort()).toEqual(['counts', 'f', 'mine', 'taken']);
    expect([...own].sort()).toEqual(['gnu', 'never', 'plain']);
  });

  test.each([
    [
      'static int f(void) { return 1; } int g(void) { int r; __asm__("call f" : "=a"(r)); return r + f(); }',
      'assembly names f',
    ],
    ['int f(void) { return 1; }\n#pragma weak g = f\n', 'an alias by pragma'],
    ['nonsense nonsense nonsense { }', 'not understood'],
  ])('refuses with a reason: %s', (text, reason) => {
    expect(takeInventory(piecesOf(text))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });
});

const UNIT = `int printf(const char *, ...);
struct node { struct node *next; int value; };
static struct node last, first = { &last, 4 };
static struct node last = { &first, 5 };
static const int table[] = { 1, 2, 3 };
static int calls;
static int sum(struct node *n) { int s = 0, i; for (i = 0; i < 4; i++, n = n->next) s += n->value; return s; }
static int size(void) { calls++; return sizeof table / sizeof *table; }
static int old(a, b) int a; short b; { return a - b; }
static int local(void) { static int n = 7; return n++; }
static int even(int n);
static int odd(int n) { return n == 0 ? 0 : even(n - 1); }
static int even(int n) { return n == 0 ? 1 : odd(n - 1); }
static const char *self(void) { return __func__; }
static int jump(int i) { static void *to[] = { &&a, &&b }; goto *to[i]; a: return 10; b: return 20; }
static int (*const all[])(int) = { odd, even, jump };
int main(void) {
  int i, t = 0;
  for (i = 0; i < 3; i++) t += all[i](1) + local();
  i = size();
  printf("%d %d %d %d %s %d\\n", sum(&first), i, old(9, 4), t, self(), calls);
  return 0;
}
`;

describe('two halves, joined', () => {
  test('do what the unit does, for any functions in either half', async () => {
    const inventory = inventoryOf(UNIT);
    const functions = [...inventory.shared];
    const names = new Map([...inventory.internal].map((name) => [name, `own_${name}`]));
    const unit = piecesOf(UNIT);
    const folder = project();
    const sh = (script: string) => execFileSync('sh', ['-ec', script], { cwd: folder.dir, encoding: 'utf8' });
    const right = '18 3 5 45 self 1\n';
    folder.write('unit.c', UNIT);
    expect(sh('gcc -w unit.c -o unit && ./unit')).toBe(right);
    fc.assert(
      fc.property(fc.subarray(functions), (chosen) => {
        const one = new Set(chosen);
        const other = new Set(functions.filter((name) => !one.has(name)));
        folder.write('a.c', halfOf(unit, { inventory, names, bodies: one, hasData: false }));
        folder.write('b.c', halfOf(unit, { inventory, names, bodies: other, hasData: true }));
        const weak = [...inventory.data].map((name) => `-W ${names.get(name) ?? name}`).join(' ');
        const out = sh(`gcc -w -O2 -c a.c; gcc -w -c b.c; objcopy ${weak} a.o; gcc a.o b.o -o both; ./both`);
        expect(out).toBe(right);
      }),
      { numRuns: 12 },
    );
  });
});
