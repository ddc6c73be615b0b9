// The shim's program. It is compiled once a machine, not once a tree: a static one is kept among the user's caches, by the text
// of its sources and the machine that it is for, and copied into each tree. A cache that can't be read or written is none.

import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SwarmError } from '@swarm/core';
import type { ProcessRunner } from '@swarm/host';

export interface ShimMaking {
  /** Compilers to make the shim with, the first that works. */
  readonly compilers: readonly string[];
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
  /** Where programs for all trees are kept; left out: nowhere. */
  readonly cache?: string | undefined;
}

const SOURCES = fileURLToPath(new URL('../../shim/', import.meta.url));

/** Changes whenever the shim's program does. */
export function shimVersion(): string {
  const texts = readdirSync(SOURCES)
    .toSorted()
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);
}

/** A user's folder for what can be made again; undefined where the environment has no place for it. */
export function userCache(env: Readonly<Record<string, string>>): string | undefined {
  const base = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, '.cache') : undefined);
  return base === undefined ? undefined : join(base, 'swarm');
}

/** Write the program to `program`, from the cache or by compiling it. Throws `no-shim` (exit 3). */
export async function makeShimProgram(program: string, making: ShimMaking): Promise<void> {
  const { platform, arch } = process;
  const kept = making.cache && join(making.cache, `shim-${shimVersion()}-${platform}-${arch}`);
  if (kept !== undefined && copied(kept, program)) return;
  const { isStatic } = await compile(program, making);
  if (kept === undefined || !isStatic) return;
  const draft = `${kept}.${process.pid}`;
  if (does(() => mkdirSync(making.cache!, { recursive: true })) && copied(program, draft))
    if (!does(() => renameSync(draft, kept))) does(() => rmSync(draft));
}

function copied(from: string, to: string): boolean {
  const done = does(() => copyFileSync(from, to)) && does(() => chmodSync(to, 0o755));
  if (!done) does(() => rmSync(to));
  return done;
}

/** Does it go well? */
function does(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Static, because such a program starts in half the time, and in few pages, each of which costs a fault; else as it can be had. */
const FLAGS = [['-static', '-s', '-Wl,-z,noseparate-code', '-Wl,-z,norelro'], ['-static'], []];

/** Compile with the first flags that work. */
async function compile(
  program: string,
  { compilers, runner, env }: ShimMaking,
): Promise<{ isStatic: boolean }> {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  let reason = '';
  for (const cc of compilers) {
    for (const extra of FLAGS) {
      const argv = [cc, '-O2', ...extra, '-o', program, ...sources.map((name) => join(SOURCES, name))];
      const result = await runner.run({ argv, cwd: SOURCES, env });
      if (result.exit.kind === 'exited' && result.exit.code === 0)
        return { isStatic: extra.includes('-static') };
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
