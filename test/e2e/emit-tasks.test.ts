// Culprits become tasks: their commands are red while the fault is there and green once it is gone, in the tree that was
// bisected and in a fresh clone, and a later bisect brings them up to date.

import type { Task } from '@swarm/core';
import { openTaskFiles } from '@swarm/host';
import { describe, expect, test } from 'vitest';
import { Checkout } from '../kit/checkout.ts';
import { copyProgram } from '../kit/program.ts';

const tasksOf = async (checkout: Checkout): Promise<readonly Task[]> =>
  openTaskFiles(`${checkout.dir}/.swarm/tasks`).list();

async function bisect(checkout: Checkout, ...flags: string[]) {
  const ended = await checkout.run(`swarm bisect --json --emit-tasks ${flags.join(' ')}`);
  return ended.json<{
    culprits: { members: string[]; task?: string }[];
    rejected: { unit: string; task?: string }[];
    next: string[];
  }>();
}

const statesOf = async (checkout: Checkout) =>
  Object.fromEntries((await tasksOf(checkout)).map(({ id, state }) => [id, state]));

describe.each(['calc', 'textproc', 'records'] as const)('the tasks of %s', (name) => {
  test('are red in a fresh clone while the fault is there, and green once it is gone', async () => {
    const checkout = await Checkout.of(copyProgram(name));
    const document = await bisect(checkout);
    const tasks = await tasksOf(checkout);
    const named = [...document.culprits, ...document.rejected].map(({ task }) => task);
    expect(new Set(named)).toEqual(new Set(tasks.map(({ id }) => id)));
    expect(document.next.at(-1)).toContain(`take ${named[0]}`);

    const clone = await checkout.clone();
    for (const { id, kind, verify, reproduce } of tasks) {
      const red = await clone.run(verify!);
      expect([id, red.code, red.stderr]).toEqual([id, 1, '']);
      expect(red.stdout).toMatch(kind === 'rejected' ? /^RED .*: rejected: .*error: / : /^RED /);
      const shown = await clone.run(reproduce!);
      expect([id, shown.stdout]).toEqual([id, expect.stringMatching(/^(CULPRIT|REJECTED|RED) /m)]);
    }
    clone.plant('');
    for (const { id, verify, reproduce } of tasks) {
      const green = await clone.run(verify!);
      expect([id, green.code]).toEqual([id, 0]);
      expect(green.stdout).toMatch(/^GREEN /);
      expect((await clone.run(reproduce!)).stdout).not.toMatch(/^(CULPRIT|REJECTED|RED) /m);
    }
    clone.remove();
    checkout.remove();
  }, 120_000);
});

describe('a later bisect', () => {
  test('closes the task of what is mended, keeps the others, and opens it again when it is back', async () => {
    const program = copyProgram('calc');
    const faults = program.read('faults');
    const checkout = await Checkout.of(program);
    await bisect(checkout, '--level unit');
    const first = await tasksOf(checkout);
    expect(first.map(({ state }) => state)).toEqual(['open', 'open', 'open']);
    const single = first.find(({ members }) => members.join() === 'src/units.c')!;
    const rejected = first.find(({ kind }) => kind === 'rejected')!;

    await bisect(checkout, '--level unit');
    expect(await tasksOf(checkout)).toEqual(first);

    checkout.plant(faults.replace(/^units.c.*\n/m, ''));
    await bisect(checkout, '--level unit');
    expect(await statesOf(checkout)).toMatchObject({ [single.id]: 'superseded', [rejected.id]: 'open' });

    checkout.plant(faults.replace(/^factor.c.*\n/m, ''));
    await bisect(checkout, '--level unit');
    expect(await statesOf(checkout)).toMatchObject({ [single.id]: 'open', [rejected.id]: 'superseded' });
    expect(await tasksOf(checkout)).toHaveLength(3);
    checkout.remove();
  }, 120_000);
});

describe('a task made by flags alone', () => {
  test('says them again, relative to the root of the repository', async () => {
    const program = copyProgram('calc');
    const folder = 'in the tree';
    const checkout = await Checkout.of(program);
    await checkout.run(
      `mkdir '${folder}' && git mv -k * '${folder}' 2>/dev/null; git rm -q --cached '${folder}/swarm.config.yaml' && rm '${folder}/swarm.config.yaml' && git -c user.name=A -c user.email=a@example.org commit -qam moved`,
    );
    const flags = [
      `--dir '${folder}' --target './${folder}/faultcc' --target-flags '-O1 -g0'`,
      "--build 'make -j2' --clean 'make clean' --test 'sh test.sh' --level unit",
    ].join(' ');
    await bisect(checkout, flags);
    const [task] = await tasksOf(checkout);
    expect(task?.verify).toContain(`--dir '${folder}' --target '${folder}/faultcc' --target-flags '-O1 -g0'`);
    const clone = await checkout.clone();
    expect((await clone.run(task!.verify!)).code).toBe(1);
    clone.remove();
    checkout.remove();
  }, 120_000);
});
