// Small C programs that we bring as source. Each is compiled once a machine: it is kept among the user's caches, by the text of its
// sources and the machine that it is for. A cache that can't be read or written is none.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { ProcessRunner } from './process.js';

export interface ProgramSource {
  /** One word. */
  readonly name: string;
  /** The folder of its sources. */
  readonly folder: string;
}

export interface ProgramMaking {
  /** Compilers to make it with, the first that works. */
  readonly compilers: readonly string[];
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
  /** Where programs are kept; left out: nowhere. */
  readonly cache?: string | undefined;
}

/** Changes whenever the program does. */
export function sourceVersion({ folder }: ProgramSource): string {
  const texts = readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);
}

/** A user's folder for what can be made again; undefined where the environment has no place for it. */
export function userCache(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const base = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, '.cache') : undefined);
  return base === undefined ? undefined : join(base, 'swarm');
}

/** Where a program is kept for everybody, whether it is there or not. */
const keptProgram = (source: ProgramSource, cache: string): string =>
  join(cache, `${source.name}-${sourceVersion(source)}-${process.platform}-${process.arch}`);

/** Write the program to `program`, from the cache or by compiling it. Throws `no-<name>` (exit 3). */
export async function makeProgram(
  source: ProgramSource,
  program: string,
  making: ProgramMaking,
): Promise<void> {
  const kept = making.cache && keptProgram(source, making.cache);
  if (kept !== undefined && copied(kept, program)) return;
  const { isStatic } = await compile(source, program, making);
  if (kept === undefined || !isStatic) return;
  const draft = `${kept}.${process.pid}`;
  if (does(() => mkdirSync(making.cache!, { recursive: true })) && copied(program, draft))
    if (!does(() => renameSync(draft, kept))) does(() => rmSync(draft));
}

/** The same, ready to be run where it is kept; also one that isn't static, so that who starts it must be ready for its not starting. */
export async function keepProgram(
  source: ProgramSource,
  making: ProgramMaking & { readonly cache: string },
): Promise<string> {
  const kept = keptProgram(source, making.cache);
  if (existsSync(kept)) return kept;
  mkdirSync(making.cache, { recursive: true });
  const draft = `${kept}.${process.pid}`;
  await compile(source, draft, making);
  renameSync(draft, kept);
  return kept;
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
  { name, folder }: ProgramSource,
  program: string,
  { compilers, runner, env }: ProgramMaking,
): Promise<{ isStatic: boolean }> {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.c'));
  let reason = 'no compiler found';
  for (const cc of compilers) {
    for (const extra of FLAGS) {
      const argv = [cc, '-O2', ...extra, '-o', program, ...sources.map((file) => join(folder, file))];
      const result = await runner.run({ argv, cwd: folder, env });
      if (result.exit.kind === 'exited' && result.exit.code === 0)
        return { isStatic: extra.includes('-static') };
      if (result.exit.kind === 'not-started') break;
      const said = result.stderr.split('\n');
      reason = said.find((line) => /error/i.test(line)) ?? said[0] ?? '';
    }
  }
  throw new SwarmError(`${name}: cannot be compiled: ${reason}`, {
    code: `no-${name}`,
    exit: EXIT.environment,
    hint: 'Install a C compiler that makes native programs (cc or gcc) and its C library headers.',
  });
}
