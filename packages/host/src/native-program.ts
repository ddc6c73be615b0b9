// The program of the helper in C: compiled once a machine, with plain spawning, since it is what better ways need.

import { fileURLToPath } from 'node:url';
import { keepProgram, type ProgramSource, userCache } from './compiled-program.js';
import type { RunRequest } from './process.js';
import { Spawner } from './spawned.js';

const SOURCE: ProgramSource = {
  name: 'helper',
  folder: fileURLToPath(new URL('../native/', import.meta.url)),
};
const COMPILERS = ['cc', 'gcc', 'clang'];

let program: Promise<string | undefined> | undefined;

/** Where it is; undefined where it can't be had. Tried once. */
export function nativeProgram(): Promise<string | undefined> {
  program ??= findProgram().catch(() => undefined);
  return program;
}

async function findProgram(): Promise<string | undefined> {
  const env = process.env as Record<string, string>;
  const cache = userCache(env);
  if (process.platform !== 'linux' || cache === undefined) return undefined;
  const spawner = new Spawner('', env);
  const runner = {
    run: (request: RunRequest) => spawner.run(request, () => {}),
    close: () => spawner.close(),
  };
  return keepProgram(SOURCE, { compilers: COMPILERS, runner, env, cache });
}
