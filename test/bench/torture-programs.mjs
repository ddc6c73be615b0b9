// GCC's torture tests, from a Debian package like `gcc-12-source`: about 1,600 C programs of one file each.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = '/usr/src';
const PATH = 'gcc/testsuite/gcc.c-torture/execute';

/** Every `every`th program into a folder, and those of these names; how many. Exits with 3 where there are none. */
export function unpackTorture(folder, every, keep = []) {
  const gcc = existsSync(SOURCES) ? readdirSync(SOURCES).find((name) => /^gcc-\d+$/.test(name)) : undefined;
  const archive = gcc && readdirSync(join(SOURCES, gcc)).find((name) => /^gcc-[\d.]+.*\.tar\.xz$/.test(name));
  if (!archive) {
    console.error(
      'ERROR torture tests: no /usr/src/gcc-*/gcc-*.tar.xz\n  next: apt-get install gcc-12-source',
    );
    process.exit(3);
  }
  mkdirSync(folder, { recursive: true });
  const words = ['xJf', join(SOURCES, gcc, archive), '-C', folder, '--strip-components=5'];
  const done = spawnSync('tar', [...words, '--wildcards', `*/${PATH}/*`], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`tar: ${done.error?.message ?? done.stderr}`);
  for (const part of ['builtins', 'ieee']) rmSync(join(folder, part), { recursive: true, force: true });
  const programs = readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .sort();
  const left = programs.filter((name, i) => (i + 1) % every === 0 || keep.includes(name));
  for (const name of programs) if (!left.includes(name)) rmSync(join(folder, name));
  return left.length;
}
