// The log of a build persists: what has not changed is not compiled again, and what others have changed is seen.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { Project } from './project.js';

const MAKEFILE = `
prog: main.o libab.a
	$(CC) -o $@ main.o libab.a
libab.a: a.o b.o
	$(AR) rc $@ $?
%.o: %.c
	$(CC) -O1 -c $< -o $@
clean:
	rm -f *.o *.a prog
`;

const FILES = {
  Makefile: MAKEFILE,
  'main.c': 'int a(void);\nint b(void);\nint main(void) { return a() + b(); }\n',
  'a.c': 'int a(void) { return 1; }\n',
  'b.c': 'int b(void) { return 2; }\n',
};
const COMMANDS = { build: 'make -j2', clean: 'make clean' };

let project: Project;
afterEach(() => project.close());

/** In the order of the plan, which is that of their names, not of the build. */
const ids = (plan: { units: readonly { id: string }[] }) => plan.units.map((unit) => unit.id);

/** The program's bytes after a replay in a second copy, and those that the build made. */
function replayed(plan: Parameters<Project['replay']>[0]): [Buffer, Buffer] {
  const copy = project.replay(plan);
  return [readFileSync(`${copy}/prog`), readFileSync(project.path('prog'))];
}

/** A later time than any before, for make. */
const touchLater = (file: string) => execFileSync('touch', ['-d', '+2 seconds', project.path(file)]);

describe('a second capture', () => {
  test('of an unchanged tree compiles nothing and gives the same plan', async () => {
    project = Project.of(FILES);
    const first = await project.capture(COMMANDS);
    expect(first.oracleCompiles).toBe(3);
    const second = await project.capture(COMMANDS);
    expect(second).toEqual({ ...first, oracleCompiles: 0 });
  });

  test('after a change compiles that source only, also where `ar` got only what was new', async () => {
    project = Project.of(FILES);
    await project.capture(COMMANDS);
    for (const value of [3, 4]) {
      project.write('b.c', `int b(void) { return ${value}; }\n`);
      touchLater('b.c');
      const plan = await project.capture(COMMANDS);
      expect(plan.oracleCompiles).toBe(1);
      expect(ids(plan)).toEqual(['a.c', 'b.c', 'main.c']);
      const [again, built] = replayed(plan);
      expect(again.equals(built)).toBe(true);
    }
  });

  test('with other flags for the oracle, or another build command, compiles everything', async () => {
    project = Project.of(FILES);
    await project.capture(COMMANDS);
    const flags = await project.capture({ ...COMMANDS, oracle: { cc: 'gcc', flags: ['-g'] } });
    expect(flags.oracleCompiles).toBe(3);
    const command = await project.capture({ ...COMMANDS, build: 'make -j1' });
    expect(command.oracleCompiles).toBe(3);
  });

  test('after somebody else has compiled a source starts from clean', async () => {
    project = Project.of(FILES);
    await project.capture(COMMANDS);
    execFileSync('gcc', ['-O2', '-c', 'b.c', '-o', 'b.o'], { cwd: project.dir });
    touchLater('b.o');
    const plan = await project.capture(COMMANDS);
    expect(plan.oracleCompiles).toBe(3);
    const [again, built] = replayed(plan);
    expect(again.equals(built)).toBe(true);
  });

  test('after somebody else has compiled a source, with no way to clean, says so', async () => {
    project = Project.of(FILES);
    await project.capture({ build: 'make' });
    execFileSync('gcc', ['-O2', '-c', 'b.c', '-o', 'b.o'], { cwd: project.dir });
    touchLater('b.o');
    await expect(project.capture({ build: 'make' })).rejects.toMatchObject({
      code: 'capture-stale',
      exit: 5,
      hint: expect.stringContaining('--clean'),
    });
  });

  test('after `make clean` by hand compiles everything once', async () => {
    project = Project.of(FILES);
    await project.capture(COMMANDS);
    execFileSync('make', ['clean'], { cwd: project.dir });
    const plan = await project.capture(COMMANDS);
    expect(plan.oracleCompiles).toBe(3);
    expect(ids(plan)).toEqual(['a.c', 'b.c', 'main.c']);
  });

  test('without a source that has been removed forgets its unit', async () => {
    project = Project.of(FILES);
    await project.capture(COMMANDS);
    rmSync(project.path('b.c'));
    rmSync(project.path('b.o'));
    rmSync(project.path('libab.a'));
    project.write('main.c', 'int a(void);\nint main(void) { return a(); }\n');
    project.write('Makefile', MAKEFILE.replace('a.o b.o', 'a.o'));
    touchLater('main.c');
    const plan = await project.capture(COMMANDS);
    expect(ids(plan)).toEqual(['a.c', 'main.c']);
    expect(plan.excluded).toEqual([]);
  });

  test('goes on after a build that failed half way', async () => {
    project = Project.of({ ...FILES, 'b.c': 'int b(void) { return }\n' });
    await expect(project.capture({ ...COMMANDS, build: 'make' })).rejects.toMatchObject({
      code: 'oracle-build-fails',
    });
    project.write('b.c', FILES['b.c']);
    const plan = await project.capture({ ...COMMANDS, build: 'make' });
    expect(ids(plan)).toEqual(['a.c', 'b.c', 'main.c']);
    expect(plan.excluded).toEqual([]);
    expect(plan.oracleCompiles).toBeLessThan(3);
  });
});

describe('two captures at once', () => {
  test('in one tree run one after the other', async () => {
    project = Project.of(FILES);
    const waited: string[] = [];
    const plans = await Promise.all(
      [0, 1].map(() => project.capture({ ...COMMANDS, log: (line) => waited.push(line) })),
    );
    expect(plans.map((plan) => plan.oracleCompiles).toSorted()).toEqual([0, 3]);
    expect(plans.map(ids)).toEqual([0, 1].map(() => ['a.c', 'b.c', 'main.c']));
    expect(waited.some((line) => line.startsWith('waiting for process'))).toBe(true);
  });
});
