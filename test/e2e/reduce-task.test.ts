// A task is reduced where only the task is known, in a fresh clone; what came out goes with the task, and its commands use it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '@swarm/core';
import { describe, expect, test } from 'vitest';
import { Checkout } from '../kit/checkout.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';

const FILES = {
  'limit.c': `#include <stdlib.h>
static int twice(int x) { return x * 2; }
int limit(const char *text) {
  int x = atoi(text);
  if (x > 41) return 1234;
  return twice(x);
}
`,
  'main.c': `#include <stdio.h>
int limit(const char *text);
int main(int argc, char **argv) {
  char word[20];
  FILE *file = fopen(argv[1], "r");
  while (fscanf(file, "%19s", word) == 1) printf("%s: %d\\n", word, limit(word));
  return argc != 2;
}
`,
  Makefile: 'program: main.o limit.o\n\t$(CC) -o $@ main.o limit.o\nclean:\n\trm -f *.o program\n',
  'numbers.txt': '1 2\n7 50\n',
  'test.sh': `./program numbers.txt | tr '\\n' ' ' | grep -q '1: 2 2: 4 7: 14 50: 1234'\n`,
  faults: 'limit.c limit constant from=1234 to=1243\n',
  'swarm.config.yaml':
    'bisect: {target: {cc: ./faultcc}, oracle: gcc, build: make, clean: make clean, test: sh test.sh}\ntasks: {remote: origin}\n',
};

describe.runIf(needs('gcc', 'make', 'git'))('a reproducer of a task', () => {
  test('is made in one clone, and shows the failure in another without a build', async () => {
    const checkout = await Checkout.of(project(FILES, 'swarm-reduce-task-'));
    await checkout.share();
    const emit = 'swarm bisect --emit-tasks --no-labels';
    expect((await checkout.run(emit)).code).toBe(0);
    const tasks = async (at: Checkout) =>
      (await at.run('swarm task list --json')).json<{ tasks: readonly Task[] }>().tasks;
    const [{ id }] = (await tasks(checkout)) as [Task];

    const maker = await checkout.clone();
    const reduced = await maker.run(`swarm reduce ${id.slice(0, 12)} --engine own --timeout 8`);
    expect([reduced.stderr, reduced.stdout]).toEqual(['', expect.stringContaining(`attached to task ${id}`)]);

    const clone = await checkout.clone();
    const [task] = (await tasks(clone)) as [Task];
    expect(task).toMatchObject({
      verify: 'swarm verify --reproducer first limit.c:limit',
      reproduce: 'swarm verify --reproducer only limit.c:limit',
      attachments: ['code.txt', 'reproducer.c', 'reproducer-argument-1.txt', 'reproducer.json'],
    });
    expect(task.body).toMatch(
      /^- reproducer: `reproducer\.c`, \d+ lines, a whole program, reads `reproducer-argument-1\.txt`, runs by itself: /m,
    );
    for (const command of [task.reproduce!, task.verify!]) {
      const red = await clone.run(command);
      expect([red.code, red.stdout]).toEqual([1, expect.stringMatching(/^RED limit\.c:limit: wrong-output/)]);
      expect(red.stdout).toContain(`note: shown by the reproducer of task ${id}`);
    }
    expect(existsSync(join(clone.dir, 'program')) || existsSync(join(clone.dir, '.swarm', 'capture'))).toBe(
      false,
    );
    clone.plant('');
    for (const command of [task.reproduce!, task.verify!]) {
      const green = await clone.run(command);
      expect([green.code, green.stdout]).toEqual([0, expect.stringMatching(/^GREEN limit\.c:limit/)]);
    }

    const before = await tasks(checkout);
    await checkout.run(emit);
    expect(await tasks(checkout)).toEqual(before);
    for (const each of [clone, maker, checkout]) each.remove();
  }, 300_000);
});
