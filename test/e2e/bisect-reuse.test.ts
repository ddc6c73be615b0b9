// What a bisect compiles: each unit once per side, ever. And what it must compile again: whatever could have become
// another object, since a result from a stale one would be a lie.

import { describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram, FAULTCC } from '../kit/program.ts';
import { bisectIn, found, type Report } from '../kit/report.ts';

const culprits = (report: Report) =>
  report.culprits.map(({ members }) => [...members].sort().join(' + ')).sort();

describe.runIf(needs('gcc', 'make'))('a second bisect', () => {
  test('compiles what has changed and nothing else', async () => {
    const program = copyProgram('calc');
    const first = await bisectIn(program.dir);
    expect(first.stats.compiles).toEqual({ target: program.units, oracle: program.units });
    const second = await bisectIn(program.dir);
    expect(second.stats.compiles).toEqual({ target: 0, oracle: 0 });
    program.write('src/number.c', `${program.read('src/number.c')}\nint added_by_a_test;\n`);
    const third = await bisectIn(program.dir);
    expect(third.stats.compiles).toEqual({ target: 1, oracle: 1 });
    for (const report of [second, third]) expect(found(report)).toEqual(found(first));
  });

  test('asks everything anew when the table behind the target has changed', async () => {
    const program = copyProgram('calc');
    const [before, after] = [program.read('tables/refused'), program.read('tables/five')];
    program.write('faults', before);
    const first = await bisectIn(program.dir, ['--resume']);
    expect(culprits(first)).toEqual(['src/lex.c']);
    program.write('faults', after);
    const second = await bisectIn(program.dir, ['--resume']);
    expect(culprits(second)).toEqual([
      'src/define.c',
      'src/eval.c',
      'src/scope.c',
      'src/text.c',
      'src/units.c',
    ]);
    expect(second.rejected).toEqual([]);
    expect(second.stats.compiles.oracle).toBe(0);
    expect(second.stats.compiles.target).toBe(program.units);
  });
});

/** Two units; what the target gets wrong depends on a macro. */
const PROGRAM = {
  Makefile: 'prog: main.o a.o b.o\n\t$(CC) -o prog main.o a.o b.o\nclean:\n\trm -f *.o prog\n',
  'main.c': 'int a(void), b(void);\nint main(void) { return a() + b(); }\n',
  'a.c': '#ifndef BAD_A\n#define BAD_A 0\n#endif\nint a(void) { return BAD_A; }\n',
  'b.c': '#ifndef BAD_B\n#define BAD_B 0\n#endif\nint b(void) { return BAD_B; }\n',
};
const COMMANDS = ['--build', 'make', '--clean', 'make clean', '--test', './prog'];

describe.runIf(needs('gcc', 'make'))('a target that has become another', () => {
  test.each([
    {
      what: 'in its own script',
      target: ['--target', './cc'],
      file: 'cc',
      text: (define: string) => `#!/bin/sh\nexec gcc ${define} "$@"\n`,
    },
    {
      what: 'in a file that its flags include',
      target: ['--target', 'gcc', '--target-flags', '-include bad.h'],
      file: 'bad.h',
      text: (define: string) => `${define.replace('-D', '#define ').replace('=', ' ')}\n`,
    },
    {
      what: 'in a file of options',
      target: ['--target', 'gcc', '--target-flags', '@options'],
      file: 'options',
      text: (define: string) => `${define}\n`,
    },
  ])('$what is not taken for the old one', async ({ target, file, text }) => {
    const { dir, write } = project(PROGRAM);
    write(file, text('-DBAD_A=1'));
    expect(culprits(await bisectIn(dir, [...target, ...COMMANDS]))).toEqual(['a.c']);
    write(file, text('-DBAD_B=1'));
    expect(culprits(await bisectIn(dir, ['--resume', ...target, ...COMMANDS]))).toEqual(['b.c']);
  });

  test('in a file that a flag of the form -fname=FILE gives', async () => {
    const { dir, write } = project(PROGRAM);
    const target = ['--target', FAULTCC, '--target-flags', '-ffaults=faults'];
    write('faults', 'a.c a crash\n');
    expect(culprits(await bisectIn(dir, [...target, ...COMMANDS]))).toEqual(['a.c']);
    write('faults', 'b.c b crash\n');
    expect(culprits(await bisectIn(dir, ['--resume', ...target, ...COMMANDS]))).toEqual(['b.c']);
  });
});

/** A unit is wrong when its symbol is in the program; the test is a script that can be edited. */
const asking = (name: string) => `#!/bin/sh\n! nm prog | grep -q "in_${name}$"\n`;

describe.runIf(needs('gcc', 'make', 'nm'))('a test that asks something else', () => {
  test('is asked anew, also with --resume', async () => {
    const folder = project({
      ...PROGRAM,
      'a.c': 'int a(void) { return 0; }\n#ifdef T\nint in_a;\n#endif\n',
      'b.c': 'int b(void) { return 0; }\n#ifdef T\nint in_b;\n#endif\n',
      cc: '#!/bin/sh\nexec gcc -DT "$@"\n',
      'test.sh': asking('a'),
      'names.txt': 'a\nb\nc\n',
      'probe.sh': '! grep a "$1"\n',
    });
    const build = ['--target', './cc', '--build', 'make', '--clean', 'make clean', '--test', 'sh test.sh'];
    const list = ['--units', 'names.txt', '--probe', 'sh probe.sh {}'];
    expect(culprits(await bisectIn(folder.dir, build))).toEqual(['a.c']);
    expect(culprits(await bisectIn(folder.dir, list))).toEqual(['a']);
    folder.write('test.sh', asking('b'));
    folder.write('probe.sh', '! grep b "$1"\n');
    expect(culprits(await bisectIn(folder.dir, [...build, '--resume']))).toEqual(['b.c']);
    expect(culprits(await bisectIn(folder.dir, [...list, '--resume']))).toEqual(['b']);
  });
});
