// Culprits become tasks: their commands are red while the fault is there and green once it is gone, in the tree that was
// bisected and in a fresh clone, and a later bisect brings them up to date.

import type { Task } from '@swarm/core';
import { openTaskFiles } from '@swarm/host';
import { expect, test } from 'vitest';
import { Checkout } from '../kit/checkout.ts';
import { project } from '../kit/folder.ts';
import { copyProgram } from '../kit/program.ts';
import { reportOf } from '../kit/report.ts';

/** A program with a fault of each kind: a unit, two that fail only together, and one that is rejected. `near` can be one that doesn't link. */
const FAULTY = {
  'main.c': `#include <stdio.h>
int limit(int x), later(int x), thrice(int x), sum(int x), near(int x);
int main(void) {
  printf("%d %d %d %d\\n", limit(50), later(3), thrice(3), sum(near(9)));
  return 0;
}
`,
  'near.c': 'int near(int x) { return x; }\n',
  'limit.c': 'int limit(int x) { return x > 41 ? 1234 : x; }\n',
  'later.c': 'int later(int x) { return x + 5; }\n',
  'thrice.c': 'int thrice(int x) { return x * 3; }\n',
  'sum.c': 'int sum(int x) { int s = 0; while (x > 0) s += x--; return s; }\n',
  faults: `limit.c  limit  constant from=1234 to=1243
later.c  later  crash segv set=both
thrice.c thrice mark set=both
sum.c    sum    reject line=1 sorry, unimplemented: while
`,
  Makefile: `program: main.o limit.o later.o thrice.o sum.o near.o
\t$(CC) -o $@ $^
clean:
\trm -f *.o program
`,
  'test.sh': '[ "$(./program)" = "1234 8 9 45" ]\n',
  'swarm.config.yaml': `tasks: { store: files }
bisect:
  target: { cc: ./faultcc }
  oracle: gcc
  build: make -j2
  clean: make clean
  test: sh test.sh
  rebuild: true
`,
  'configure.sh': `mkdir -p build
for unit in main limit later thrice sum near; do
  printf ',{"directory":"%s","file":"%s.c","arguments":["cc","-c","%s.c","-o","%s.o"]}' "$PWD" $unit $unit $unit
done | sed 's/^,/[/; s/$/]/' >build/compile_commands.json
`,
};

interface Found {
  readonly culprits: readonly { readonly members: readonly string[]; readonly task?: string }[];
  readonly rejected: readonly { readonly unit: string; readonly task?: string }[];
  readonly next: readonly string[];
  readonly notes: readonly string[];
}

const tasksOf = async (checkout: Checkout): Promise<readonly Task[]> =>
  openTaskFiles(`${checkout.dir}/.swarm/tasks`).list();

async function bisect(checkout: Checkout, flags = ''): Promise<Found> {
  const ended = await checkout.run(`swarm bisect --json --emit-tasks ${flags}`);
  reportOf(ended); // It is what the schema says.
  return ended.json<Found>();
}

const statesOf = async (checkout: Checkout) =>
  Object.fromEntries((await tasksOf(checkout)).map(({ id, state }) => [id, state]));

interface Proving {
  readonly flags?: string;
  readonly folder?: string;
  readonly kept?: typeof tasksOf;
}

/** Bisect, and run what each task says in a clone: red, and green without the faults; the finding is shown, and then no more. */
async function proveTasks(
  checkout: Checkout,
  { flags = '', folder = '.', kept = tasksOf }: Proving = {},
): Promise<readonly Task[]> {
  const document = await bisect(checkout, flags);
  const clone = await checkout.clone();
  const tasks = await kept(kept === tasksOf ? checkout : clone);
  const named = [...document.culprits, ...document.rejected].map(({ task }) => task);
  expect(new Set(named)).toEqual(new Set(tasks.map(({ id }) => id)));
  expect(document.next.at(-1)).toContain(`take ${named[0]}`);

  for (const { id, kind, verify } of tasks) {
    const red = await clone.run(verify!);
    expect([id, red.code, red.stderr]).toEqual([id, 1, '']);
    expect(red.stdout).toMatch(kind === 'rejected' ? /^RED .*: rejected: .*error: / : /^RED /);
  }
  for (const { id, kind, members, reproduce } of tasks) {
    const { stdout } = await clone.run(reproduce!);
    expect([id, stdout]).toEqual([id, expect.stringMatching(FOUND[kind as keyof typeof FOUND])]);
    expect(stdout).toContain(members[0]);
  }
  clone.plant('', folder);
  for (const { id, verify } of tasks) {
    const green = await clone.run(verify!);
    expect([id, green.code]).toEqual([id, 0]);
    expect(green.stdout).toMatch(/^GREEN /);
  }
  for (const { id, reproduce } of tasks) {
    const { stdout, stderr } = await clone.run(reproduce!);
    expect([id, stdout]).toEqual([id, expect.stringMatching(/^(?:PASS|GREEN)[: ]/m)]);
    expect([stdout, stderr].join()).not.toMatch(/^(?:CULPRIT|REJECTED|RED|ERROR) /m);
  }
  clone.remove();
  return tasks;
}

/** What a task's command says while the fault is there, by the task's kind. */
const FOUND = {
  miscompile: /^CULPRIT /m,
  link: /^CULPRIT .* \[link\]: link, .*undefined reference to/m,
  boundary: /^RED /m,
  rejected: /^REJECTED /m,
};

test('tasks are red in a fresh clone while the fault is there, green once it is gone, and follow later bisects', async () => {
  const faults = `${FAULTY.faults}near.c near localize\n`;
  const config = FAULTY['swarm.config.yaml'].replace(/^tasks:.*\n/, '').replace(/^ *rebuild:.*\n/m, '');
  const checkout = await Checkout.of(
    project({ ...FAULTY, faults, 'swarm.config.yaml': config }, 'swarm-tasks-'),
  );
  const first = await proveTasks(checkout);
  const wanted = ['link', 'miscompile', 'miscompile', 'rejected'].map((kind) => [kind, 'open']);
  expect(first.map(({ kind, state }) => [kind, state]).sort()).toEqual(wanted);
  const single = first.find(({ members }) => members.join().startsWith('limit.c'))!;
  const rejected = first.find(({ kind }) => kind === 'rejected')!;

  await bisect(checkout);
  expect(await tasksOf(checkout)).toEqual(first);

  checkout.plant(faults.replace(/^limit.c.*\n/m, ''));
  await bisect(checkout, '--no-labels');
  expect(await statesOf(checkout)).toMatchObject({ [single.id]: 'superseded', [rejected.id]: 'open' });

  checkout.plant(faults.replace(/^sum.c.*\n/m, ''));
  await bisect(checkout, '--no-labels');
  expect(await statesOf(checkout)).toMatchObject({ [single.id]: 'open', [rejected.id]: 'superseded' });
  expect(await tasksOf(checkout)).toHaveLength(4);
  checkout.remove();
}, 300_000);

test('tasks of a program in a library and a main, built by CMake, hold in a fresh clone', async () => {
  const checkout = await Checkout.of(copyProgram('textproc'));
  await proveTasks(checkout, { flags: '--no-labels --level unit' });
  checkout.remove();
}, 300_000);

test('tasks of a bisect by flags alone say them again, relative to the root of the repository', async () => {
  const checkout = await Checkout.of(copyProgram('records'));
  const folder = 'in the tree';
  const commit = 'git -c user.name=A -c user.email=a@example.org commit -qam moved';
  await checkout.run(
    `git rm -q swarm.config.yaml && mkdir '${folder}' && git mv -k * '${folder}' && git add -A && ${commit}`,
  );
  const flags = `--target './${folder}/faultcc' --target-flags '-g0 -w'`;
  const build = `--build 'make -j2' --clean 'make clean' --test 'sh test.sh' --level unit --no-labels --mixes`;
  const given = { flags: `--dir '${folder}' ${flags} ${build}`, folder };
  const tasks = await proveTasks(checkout, given);
  expect(tasks.map(({ kind }) => kind).sort()).toEqual(['boundary', 'miscompile']);
  expect(tasks[0]?.verify).toContain(
    `swarm verify --dir '${folder}' --target '${folder}/faultcc' --target-flags '-g0 -w'`,
  );
  checkout.remove();
}, 300_000);

test('tasks of a compilation database that is not committed say how it is written', async () => {
  const { 'swarm.config.yaml': _, ...files } = FAULTY;
  const checkout = await Checkout.of(project(files, 'swarm-database-'));
  const sides = `--target ./faultcc --test 'sh test.sh' --no-labels`;
  const database = `${sides} --compile-commands build/compile_commands.json --link '$CC -o program *.o'`;
  const configure = `--configure 'sh configure.sh'`;
  expect(await proveTasks(checkout, { flags: `${database} ${configure}` })).toHaveLength(3);
  const { notes } = await bisect(checkout, database);
  expect(notes[0]).toMatch(/hold in this tree only: no clean checkout has build\/compile_commands.json/);
  const clone = await checkout.clone();
  const failed = await clone.run(
    `swarm verify ${database.replace('--no-labels', '')} --configure true limit.c`,
  );
  expect([failed.code, failed.stderr]).toEqual([3, expect.stringMatching(/^ERROR --configure: wrote no /)]);
  clone.remove();
  checkout.remove();
}, 300_000);

test('tasks that are files on the branch hold in a clone of it, each probe by the whole build', async () => {
  const checkout = await Checkout.of(project(FAULTY, 'swarm-files-'));
  await checkout.share();
  const kept = async (clone: Checkout) => {
    const listed = await clone.run('swarm task list --json');
    return listed.json<{ tasks: readonly Task[] }>().tasks;
  };
  const tasks = await proveTasks(checkout, { flags: '--no-labels', kept });
  expect(tasks).toHaveLength(3);
  expect(tasks.map(({ attachments }) => attachments.length).sort()).toEqual([0, 1, 1]);
  checkout.remove();
}, 300_000);
