// The shim's folder in a tree: the program, compiled once, its names in `bin/`, and the config that says what it does.
// The place is stable, because CMake and configure write the compiler's path into what they make; between captures the
// shim is off and each name is just the real program.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SwarmError } from '@swarm/core';
import type { ProcessRunner } from '@swarm/host';
import type { ShimPlace } from '../plan.js';
import { writeConfig } from './shim-mode.js';
import type { Tool } from './tools.js';

export interface Shim {
  readonly place: ShimPlace;
  readonly tools: readonly Tool[];
}

const SOURCES = fileURLToPath(new URL('../../shim/', import.meta.url));

/** Text that changes whenever the shim's program does. */
const sourceText = (): string =>
  readdirSync(SOURCES)
    .toSorted()
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
    .join('\0');

/** Static, because such a program starts in half the time, and in few pages, each of which costs a fault; else as it can be had. */
const FLAGS = [['-static', '-s', '-Wl,-z,noseparate-code', '-Wl,-z,norelro'], ['-static'], []];

/** Compile the shim with the first flags that work. */
async function compile(
  program: string,
  compilers: readonly string[],
  runner: ProcessRunner,
  env: Readonly<Record<string, string>>,
) {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  let reason = '';
  for (const cc of compilers) {
    for (const extra of FLAGS) {
      const argv = [cc, '-O2', ...extra, '-o', program, ...sources.map((name) => join(SOURCES, name))];
      const result = await runner.run({ argv, cwd: SOURCES, env });
      if (result.exit.kind === 'exited' && result.exit.code === 0) return;
      reason =
        result.stderr.split('\n').find((line) => /error/i.test(line)) ?? result.stderr.split('\n')[0] ?? '';
    }
  }
  throw new SwarmError(`compiler shim: cannot be compiled: ${reason}`, {
    code: 'no-shim',
    exit: 3,
    hint: 'Install a C compiler that makes native programs (cc or gcc) and its C library headers.',
  });
}

function linkNames(folder: string, tools: readonly Tool[]): void {
  const there = new Set(readdirSync(join(folder, 'bin')));
  for (const tool of tools) if (!there.has(tool.name)) symlinkSync('../shim', join(folder, 'bin', tool.name));
}

/** Put the shim into `<stateDir>/shim/<hash>`, compiling it if it isn't there yet. One at a time in a folder. */
export async function installShim(options: {
  readonly stateDir: string;
  readonly oracle: string;
  readonly tools: readonly Tool[];
  /** Compilers to make the shim with, the first that works. */
  readonly compilers: readonly string[];
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Shim> {
  const { stateDir, tools } = options;
  const hash = createHash('sha256').update(sourceText()).digest('hex').slice(0, 12);
  const folder = join(stateDir, 'shim', hash);
  const cxx = tools.find((tool) => tool.family === 'c++')?.name;
  const place = { folder, cc: basename(options.oracle), ...(cxx === undefined ? {} : { cxx }) };
  const shim: Shim = { place, tools };
  if (!existsSync(join(folder, 'config'))) {
    const draft = `${folder}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(join(draft, 'bin'), { recursive: true });
    await compile(join(draft, 'shim'), options.compilers, options.runner, options.env);
    writeConfig(draft, tools, { kind: 'off' });
    renameSync(draft, folder);
  }
  linkNames(folder, tools);
  return shim;
}
