// Our own programs in C, the helper and the relay: compiled once a machine, with plain spawning, since it is what better ways need.

import { fileURLToPath } from 'node:url';
import { keepProgram, type ProgramSource, userCache } from './compiled-program.js';
import type { RunRequest } from './process.js';
import { Spawner } from './spawned.js';

/** Each by the folder of its sources. */
const FOLDERS = { helper: '../native/', relay: '../relay/' };
type Name = keyof typeof FOLDERS;
const COMPILERS = ['cc', 'gcc', 'clang'];

/** Where it is, or why it can't be had. */
type NativeProgram = { readonly path: string } | { readonly problem: string };

const programs = new Map<Name, Promise<NativeProgram>>();

/** The program, compiled where it isn't there yet. Tried once. */
export function nativeProgram(name: Name): Promise<NativeProgram> {
  const there = programs.get(name);
  if (there !== undefined) return there;
  const made = makeIt(name).catch((error: Error) => ({ problem: error.message }));
  programs.set(name, made);
  return made;
}

async function makeIt(name: Name): Promise<NativeProgram> {
  const source: ProgramSource = { name, folder: fileURLToPath(new URL(FOLDERS[name], import.meta.url)) };
  const env = process.env as Record<string, string>;
  const cache = userCache(env);
  if (process.platform !== 'linux') return { problem: 'needs Linux' };
  if (cache === undefined) return { problem: 'no place for it: neither HOME nor XDG_CACHE_HOME is set' };
  const spawner = new Spawner('', env);
  const runner = {
    run: (request: RunRequest) => spawner.run(request, () => {}),
    close: () => spawner.close(),
  };
  return { path: await keepProgram(source, { compilers: COMPILERS, runner, env, cache }) };
}
