// The names that a build may call its tools by, and the real program behind each: C compilers all stand for the
// oracle, launchers like ccache are looked through, everything else is itself.

import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { SwarmError } from '@swarm/core';

/** The known-good compiler. */
export interface Oracle {
  /** A name in PATH, or a path. */
  readonly cc: string;
  /** Put right after the compiler's name whenever it compiles C. */
  readonly flags: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly family: 'cc' | 'c++' | 'ar' | 'ranlib' | 'ld' | 'strip' | 'objcopy' | 'launcher';
  /** What runs in its place. */
  readonly run: string;
  /** The program of that name without the shim. */
  readonly own: string;
  readonly flags: readonly string[];
}

const LAUNCHERS = ['ccache', 'distcc', 'sccache', 'icecc'];

const executable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

const foldersOf = (path: string): string[] =>
  path.split(delimiter).filter((folder) => folder !== '' && !/\/\.swarm\/shim\//.test(`${folder}/`));

/** The program that a name means in PATH, passing over compilers that are links to a cache. */
export function findProgram(name: string, path: string): string | undefined {
  for (const folder of foldersOf(path)) {
    const file = join(folder, name);
    if (!executable(file)) continue;
    const real = basename(realpathSync(file));
    if (LAUNCHERS.includes(real) && real !== name) continue;
    return file;
  }
  return undefined;
}

/** The oracle's absolute path. Throws `no-oracle` (exit 3). */
export function findOracle(cc: string, path: string): string {
  const found = cc.includes('/') ? resolve(cc) : findProgram(cc, path);
  if (found !== undefined && executable(found)) return found;
  throw new SwarmError(`oracle ${cc}: no such compiler`, {
    code: 'no-oracle',
    exit: 3,
    hint: 'Install it, or name another one with --oracle.',
  });
}

/** `gcc-12` -> `g++-12`, beside it; undefined when the oracle has no C++ driver. */
function cxxOf(oracle: string): string | undefined {
  const name = basename(oracle);
  const sibling = /(^|-)gcc(-[\d.]+)?$/.test(name)
    ? name.replace(/gcc(-[\d.]+)?$/, 'g++$1')
    : /(^|-)clang(-[\d.]+)?$/.test(name)
      ? name.replace(/clang(-[\d.]+)?$/, 'clang++$1')
      : undefined;
  const file = sibling === undefined ? undefined : join(dirname(oracle), sibling);
  return file !== undefined && executable(file) ? file : undefined;
}

const FAMILIES: readonly (readonly [Tool['family'], RegExp])[] = [
  ['cc', /^(cc|gcc|clang|c99|c89)$/],
  ['c++', /^(c\+\+|g\+\+|clang\+\+)$/],
  ['ar', /^(gcc-|llvm-)?ar$/],
  ['ranlib', /^(gcc-|llvm-)?ranlib$/],
  ['ld', /^ld(\.bfd|\.gold|\.lld)?$/],
  ['strip', /^(llvm-)?strip$/],
  ['objcopy', /^(llvm-)?objcopy$/],
  ['launcher', /^(ccache|distcc|sccache|icecc)$/],
];

/** `x86_64-linux-gnu-gcc-12` is a gcc when that is this machine; a cross compiler is not ours to replace. */
function familyOf(name: string, machine: string): Tool['family'] | undefined {
  const plain = machine !== '' && name.startsWith(`${machine}-`) ? name.slice(machine.length + 1) : name;
  const unversioned = plain.replace(/-\d+(\.\d+)*$/, '');
  return FAMILIES.find(([, pattern]) => pattern.test(unversioned))?.[0];
}

const entries = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    // A folder of PATH that isn't there.
    return [];
  }
};

/** Flags that a name implies. */
export const impliedFlags = (name: string): readonly string[] =>
  name === 'c99' ? ['-std=c99'] : name === 'c89' ? ['-std=c89'] : [];

/**
 * The tools to stand in for. `machine` is what the oracle's -dumpmachine prints, or nothing.
 */
export function findTools(oracle: string, flags: readonly string[], path: string, machine: string): Tool[] {
  const names = new Set(['cc', basename(oracle), ...foldersOf(path).flatMap(entries)]);
  const cxx = cxxOf(oracle);
  const tools: Tool[] = [];
  for (const name of names) {
    const family = name === basename(oracle) ? 'cc' : familyOf(name, machine);
    if (family === undefined) continue;
    const own = findProgram(name, path) ?? (family === 'cc' ? oracle : undefined);
    if (own === undefined) continue;
    const run = family === 'cc' ? oracle : family === 'c++' ? (cxx ?? own) : own;
    tools.push({ name, family, run, own, flags: family === 'cc' ? [...impliedFlags(name), ...flags] : [] });
  }
  return tools;
}
