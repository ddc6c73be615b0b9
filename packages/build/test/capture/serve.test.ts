// Serving: the build itself runs again, in a copy of the tree, and gets stored objects from the shim.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  type BuildPlan,
  type CompileUnit,
  serveEntries,
  serveShim,
  setShimMode,
  shimEnvironment,
} from '@swarm/build';
import { afterEach, describe, expect, test } from 'vitest';
import { environment, Project, temporaryFolder } from './project.js';

const FILES = {
  'main.c': 'int a(void);\nint b(void);\nint main(void) { return a() * 10 + b(); }\n',
  'a.c': 'int a(void) { return 1; }\n',
  'b.c': 'int b(void) { return 2; }\n',
  Makefile: `
all: prog one
prog: main.o a.o b.o
	$(CC) -o $@ $^
one: main.c a.c b.c
	gcc -O0 -o $@ $(CURDIR)/main.c $(CURDIR)/a.c b.c
%.o: %.c
	$(CC) -MMD -MF $*.d -c $(CURDIR)/$< -o $@
-include a.d b.d main.d
clean:
	rm -f *.o *.d prog one
`,
};

let project: Project;
let other: string;
afterEach(async () => {
  rmSync(other, { recursive: true });
  await project.close();
});

/** Objects of a target on which b() is 7. */
function targetObject(unit: CompileUnit): string | undefined {
  if (!unit.id.startsWith('b.c')) return unit.oracleObject;
  const source = join(other, 'b.c');
  writeFileSync(source, 'int b(void) { return 7; }\n');
  execFileSync('gcc', ['-c', source, '-o', join(other, 'b.o')]);
  return join(other, 'b.o');
}

function copyOf(plan: BuildPlan): string {
  const copy = join(other, 'copy');
  cpSync(plan.root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/^(\.swarm\/capture|.*\.(o|d)|prog|one)$/.test(relative(plan.root, path)),
  });
  return copy;
}

const exitOf = (program: string): number => {
  try {
    execFileSync(program);
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('a build with stored objects', () => {
  test('takes them for compilations and for compile-and-link commands, in a copy of the tree', async () => {
    other = temporaryFolder();
    project = Project.of(FILES);
    const plan = await project.capture({ build: 'make -j2' });
    const copy = copyOf(plan);
    const stored = (unit: CompileUnit) =>
      targetObject(unit) ?? join(project.dir, `${unit.id.replace(/\.c.*/, '')}.o`);
    const served = serveShim(join(other, 'serve'), serveEntries(plan, stored, copy), {
      from: plan.root,
      root: copy,
    });
    expect(served.ambiguous).toEqual([]);
    const env = { ...shimEnvironment(plan.shim!, environment()), ...served.env };
    execFileSync('make', ['-j2'], { cwd: copy, env });
    expect(exitOf(join(copy, 'prog'))).toBe(17);
    expect(exitOf(join(copy, 'one'))).toBe(17);
    expect(existsSync(join(copy, 'b.d'))).toBe(true);
    execFileSync('make', ['-j2'], { cwd: copy, env });
  });

  test('finds them without the variable, through the config of the copy; the rest comes from the oracle', async () => {
    other = temporaryFolder();
    project = Project.of(FILES);
    const plan = await project.capture({ build: 'make prog' });
    const copy = copyOf(plan);
    const stored = (unit: CompileUnit) => (unit.id === 'b.c' ? targetObject(unit) : undefined);
    const served = serveShim(join(other, 'serve'), serveEntries(plan, stored, copy), {
      from: plan.root,
      root: copy,
    });
    const folder = plan.shim!.folder.replace(plan.root, copy);
    setShimMode(folder, { kind: 'serve', folder: served.env.SWARM_SERVE! });
    const { PATH } = shimEnvironment({ ...plan.shim!, folder }, environment());
    execFileSync('make', ['prog', 'CC=cc'], { cwd: copy, env: { PATH: PATH! } });
    expect(exitOf(join(copy, 'prog'))).toBe(17);
    const same = readFileSync(join(copy, 'a.o')).equals(readFileSync(project.path('a.o')));
    expect(same).toBe(true);
  });
});
