// Lua 5.4.4, ready to be bisected: 34 units, an archive and two programs; the test is a walk through the interpreter
// whose output must be that of the oracle's build.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Folder, project } from '../kit/folder.ts';
import { FAULTCC } from '../kit/program.ts';
import type { Job } from './bisection.ts';
import { unpack } from './sources.mjs';

const EXERCISE = join(dirname(fileURLToPath(import.meta.url)), 'lua', 'exercise.lua');
export const LUA_UNITS = 34;

export interface Lua extends Folder {
  /** The job for a target; `make` are variables for both sides' builds. */
  job(target: string, settings?: { readonly flags?: string; readonly make?: string }): Job;
  /** The job for the planted-fault compiler with a table of these rows. */
  planted(name: string, ...rows: readonly string[]): Job;
}

/**
 * Unpacks Lua and lets the oracle say what the test prints. No -O: with it pcc never ends on lvm.c, and the build takes three times
 * as long. ar is
 * that of gcc, which doesn't load the plugins of other compilers, and ranlib is left out, since ar has written the index.
 */
export function prepareLua(tarball: string): Lua {
  const folder = project({}, 'swarm-lua-');
  unpack(tarball, folder.path('lua'));
  const dir = folder.path('lua');
  const build = `make -j2 -C src linux-noreadline AR="gcc-ar rcu" RANLIB=true CFLAGS="-std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX"`;
  copyFileSync(EXERCISE, join(dir, 'exercise.lua'));
  execFileSync('sh', ['-c', `${build} CC=gcc`], { cwd: dir, stdio: 'pipe' });
  const expected = execFileSync(join(dir, 'src', 'lua'), ['exercise.lua'], { cwd: dir });
  const expectStdout = folder.path('expected.txt');
  writeFileSync(expectStdout, expected);
  const job: Lua['job'] = (target, { flags, make = '' } = {}) => ({
    dir,
    target,
    ...(flags === undefined ? {} : { targetFlags: flags }),
    build: `${build} CC=gcc ${make}`.trim(),
    clean: 'make -C src clean',
    test: 'src/lua exercise.lua',
    expectStdout,
  });
  const planted: Lua['planted'] = (name, ...rows) => {
    const table = folder.write(`${name}.faults`, `${rows.join('\n')}\n`);
    // Without -O frame pointers are there anyhow: another flag has to make every object differ from the oracle's.
    return job(FAULTCC, { flags: `-fstack-protector-all -ffaults=${table}` });
  };
  return { ...folder, job, planted };
}
