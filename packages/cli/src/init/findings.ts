// What a folder says about how it is built and tested. Looks at names and a few files; runs nothing.

import { access, constants, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface Findings {
  /** What was recognised, in words: `Makefile with a target "check"`. */
  readonly seen: readonly string[];
  readonly build?: string;
  readonly clean?: string;
  readonly test?: string;
  readonly compileCommands?: string;
  /** Other C compilers on this machine: candidates for a target. */
  readonly compilers: readonly string[];
}

const CANDIDATES = ['tcc', 'pcc', 'clang', 'chibicc', 'lacc', 'cproc', 'slimcc', 'kefir'];

export async function findBuild(dir: string, path: string): Promise<Findings> {
  const names = new Set(await readdir(dir));
  const found =
    (await makeBuild(dir, names)) ?? cmakeBuild(names) ?? configureBuild(names) ?? mesonBuild(names);
  const database = ['compile_commands.json', 'build/compile_commands.json'];
  const compileCommands = (await firstReadable(database.map((name) => join(dir, name)))) && database;
  return {
    seen: [],
    ...found,
    ...(compileCommands ? { compileCommands: names.has(database[0]!) ? database[0]! : database[1]! } : {}),
    compilers: await compilersOn(path),
  };
}

type Build = Omit<Findings, 'compilers' | 'compileCommands'>;

async function makeBuild(dir: string, names: ReadonlySet<string>): Promise<Build | undefined> {
  const makefile = ['GNUmakefile', 'makefile', 'Makefile'].find((name) => names.has(name));
  if (makefile === undefined) return undefined;
  const text = await readFile(join(dir, makefile), 'utf8');
  const targets = new Set([...text.matchAll(/^([A-Za-z0-9_.-]+)\s*:(?!=)/gm)].map((match) => match[1]!));
  const test = ['check', 'test', 'tests'].find((target) => targets.has(target));
  return {
    seen: [`${makefile}${test === undefined ? '' : ` with a target "${test}"`}`],
    build: 'make -j2',
    ...(targets.has('clean') ? { clean: 'make clean' } : {}),
    ...(test === undefined ? {} : { test: `make ${test}` }),
  };
}

function cmakeBuild(names: ReadonlySet<string>): Build | undefined {
  if (!names.has('CMakeLists.txt')) return undefined;
  return {
    seen: ['CMakeLists.txt'],
    build: 'cmake -S . -B build-swarm && cmake --build build-swarm -j2',
    clean: 'rm -rf build-swarm',
    test: 'ctest --test-dir build-swarm',
  };
}

function configureBuild(names: ReadonlySet<string>): Build | undefined {
  if (!names.has('configure')) return undefined;
  return {
    seen: ['configure'],
    build: 'test -f Makefile || ./configure; make -j2',
    clean: 'test ! -f Makefile || make clean',
    test: 'make check',
  };
}

function mesonBuild(names: ReadonlySet<string>): Build | undefined {
  if (!names.has('meson.build')) return undefined;
  return {
    seen: ['meson.build'],
    build: 'test -d build-swarm || meson setup build-swarm; ninja -C build-swarm',
    clean: 'rm -rf build-swarm',
    test: 'meson test -C build-swarm',
  };
}

async function compilersOn(path: string): Promise<string[]> {
  const dirs = path.split(delimiter).filter((dir) => dir !== '');
  const there = await Promise.all(
    CANDIDATES.map((name) =>
      firstReadable(
        dirs.map((dir) => join(dir, name)),
        constants.X_OK,
      ),
    ),
  );
  return CANDIDATES.filter((_, i) => there[i] !== undefined);
}

async function firstReadable(paths: readonly string[], mode = constants.R_OK): Promise<string | undefined> {
  for (const path of paths) {
    const there = await access(path, mode).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
