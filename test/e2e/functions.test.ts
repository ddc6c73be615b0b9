// Units taken apart into functions. No false accusation comes first: with a target that is right, any mix of functions passes.

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trySelections } from '../bench/selections.mjs';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram, FAULTCC, FIXTURES } from '../kit/program.ts';
import { bisectIn, found } from '../kit/report.ts';

const side = (command: string, ...flags: string[]) => ({ command, flags });

describe.runIf(needs('gcc', 'clang', 'make'))('functions of a correct target', () => {
  test.each([
    ['gcc -O0 for gcc -O2', side('gcc', '-O0'), side('gcc', '-O2')],
    ['clang -O2 for gcc -O2', side('clang', '-O2'), side('gcc', '-O2')],
    [
      'clang -O1 for position-independent gcc -O3',
      side('clang', '-O1', '-fPIC'),
      side('gcc', '-O3', '-fPIC'),
    ],
  ])(
    'of %s pass in any selection, whatever the construct',
    async (_, target, oracle) => {
      const folder = project({}, 'swarm-constructs-');
      cpSync(join(FIXTURES, 'programs', 'constructs'), folder.dir, { recursive: true });
      const job = {
        dir: folder.dir,
        build: 'make -j2 CC=gcc',
        clean: 'make clean',
        test: 'build/constructs',
        expectStdout: folder.path('expected.out'),
      };
      const result = await trySelections(job, { target, oracle }, 30);
      expect(result).toMatchObject({ units: 15, unsplit: [], pass: 30, fail: [], unresolved: [] });
      expect(result.functions).toBeGreaterThan(80);
    },
    180_000,
  );
});

describe.runIf(needs('gcc', 'clang', 'make'))('a bisect', () => {
  test.each(['gcc', 'clang'])(
    'of what %s compiles wrong names the functions of its culprits, several and sets of them',
    async (compiler) => {
      const program = copyProgram('calc');
      const report = await bisectIn(program.dir, [], { level: 'default', env: { FAULTCC_ORACLE: compiler } });
      expect(found(report).culprits).toEqual([
        { members: ['src/define.c:call_function', 'src/scope.c:scope_push'], failure: 'crash' },
        { members: ['src/units.c:seconds_in'], failure: 'exit' },
      ]);
      expect(report.culprits.map(({ certificate }) => certificate)).toEqual([
        { alone: 'fail', without: 'pass', subsets: 'pass' },
        { alone: 'fail', without: 'pass', subsets: 'pass' },
      ]);
    },
    180_000,
  );
});

/** Two functions that share a variable of a function that is always inlined, and two that fail only together. */
const TIED = `#include <stdio.h>
static inline __attribute__((always_inline)) int next(int by) { static int n; n += by; return n; }
int f(int x) { return next(x) + 100; }
int g(int x) { return next(x) * 3; }
int h(int x) { return x > 3 ? x : 7; }
int k(int x) { return x + 5; }
int main(void) {
  printf("%d ", f(1)); printf("%d ", g(2)); printf("%d ", h(2)); printf("%d\\n", k(4));
  return 0;
}
`;

describe.runIf(needs('gcc'))('functions of one unit', () => {
  test('are one culprit where they share what they can change, shown with the code of each, and a set where only both fail', async () => {
    const faults = 'a.c f constant from=100 to=101\na.c h crash set=pair\na.c k mark set=pair\n';
    const folder = project({ 'a.c': TIED, faults, 'expected.out': '101 9 7 9\n' }, 'swarm-tied-');
    const sides = ['--target', FAULTCC, '--target-flags', '-O1 -ffaults=faults', '--oracle', 'gcc'];
    const job = ['--build', 'gcc -O1 a.c -o a', '--clean', 'rm -f a', '--test', './a'];
    const more = ['--expect-stdout', 'expected.out', '--level', 'function'];
    const report = await bisectIn(folder.dir, [...sides, ...job, ...more]);
    expect(found(report).culprits).toEqual([
      { members: ['a.c:f+g'], failure: 'wrong-output' },
      { members: ['a.c:h', 'a.c:k'], failure: 'crash' },
    ]);
    const log = readFileSync(report.log, 'utf8');
    const shown = [...log.matchAll(/"function":"(\w+)"/g)].map(([, name]) => name);
    expect(shown.sort()).toEqual(['f', 'g', 'h', 'k']);
    for (const { evidence } of report.culprits) expect(evidence).toMatch(/^not looked at closer/);
  });
});

/** A compiler that is another one while a unit is taken apart, when nothing is to be inlined. */
const twoFaced = (whole: string, apart: string) =>
  `#!/bin/sh\ncase " $* " in *" -fno-inline "*) exec ${apart} "$@" ;; esac\nexec ${whole} "$@"\n`;

describe.runIf(needs('gcc'))('a unit stays whole', () => {
  const wrong = `${FAULTCC} -ffaults=faults`;
  const files = {
    'a.c': 'int a(int x) {\n#ifdef OTHER\n  volatile int y = x; x = y;\n#endif\n  return x + 41;\n}\n',
    'b.c': 'int b(int x) { return x + 42; }\n',
    'main.c':
      '#include <stdio.h>\nint a(int), b(int);\nint main(void) { printf("%d %d\\n", a(1), b(1)); return 0; }\n',
    faults: 'a.c a constant\nb.c b constant\n',
    'expected.out': '42 43\n',
  };
  const job = ['--build', 'gcc -O1 a.c b.c main.c -o p', '--clean', 'rm -f p', '--test', './p'];
  const bisectWith = async (target: string, oracle: string) => {
    const folder = project({ ...files, target, oracle }, 'swarm-whole-');
    const sides = ['--target', './target', '--oracle', './oracle', '--expect-stdout', 'expected.out'];
    const report = await bisectIn(folder.dir, [...sides, ...job], { level: 'default' });
    expect(report.culprits.map(({ members }) => members)).toEqual([['a.c'], ['b.c']]);
    return report.notes;
  };

  test('where the failure is gone once nothing is inlined, in code that differs still or does not', async () => {
    const notes = await bisectWith(twoFaced(wrong, 'gcc -DOTHER'), twoFaced('gcc', 'gcc'));
    expect(notes).toContain('a.c stays whole: the failure disappears without inlining');
    expect(notes).toContain('b.c: no function differs once inlining is off: the failure needs it');
  });

  test('where all of it from the oracle fails once it is taken apart', async () => {
    const notes = await bisectWith(twoFaced(wrong, 'gcc'), twoFaced('gcc', wrong));
    const said = (unit: string) =>
      expect.stringMatching(
        `^${unit} is not taken apart: put together again from the oracle's functions, it fails \\(wrong-output: `,
      );
    expect(notes).toEqual(expect.arrayContaining([said('a.c'), said('b.c')]));
  });
});

describe.runIf(needs('gcc', 'make'))('a unit of a thousand functions', () => {
  test('is searched with about as many probes as a thousand units', async () => {
    const folder = project({}, 'swarm-thousand-');
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const functions = numbers.map(
      (i) => `static int step_${i}(int x) { return x * ${(i % 7) + 2} + ${i + 1}; }`,
    );
    const calls = numbers.map((i) => `  printf("%d\\n", step_${i}(x));`);
    folder.write(
      'all.c',
      ['#include <stdio.h>', ...functions, 'int main(int x) {', ...calls, '  return 0;', '}', ''].join('\n'),
    );
    folder.write('main.faults', 'all.c step_617 constant from=618\n');
    folder.write('expected.out', numbers.map((i) => `${(i % 7) + 2 + i + 1}\n`).join(''));
    const sides = ['--target', FAULTCC, '--target-flags', '-O1 -ffaults=main.faults', '--oracle', 'gcc'];
    const job = [
      '--build',
      'gcc all.c -o all',
      '--clean',
      'rm -f all',
      '--test',
      './all',
      '--expect-stdout',
      'expected.out',
    ];
    const one = ['--level', 'function', '--jobs', '1'];
    const report = await bisectIn(folder.dir, [...sides, ...job, ...one]);
    expect(report.culprits.map(({ members }) => members)).toEqual([['all.c:step_617']]);
    expect(report.stats.probes).toBeLessThanOrEqual(16);
    expect(report.stats.compiles).toEqual({ target: 1, oracle: 1, assembly: 2 });
    const again = await bisectIn(folder.dir, [...sides, ...job, ...one, '--resume']);
    expect(again.culprits.map(({ members }) => members)).toEqual([['all.c:step_617']]);
    expect(again.stats).toMatchObject({ probes: 0, compiles: { target: 0 } });
  }, 180_000);
});
