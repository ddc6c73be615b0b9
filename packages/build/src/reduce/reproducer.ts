// A reproducer by itself: a source that is a whole program, what it reads, and how it is compiled and run. It needs the two compilers and
// nothing else, so that anybody can ask in a second or two whether the sides still differ.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ProcessRunner, RunResult } from '@swarm/host';
import { quoted } from '../probe/script.js';
import type { CompilerSide } from '../store/compiler.js';
import { INPUT, readBy } from './invocation.js';
import { type Difference, differenceOf, isSame, type Observation } from './observation.js';
import { outputOf } from './output-file.js';
import type { Reduction } from './reduction.js';
import { LEVELS } from './trial.js';

/** How a source becomes a run. Everything holds on any machine with the compilers. */
export interface ReproducerRecipe {
  readonly schema: 'swarm.reproducer/1';
  readonly fileName: string;
  /** Arguments of the compilation, before the file. */
  readonly compile: readonly string[];
  readonly libraries: readonly string[];
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimitMs: number;
}

export interface StandaloneReproducer {
  readonly recipe: ReproducerRecipe;
  readonly text: string;
  /** What it reads, by name: `input` from standard input, the others as its arguments name them. */
  readonly reads: ReadonlyMap<string, Uint8Array>;
}

/** One that reads more than so many bytes stands by what it reads, not by itself. */
const LARGEST_READ_BYTES = 2 ** 20;

export type ReproducerAnswer =
  | { readonly kind: 'same' }
  | { readonly kind: 'differs'; readonly difference: Difference }
  /** The target makes no program of it any more: why, in a line. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The oracle doesn't: nothing can be said. */
  | { readonly kind: 'unusable'; readonly reason: string };

export interface Sides {
  readonly target: CompilerSide;
  readonly oracle: CompilerSide;
}

const COMPILE_LIMIT_MS = 60_000;

/** Compile by both sides, link by the oracle, run in an empty folder, and compare. */
export async function askReproducer(
  { recipe, text, reads }: StandaloneReproducer,
  { target, oracle }: Sides,
  runner: ProcessRunner,
): Promise<ReproducerAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-reproducer-'));
  try {
    for (const [name, bytes] of new Map([[INPUT, new Uint8Array()], ...reads]))
      writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, recipe.fileName), text, 'latin1');
    const make = (side: CompilerSide, name: string, further: readonly string[]) =>
      madeProgram(recipe, folder, { side, oracle, name, further }, runner);
    const right = await make(oracle, 'oracle', [LEVELS[0]]);
    if (right.kind === 'rejected') return { kind: 'unusable', reason: right.reason };
    const wrong = await make(target, 'target', []);
    if (wrong.kind === 'rejected') return wrong;
    const [expected, seen] = [
      await observed(recipe, folder, right.program, runner),
      await observed(recipe, folder, wrong.program, runner),
    ];
    if (expected.exit.kind !== 'exited')
      return { kind: 'unusable', reason: `the oracle's program does not end: ${expected.exit.kind}` };
    const difference = differenceOf(expected, seen);
    return difference === undefined ? { kind: 'same' } : { kind: 'differs', difference };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Making {
  readonly side: CompilerSide;
  readonly oracle: CompilerSide;
  readonly name: string;
  readonly further: readonly string[];
}

type MadeProgram =
  | { readonly kind: 'program'; readonly program: string }
  | Extract<ReproducerAnswer, { kind: 'rejected' }>;

async function madeProgram(
  { compile, fileName, libraries }: ReproducerRecipe,
  folder: string,
  { side, oracle, name, further }: Making,
  runner: ProcessRunner,
): Promise<MadeProgram> {
  const program = join(folder, name);
  const steps = [
    [side.command, ...side.flags, ...compile, ...further, '-c', fileName, '-o', `${name}.o`],
    [oracle.command, ...oracle.flags, `${name}.o`, '-o', program, ...libraries],
  ];
  for (const argv of steps) {
    const done = await runner.run({
      argv,
      cwd: folder,
      env: environment(folder),
      timeLimitMs: COMPILE_LIMIT_MS,
    });
    if (done.exit.kind !== 'exited' || done.exit.code !== 0)
      return { kind: 'rejected', reason: firstLine(done) };
  }
  return { kind: 'program', program };
}

async function observed(
  recipe: ReproducerRecipe,
  folder: string,
  program: string,
  runner: ProcessRunner,
): Promise<Observation> {
  const stdoutFile = `${program}.out`;
  const words = [program, ...recipe.arguments].map(quoted).join(' ');
  const { exit } = await runner.run({
    argv: ['sh', '-c', `ulimit -c 0; exec ${words} <${INPUT}`],
    cwd: folder,
    env: { ...environment(folder), ...recipe.env },
    timeLimitMs: recipe.timeLimitMs,
    stdoutFile,
  });
  return { exit, ...outputOf(stdoutFile) };
}

const environment = (folder: string): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  TMPDIR: folder,
  HOME: folder,
});

function firstLine({ stderr, exit }: RunResult): string {
  const line = stderr.split('\n').find((text) => /error|fatal/i.test(text)) ?? stderr.trim().split('\n')[0];
  return line === undefined || line === '' ? JSON.stringify(exit) : line;
}

/**
 * The reproducer of a reduction, where it stands by itself: a whole program, clean under sanitizers, that names nothing of the tree and
 * shows the same difference in an empty folder. Else undefined.
 */
export async function standaloneOf(
  { test, difference }: Reduction,
  text: string,
  sides: Sides,
  runner: ProcessRunner,
): Promise<StandaloneReproducer | undefined> {
  const { setting, invocation, sanitizers } = test;
  if (setting.kind !== 'standalone' || sanitizers.length === 0) return undefined;
  const own = new Set(invocation.ownFiles);
  const recipe: ReproducerRecipe = {
    schema: 'swarm.reproducer/1',
    fileName: test.fileName,
    compile: test.arguments,
    libraries: setting.libraries,
    arguments: invocation.arguments.map((word, i) => (own.has(i) ? basename(word) : word)),
    env: invocation.env,
    timeLimitMs: Math.ceil(test.timeLimitMs),
  };
  if (JSON.stringify(recipe).includes(test.bench.plan.root)) return undefined;
  const reads = new Map([...readBy(invocation)].map(([name, path]) => [name, readFileSync(path)]));
  if ([...reads.values()].reduce((sum, { length }) => sum + length, 0) > LARGEST_READ_BYTES) return undefined;
  const made = { recipe, text, reads };
  const answer = await askReproducer(made, sides, runner);
  return answer.kind === 'differs' && isSame(answer.difference, difference) ? made : undefined;
}
