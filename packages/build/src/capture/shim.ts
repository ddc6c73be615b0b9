// The shim's folder in a tree: the program, compiled once, its names in `bin/`, and the config that says what it does.
// The place is stable, because CMake and configure write the compiler's path into what they make; between captures the
// shim is off and each name is just the real program.

import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SwarmError } from '@swarm/core';
import type { ProcessRunner } from '@swarm/host';
import type { Tool } from './tools.js';

export interface Shim {
  readonly folder: string;
  /** To be first in PATH. */
  readonly bin: string;
  readonly tools: readonly Tool[];
}

export type ShimMode =
  | { readonly kind: 'off' }
  | { readonly kind: 'record'; readonly folder: string }
  /** For trees whose build scrubs the environment; else SWARM_SERVE names the folder. */
  | { readonly kind: 'serve'; readonly folder: string };

const SOURCES = fileURLToPath(new URL('../../shim/', import.meta.url));

/** Text that changes whenever the shim's program does. */
const sourceText = (): string =>
  readdirSync(SOURCES)
    .toSorted()
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
    .join('\0');

/** Compile the shim: static if that works, because a static program starts in half the time. */
async function compile(
  program: string,
  compilers: readonly string[],
  runner: ProcessRunner,
  env: Record<string, string>,
) {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  let reason = '';
  for (const cc of compilers) {
    for (const extra of [['-static'], []]) {
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

/** Write a file whole or not at all. */
function replaceFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}-${randomBytes(3).toString('hex')}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

/** Say what the shim does from now on. `sinceNs`: sources changed at or after it are kept. */
export function setShimMode(shim: Shim, mode: ShimMode, sinceNs: bigint): void {
  const fields = ['swarm.shim/1', mode.kind, mode.kind === 'off' ? '' : mode.folder, `${sinceNs}`];
  for (const tool of shim.tools)
    fields.push(tool.name, tool.family, tool.run, tool.own, `${tool.flags.length}`, ...tool.flags);
  replaceFile(join(shim.folder, 'config'), fields.map((field) => `${field}\0`).join(''));
}

function linkNames(folder: string, tools: readonly Tool[]): void {
  const there = new Set(readdirSync(join(folder, 'bin')));
  for (const tool of tools) if (!there.has(tool.name)) symlinkSync('../shim', join(folder, 'bin', tool.name));
}

/** Put the shim into `<stateDir>/shim/<hash>`, compiling it if it isn't there yet. It is left off. */
export async function installShim(options: {
  readonly stateDir: string;
  readonly tools: readonly Tool[];
  /** Compilers to make the shim with, the first that works. */
  readonly compilers: readonly string[];
  readonly runner: ProcessRunner;
  readonly env: Record<string, string>;
}): Promise<Shim> {
  const { stateDir, tools } = options;
  const hash = createHash('sha256').update(sourceText()).digest('hex').slice(0, 12);
  const folder = join(stateDir, 'shim', hash);
  const shim: Shim = { folder, bin: join(folder, 'bin'), tools };
  if (existsSync(join(folder, 'config'))) {
    linkNames(folder, tools);
    return shim;
  }
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(join(draft, 'bin'), { recursive: true });
  await compile(join(draft, 'shim'), options.compilers, options.runner, options.env);
  linkNames(draft, tools);
  setShimMode({ ...shim, folder: draft }, { kind: 'off' }, 0n);
  try {
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    // Somebody else made the same one at the same time.
    if (!existsSync(join(folder, 'config'))) throw cause;
  }
  return shim;
}
