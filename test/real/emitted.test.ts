// Tasks of a real program: Lua with a fault in one function, in a repository. What a task says is run in a fresh clone, with the fault
// and without it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Task } from '@swarm/core';
import { describe, expect, test } from 'vitest';
import { Checkout } from '../kit/checkout.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const EXERCISE = join(dirname(fileURLToPath(import.meta.url)), 'lua', 'exercise.lua');
const tarball = tarballOf('lua5.4');
const BUILD = `make -s -j2 -C src linux-noreadline CC=gcc AR='gcc-ar rcu' RANLIB=true CFLAGS='-std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX'`;

const CONFIG = `bisect:
  target: { cc: ./faultcc }
  oracle: gcc
  build: ${BUILD}
  clean: make -s -C src clean
  test: src/lua exercise.lua
  expectStdout: expected.txt
`;

describe.runIf(needs('gcc', 'make', 'git') && tarball !== undefined)('a task about a function of Lua', () => {
  test('is red in a fresh clone, and green there once the fault is gone', async () => {
    const folder = project({}, 'swarm-lua-task-');
    unpack(tarball!, folder.dir);
    copyFileSync(EXERCISE, folder.path('exercise.lua'));
    const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder.dir, stdio: 'pipe' });
    run(BUILD);
    writeFileSync(folder.path('expected.txt'), run('src/lua exercise.lua'));
    run('make -s -C src clean');
    folder.write('swarm.config.yaml', CONFIG);
    folder.write('faults', 'lvm.c luaV_mod swap-branch\n');
    const checkout = await Checkout.of(folder);
    expect((await checkout.run('swarm bisect --emit-tasks --no-labels')).code).toBe(0);
    const listed = await checkout.run('swarm task list --local --json');
    const [task, ...others] = listed.json<{ tasks: readonly Task[] }>().tasks;
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      verify: 'swarm verify src/lvm.c:luaV_mod',
      reproduce: 'swarm bisect --no-labels --only src/lvm.c:luaV_mod',
    });
    const clone = await checkout.clone();
    expect((await clone.run(task!.reproduce!)).stdout).toMatch(/^CULPRIT src\/lvm\.c:luaV_mod: wrong-output/);
    expect((await clone.run(task!.verify!)).stdout).toMatch(/^RED src\/lvm\.c:luaV_mod: wrong-output/);
    clone.plant('');
    const green = await clone.run(task!.verify!);
    expect([green.code, green.stdout]).toEqual([0, expect.stringMatching(/^GREEN src\/lvm\.c:luaV_mod/)]);
    clone.remove();
    checkout.remove();
  });
});
