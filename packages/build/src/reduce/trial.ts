// Our interestingness test. A candidate is what we look for when both sides compile it, the oracle's program does the same
// at two optimisation levels and under sanitizers, and the target's differs from it in the way that it did at first. The two
// sides are compared with each other on this very candidate, never with what the test expects: so all that the difference
// doesn't need can go.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    const wrong = right && (await observe(test, folder, { object: target, isTarget: true }, signal));
    const difference = right && wrong && differenceOf(right, wrong);
    if (right === undefined || difference === undefined) return undefined;
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

/** Is it still what `wanted` was? */
export const isInteresting = async (
  test: CandidateTest,
  wanted: Difference,
  text: string,
  signal?: AbortSignal,
): Promise<boolean> => isSame(await differenceIn(test, text, signal), wanted);

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
}

/** Link an object into the program and run it; undefined where it doesn't link. */
async function observe(
  test: CandidateTest,
  folder: string,
  { object, flags = [], isTarget = false }: Made,
  signal: AbortSignal | undefined,
): Promise<Observation | undefined> {
  const { bench, setting } = test;
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
    return bench.lend({ signal }, (tree) => runIn(tree, test, program, folder, signal));
  }
  const links = { order: 0, flags: flags.filter((flag) => flag.startsWith('-fsanitize=')) };
  return withBlob(bench.store.blobs, readFileSync(object), (blob) => {
    const objects = new Map([...(isTarget ? setting.others : []), [setting.unit, blob]] as const);
    return bench.lend({ objects, links, signal }, (tree) =>
      runIn(tree, test, tree.seen(test.invocation.program), folder, signal),
    );
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
