// Who a compiler is: everything outside a unit that decides what object comes out. A change of any of it gives a new
// identity and so new objects: the program itself, the programs it hands work to, its version text, its flags, and
// the environment that compilers read. What a wrapper script reads from elsewhere, its --version text should tell, alone
// or with its flags. Files that the flags name count with their content; where units are compiled decides which they are.

import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { type ProcessRunner, userCache } from '@swarm/host';
import { fileDigest } from './file-digest.js';
import { markedFiles } from './markers.js';

/** One side of a bisection, as a person names it. */
export interface CompilerSide {
  /** A program's name or path. */
  readonly command: string;
  /** Arguments of this side only, before those of the unit. */
  readonly flags: readonly string[];
}

export interface Compiler {
  /** Absolute path, as found: not resolved further, since some programs act by the name they are called by. */
  readonly program: string;
  readonly flags: readonly string[];
  /** Hash over everything outside a unit that decides what comes out. */
  readonly identity: string;
  /** It takes -E and writes preprocessed text to standard output. */
  readonly preprocesses: boolean;
  /** Its preprocessed text names every file that was read, so a list of those files proves that nothing changed. */
  readonly namesEveryFile: boolean;
}

const READ_FROM_ENVIRONMENT = [
  'CPATH',
  'C_INCLUDE_PATH',
  'LIBRARY_PATH',
  'COMPILER_PATH',
  'GCC_EXEC_PREFIX',
  'CCC_OVERRIDE_OPTIONS',
];

/** Parts that drivers hand the work to, by the names that drivers know them by: a compiler proper, by one of two, and an assembler. */
const PARTS = [['cc1', 'ccom'], ['as']];

/**
 * The absolute path of a command: as it stands when it has a slash, else from PATH.
 * Throws `no-compiler` or `compiler-not-executable`.
 */
function findProgram(command: string, side: string, path = process.env.PATH ?? ''): string {
  const candidates = command.includes('/')
    ? [resolve(command)]
    : path.split(delimiter).map((folder) => resolve(folder, command));
  const found = candidates.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  const runnable = found.find(isExecutable);
  if (runnable !== undefined) return runnable;
  if (found[0] !== undefined)
    throw new SwarmError(`${side} ${found[0]}: not executable`, {
      code: 'compiler-not-executable',
      exit: EXIT.environment,
      hint: `chmod +x ${found[0]}`,
    });
  throw new SwarmError(`${side} ${command}: not found`, {
    code: 'no-compiler',
    exit: EXIT.environment,
    hint: 'name an installed compiler or give its path; `swarm doctor` checks both sides',
  });
}

/** Find a side's compiler and establish its identity. `scratch` is a folder of the caller's for a tiny source. */
export async function identifyCompiler(
  side: CompilerSide,
  role: string,
  runner: ProcessRunner,
  env: Readonly<Record<string, string>>,
  scratch: string,
): Promise<Compiler> {
  const program = findProgram(side.command, role, env.PATH);
  const ask = async (...words: string[]) => {
    const result = await runner.run({ argv: [program, ...words], cwd: scratch, env, timeLimitMs: 20_000 });
    return {
      ok: result.exit.kind === 'exited' && result.exit.code === 0,
      text: result.stdout + result.stderr,
    };
  };
  const version = await ask('--version');
  const withFlags = side.flags.length === 0 ? version : await ask(...side.flags, '--version');
  const cache = userCache(env);
  const hash = createHash('sha256');
  const add = (value: unknown) => hash.update(JSON.stringify(value)).update('\n');
  add([realpathSync(program), fileDigest(program, cache), version.text, withFlags.text, side.flags]);
  add(READ_FROM_ENVIRONMENT.map((name) => env[name] ?? null));
  for (const names of PARTS)
    for (const name of names) {
      const answer = await ask(`-print-prog-name=${name}`);
      const file = answer.text.trim();
      if (!answer.ok || !isAbsolute(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
      add([name, realpathSync(file), fileDigest(file, cache)]);
      break;
    }
  const skills = await preprocessingSkills(ask, scratch);
  return { program, flags: side.flags, identity: hash.digest('hex'), ...skills };
}

/**
 * What -E gives, tried where it can do no harm. A young compiler may take it for nothing and write an object; some (tcc)
 * don't mention a header that holds nothing but macros, so that for them no list of files proves anything.
 */
async function preprocessingSkills(
  ask: (...words: string[]) => Promise<{ ok: boolean; text: string }>,
  scratch: string,
): Promise<Pick<Compiler, 'preprocesses' | 'namesEveryFile'>> {
  const folder = join(scratch, 'markers');
  mkdirSync(folder, { recursive: true });
  const header = join(folder, 'macros.h');
  const source = join(folder, 'source.c');
  writeFileSync(header, '#define ONE 1\n');
  writeFileSync(source, '#include "macros.h"\nint x = ONE;\n');
  const answer = await ask('-E', source);
  const named = markedFiles(answer.text, folder);
  const preprocesses = answer.ok && /int\s+x\s*=\s*1\s*;/.test(answer.text);
  return { preprocesses, namesEveryFile: preprocesses && named.includes(header) && named.includes(source) };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
