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

/** Where it is, or why it can't be had. */
type NativeProgram = { readonly path: string } | { readonly problem: string };

let program: Promise<NativeProgram> | undefined;

/** The program, compiled where it isn't there yet. Tried once. */
export function nativeProgram(): Promise<NativeProgram> {
  program ??= makeIt().catch((error: Error) => ({ problem: error.message }));
  return program;
}

async function makeIt(): Promise<NativeProgram> {
  const env = process.env as Record<string, string>;
  const cache = userCache(env);
  if (process.platform !== 'linux') return { problem: 'needs Linux' };
  if (cache === undefined) return { problem: 'no place for it: neither HOME nor XDG_CACHE_HOME is set' };
  const spawner = new Spawner('', env);
  const runner = {
    run: (request: RunRequest) => spawner.run(request, () => {}),
    close: () => spawner.close(),
  };
  return { path: await keepProgram(SOURCE, { compilers: COMPILERS, runner, env, cache }) };
}
