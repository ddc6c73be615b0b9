// Units merged into one text: what they share is there once, what is each one's own stays apart, and the program is the same.

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { mergeUnits } from '../../src/source/merge.js';

const HEADER = `
typedef unsigned long size_t;
struct pair { int count, call; };
int printf(const char *, ...);
int next(void);
int total(struct pair *);
static inline int twice(int x) { return 2 * x; }
`;

function run(text: string): string {
  const folder = project({ 'all.c': text });
  execFileSync('gcc', ['-w', 'all.c', '-o', 'all'], { cwd: folder.dir, stdio: 'pipe' });
  return execFileSync(folder.path('all'), { encoding: 'utf8' });
}

describe('units merged into one text', () => {
  test('keep what is word for word the same once', () => {
    const merged = mergeUnits([
      `${HEADER}int next(void) { return twice(1); }`,
      `${HEADER}int main(void) { return next(); }`,
    ]);
    expect(merged.match(/typedef unsigned long size_t/g)).toHaveLength(1);
    expect(merged.match(/int twice\(int x\)/g)).toHaveLength(1);
  });

  test('keep statics of one name apart, data and functions, and what uses them', () => {
    const counter = (step: number) => `${HEADER}static int count = ${step};
static int call(void) { count += ${step}; return count; }`;
    const text = mergeUnits([
      `${counter(1)}\nint next(void) { return call(); }`,
      `${counter(10)}\nint total(struct pair *p) { p->call = call(); return p->call + p->count; }`,
      `${HEADER}int main(void) { struct pair p = { 100, 0 }; next(); next(); total(&p); printf("%d %d\\n", next(), total(&p)); return 0; }`,
    ]);
    expect(run(text)).toBe('4 130\n');
  });

  test('keep a static apart from a global of its name, whichever comes first', () => {
    const own = `${HEADER}static int value = 1; int next(void) { return value; }`;
    const other = `${HEADER}int value = 20;`;
    const main = `${HEADER}extern int value; int main(void) { printf("%d %d\\n", next(), value); return 0; }`;
    for (const order of [
      [own, other, main],
      [other, own, main],
      [main, own, other],
    ])
      expect(run(mergeUnits(order))).toBe('1 20\n');
  });

  test('keep types and enumerators apart that are different under one name', () => {
    const text = mergeUnits([
      `${HEADER}typedef struct node { char c[3]; } node; enum { SIZE = sizeof(node) }; int next(void) { return SIZE; }`,
      `${HEADER}typedef struct node { int i[3]; } node; enum { SIZE = sizeof(node) }; int main(void) { printf("%d %d\\n", next(), SIZE); return 0; }`,
    ]);
    expect(run(text)).toBe('3 12\n');
  });

  test('take a type that is spelled in two ways for one type', () => {
    const text = mergeUnits([
      'typedef long off; off next(void) { return 7; }',
      'typedef long int off; off next(void); int printf(const char *, ...); int main(void) { printf("%ld\\n", next()); return 0; }',
    ]);
    expect(run(text)).toBe('7\n');
  });
});
