// Our interestingness test. A candidate is what we look for when both sides compile it, the oracle's program does the same
// at two optimisation levels and under sanitizers, and the target's differs from it in the way that it did at first. The two
// sides are compared with each other on this very candidate, never with what the test expects: so all that the difference
// doesn't need can go.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { quoted } from '../probe/script.js';
import type { LinkedTree, Workbench } from '../probe/workbench.js';
import type { Compiler } from '../store/compiler.js';
import { isObject } from '../store/elf.js';
import { withFolder } from '../store/preprocess.js';
import type { Invocation } from './invocation.js';
import { agree, type Difference, differenceOf, isSame, type Observation } from './observation.js';
import { outputOf } from './output-file.js';
import { withBlob } from './passing-blob.js';

/** How a candidate becomes a program. */
export type Setting =
  /** It is the whole program; `libraries` are the link's. */
  | { readonly kind: 'standalone'; readonly libraries: readonly string[] }
  /** It stands for one unit of the program. `others`: what further members of the culprit are from the target, by unit. */
  | { readonly kind: 'in-program'; readonly unit: number; readonly others: ReadonlyMap<number, string> };

export interface CandidateTest {
  readonly bench: Workbench;
  readonly setting: Setting;
  readonly invocation: Invocation;
  /** The file's name: a compiler may go by it. */
  readonly fileName: string;
  /** Arguments of every compilation, before the file. */
  readonly arguments: readonly string[];
  /** Further ones for the oracle's: warnings that tell bad C, as errors. */
  readonly strict: readonly string[];
  readonly sanitizers: readonly string[];
  readonly timeLimitMs: number;
  /** So many runs of the target's program show the difference, one after the other. */
  readonly times: number;
}

/** The oracle's two levels. */
export const LEVELS = ['-O0', '-O2'] as const;
export const SANITIZERS = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-sanitize=shift-base',
];
export const STRICT = [
  '-Werror=implicit-function-declaration',
  '-Werror=implicit-int',
  '-Werror=return-type',
  '-Werror=uninitialized',
  '-Werror=int-conversion',
  '-Werror=incompatible-pointer-types',
];

const COMPILE_LIMIT_MS = 30_000;

/** How the target's program differs from the oracle's, where everything that is asked of a candidate holds. */
export function differenceIn(
  test: CandidateTest,
  text: string,
  signal?: AbortSignal,
): Promise<Difference | undefined> {
  return withFolder(test.bench.shop, async (folder) => {
    writeFileSync(join(folder, test.fileName), text, 'latin1');
    const oracle = (further: readonly string[]) =>
      made(test, folder, test.bench.oracle, [...test.strict, ...further], signal);
    const plain = await oracle([LEVELS[0]]);
    if (plain === undefined) return undefined;
    const target = await made(test, folder, test.bench.target, [], signal);
    if (target === undefined) return undefined;
    const right = await observe(test, folder, { object: plain }, signal);
    if (right === undefined) return undefined;
    const difference = await lastingDifference(test, folder, target, right, signal);
    if (difference === undefined) return undefined;
    for (const further of [[LEVELS[1]], test.sanitizers]) {
      if (further.length === 0) continue;
      const object = await oracle(further);
      const same =
        object === undefined ? undefined : await observe(test, folder, { object, flags: further }, signal);
      if (same === undefined || !agree(right, same)) return undefined;
    }
    return difference;
  });
}

/** How each run of the target's program differs; undefined where one doesn't, or differs in another way. */
async function lastingDifference(
  test: CandidateTest,
  folder: string,
  object: string,
  right: Observation,
  signal: AbortSignal | undefined,
): Promise<Difference | undefined> {
  let shown: Difference | undefined;
  const isShown = (seen: Observation): boolean => {
    const difference = differenceOf(right, seen);
    shown = shown === undefined || isSame(difference, shown) ? difference : undefined;
    return shown !== undefined;
  };
  const ran = await observe(test, folder, { object, isTarget: true, times: test.times, isShown }, signal);
  return ran === undefined ? undefined : shown;
}

/** Is it still what `wanted` was? */
export const isInteresting = async (
  test: CandidateTest,
  wanted: Difference,
  text: string,
  signal?: AbortSignal,
): Promise<boolean> => isSame(await differenceIn(test, text, signal), wanted);

/** Links what names functions that are not there, and are not called. */
const INCOMPLETE = ['-Wl,--unresolved-symbols=ignore-all', '-no-pie'];

/** What the oracle's program leaves in a file that its text names; undefined where it does not compile, or leaves none. */
export const leftBy = (
  test: CandidateTest,
  text: (file: string) => string,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> =>
  withFolder(test.bench.shop, async (folder) => {
    const file = join(folder, 'left');
    writeFileSync(join(folder, test.fileName), text(file), 'latin1');
    const object = await made(test, folder, test.bench.oracle, [LEVELS[0]], signal);
    if (object === undefined) return undefined;
    const ran = (flags: readonly string[]) => observe(test, folder, { object, flags }, signal);
    if (((await ran([])) ?? (await ran(INCOMPLETE))) === undefined) return undefined;
    return existsSync(file) ? readFileSync(file) : undefined;
  });

let serial = 0;

/** Compile the candidate; undefined where the compiler doesn't. */
async function made(
  { bench, fileName, arguments: words }: CandidateTest,
  folder: string,
  compiler: Compiler,
  further: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const object = join(folder, `${++serial}.o`);
  const { exit } = await bench.shop.runner.run({
    argv: [compiler.program, ...compiler.flags, ...words, ...further, '-c', fileName, '-o', object],
    cwd: folder,
    env: { ...bench.shop.env, TMPDIR: folder },
    timeLimitMs: COMPILE_LIMIT_MS,
    outputCapBytes: 1024,
    ...(signal === undefined ? {} : { signal }),
  });
  return exit.kind === 'exited' && exit.code === 0 && isObjectFile(object) ? object : undefined;
}

function isObjectFile(file: string): boolean {
  try {
    return isObject(readFileSync(file));
  } catch {
    return false;
  }
}

interface Made {
  readonly object: string;
  /** What it was compiled with, where the link has to know it. */
  readonly flags?: readonly string[];
  readonly isTarget?: boolean;
  /** It is run so often, as long as each run is what is looked for. */
  readonly times?: number;
  readonly isShown?: (seen: Observation) => boolean;
}

/** Link an object into the program and run it; the last run, or undefined where it doesn't link. */
async function observe(
  test: CandidateTest,
  folder: string,
  { object, flags = [], isTarget = false, times = 1, isShown = () => true }: Made,
  signal: AbortSignal | undefined,
): Promise<Observation | undefined> {
  const { bench, setting } = test;
  const run = async (tree: LinkedTree, program: string): Promise<Observation> => {
    let seen = await runIn(tree, test, program, folder, signal);
    for (let i = 1; isShown(seen) && i < times; i++) seen = await runIn(tree, test, program, folder, signal);
    return seen;
  };
  if (setting.kind === 'standalone') {
    const program = `${object}.${basename(test.invocation.program)}`;
    const { exit } = await bench.shop.runner.run({
      argv: [
        bench.oracle.program,
        ...bench.oracle.flags,
        object,
        ...flags,
        '-o',
        program,
        ...setting.libraries,
      ],
      cwd: folder,
      env: { ...bench.shop.env, TMPDIR: folder },
      timeLimitMs: COMPILE_LIMIT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    if (exit.kind !== 'exited' || exit.code !== 0) return undefined;
    return bench.lend({ signal }, (tree) => run(tree, program));
  }
  const links = { order: 0, flags: flags.filter((flag) => flag.startsWith('-fsanitize=')) };
  return withBlob(bench.store.blobs, readFileSync(object), (blob) => {
    const objects = new Map([...(isTarget ? setting.others : []), [setting.unit, blob]] as const);
    return bench.lend({ objects, links, signal }, (tree) => run(tree, tree.seen(test.invocation.program)));
  });
}

/** Run a program as the invocation says. */
export async function runIn(
  tree: LinkedTree,
  { invocation, timeLimitMs }: Pick<CandidateTest, 'invocation' | 'timeLimitMs'>,
  program: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Observation> {
  const stdoutFile = join(folder, `${++serial}.out`);
  const { ownFiles = [] } = invocation;
  const seen = invocation.arguments.map((word, i) => (ownFiles.includes(i) ? word : tree.seen(word)));
  const words = [program, ...seen].map(quoted);
  const { exit } = await tree.run({
    command: `ulimit -c 0; exec ${words.join(' ')} <${quoted(invocation.stdin)}`,
    dir: invocation.dir,
    env: { ...invocation.env, ASAN_OPTIONS: 'detect_leaks=0' },
    timeLimitMs,
    stdoutFile,
    signal,
  });
  const output = outputOf(stdoutFile);
  rmSync(stdoutFile, { force: true });
  return { exit, ...output };
}
