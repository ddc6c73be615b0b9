// What there is to reduce: the one run of a program that shows a culprit's failure, and the text to begin with. A text that is
// the whole program is preferred, since it needs nothing else: all units of the program in one. Where they can't be one, or
// the failure isn't there any more when they are, it is the culprit's unit, and all else is the oracle's objects.

import { mkdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { COMPILER_TABLE } from '../command/options.js';
import { tokenize } from '../command/token.js';
import type { BuildPlan, CompileUnit } from '../plan.js';
import { compileLimitMs } from '../probe/objects.js';
import type { Workbench } from '../probe/workbench.js';
import { mergeUnits } from '../source/merge.js';
import { preprocessedArguments } from '../source/preprocessed.js';
import type { Compiler } from '../store/compiler.js';
import { preprocess } from '../store/preprocess.js';
import { reachable, tidied } from './engine.js';
import { reduceInput } from './input.js';
import { type Invocation, recordInvocations } from './invocation.js';
import { type Difference, differenceOf, isSame, type Observation } from './observation.js';
import { type CandidateTest, differenceIn, runIn, SANITIZERS, type Setting, STRICT } from './trial.js';

export interface Reduction {
  readonly test: CandidateTest;
  /** What the target does other than the oracle. */
  readonly difference: Difference;
  /** Where it begins: without what nothing in it reaches, where the difference doesn't need that. */
  readonly text: string;
  /** The source as it was. */
  readonly whole: string;
  readonly notes: readonly string[];
}

export type Opened =
  | { readonly kind: 'open'; readonly reduction: Reduction }
  /** Nothing to reduce: why, in one line. */
  | { readonly kind: 'nothing'; readonly reason: string };

export interface OpenOptions {
  /** Keeps what the program reads. */
  readonly folder: string;
  readonly say: (what: string) => void;
  /** What the program reads is made small for so long at most. */
  readonly inputLimitMs: number;
}

/** Prepare to reduce a culprit, by its units' ids. */
export async function openReduction(
  bench: Workbench,
  members: readonly string[],
  { folder, say, inputLimitMs }: OpenOptions,
): Promise<Opened> {
  const numbers = members.map((id) => bench.plan.units.findIndex((unit) => unit.id === id));
  const objects = new Map(numbers.map((number) => [number, bench.pairs[number]!.target]));
  say('recording how the test runs the program');
  const shown = await findRun(bench, objects, folder);
  if (shown === undefined)
    return {
      kind: 'nothing',
      reason: 'no single run of a program of the build differs between the sides in exit status or output',
    };
  say('leaving out what the program need not read');
  const deadline = performance.now() + inputLimitMs;
  const stopped = () => bench.shop.signal?.aborted === true || performance.now() > deadline;
  const { invocation, isLess } = await reduceInput(bench, { ...shown, objects, folder, stopped });
  const small = await openWith(bench, numbers, objects, { ...shown, invocation }, say);
  const isClean = small.kind === 'open' && small.reduction.test.sanitizers.length > 0;
  if (!isLess || isClean) return small;
  // What is left to read may have led the program to what C does not define.
  const whole = await openWith(bench, numbers, objects, shown, say);
  return whole.kind === 'open' && (whole.reduction.test.sanitizers.length > 0 || small.kind !== 'open')
    ? whole
    : small;
}

/** The text to begin with, for one run. */
async function openWith(
  bench: Workbench,
  numbers: readonly number[],
  objects: ReadonlyMap<number, string>,
  shown: ShownBy,
  say: (what: string) => void,
): Promise<Opened> {
  const first = numbers[0]!;
  const others = new Map([...objects].filter(([number]) => number !== first));
  const unit = bench.plan.units[first]!;
  const test = (setting: Setting, args: readonly string[]): CandidateTest => ({
    bench,
    setting,
    invocation: shown.invocation,
    fileName: `${basename(unit.source).replace(/\.[^.]*$/, '')}.c`,
    arguments: args,
    strict: [],
    sanitizers: [],
    timeLimitMs: shown.timeLimitMs,
    times: 1,
  });
  const args = preprocessedArguments(unit);
  const notes: string[] = [];
  const whole = wholeProgram(bench.plan, shown.invocation.program);
  if (typeof whole === 'string') notes.push(`not standalone: ${whole}`);
  else {
    say('putting the program into one source');
    const found = await begin(
      bench,
      test({ kind: 'standalone', libraries: whole.libraries }, args),
      whole.units,
      shown.difference,
    );
    if (found !== undefined) return { kind: 'open', reduction: { ...found, notes } };
    notes.push(
      'not standalone: as one source the program does not show the failure, or a side does not compile it',
    );
  }
  say('taking the unit in its program');
  const found = await begin(
    bench,
    test({ kind: 'in-program', unit: first, others }, args),
    [unit],
    shown.difference,
  );
  if (found !== undefined)
    return { kind: 'open', reduction: { ...found, notes: [...notes, ...found.notes] } };
  return { kind: 'nothing', reason: `preprocessed and compiled alone, ${unit.id} does not show the failure` };
}

interface ShownBy {
  readonly invocation: Invocation;
  readonly difference: Difference;
  readonly timeLimitMs: number;
}

const LEAST_LIMIT_MS = 1000;
const FIRST_LIMIT_MS = 20_000;
const SLOWDOWN = 10;

/** The run with the least input that differs between the sides. */
async function findRun(
  bench: Workbench,
  objects: ReadonlyMap<number, string>,
  folder: string,
): Promise<ShownBy | undefined> {
  const place = join(folder, 'runs');
  mkdirSync(place, { recursive: true });
  const runs = await recordInvocations(bench, objects, place, FIRST_LIMIT_MS * SLOWDOWN);
  const size = (run: Invocation) => statSync(run.stdin).size + run.arguments.join(' ').length;
  for (const invocation of runs.sort((a, b) => size(a) - size(b))) {
    const startMs = performance.now();
    const right = await observed(bench, invocation, new Map(), folder, FIRST_LIMIT_MS);
    const timeLimitMs = Math.max(LEAST_LIMIT_MS, SLOWDOWN * (performance.now() - startMs));
    const wrong = await observed(bench, invocation, objects, folder, timeLimitMs);
    const difference = right && wrong && differenceOf(right, wrong);
    if (difference !== undefined) return { invocation, difference, timeLimitMs };
  }
  return undefined;
}

const observed = (
  bench: Workbench,
  invocation: Invocation,
  objects: ReadonlyMap<number, string>,
  folder: string,
  timeLimitMs: number,
): Promise<Observation | undefined> =>
  bench.lend({ objects, signal: bench.shop.signal }, (tree) =>
    runIn(tree, { invocation, timeLimitMs }, tree.seen(invocation.program), folder, bench.shop.signal),
  );

/** The first text, of those that either side's preprocessor gives, that shows the failure; with all the checks it passes. */
async function begin(
  bench: Workbench,
  bare: CandidateTest,
  units: readonly CompileUnit[],
  wanted: Difference,
): Promise<(Omit<Reduction, 'notes'> & { notes: string[] }) | undefined> {
  for (const compiler of [bench.target, bench.oracle]) {
    const texts = await preprocessed(bench, units, compiler);
    if (texts === undefined) continue;
    const whole = tidied(texts.length === 1 ? texts[0]! : mergeUnits(texts));
    for (const text of [tidied(reachable(whole)), whole]) {
      const difference = await differenceIn(bare, text);
      if (difference !== undefined && isSame(difference, wanted))
        return { difference, text, whole, ...(await strictest(bare, wanted, text)) };
    }
  }
  return undefined;
}

/** What lies in memory by chance must not make a candidate fail. */
const TIMES = 5;

/** Every check that the text as it stands passes; those that it doesn't can't be asked of what is made from it. */
async function strictest(bare: CandidateTest, wanted: Difference, text: string) {
  const notes: string[] = [];
  let test = bare;
  const add = async (more: Partial<CandidateTest>, note: string) => {
    const stricter = { ...test, ...more };
    if (isSame(await differenceIn(stricter, text), wanted)) test = stricter;
    else notes.push(note);
  };
  // A hang takes its whole time limit.
  if (wanted.kind !== 'hang')
    await add(
      { times: TIMES },
      "the target's program does not fail each time that it runs: one run is enough",
    );
  await add({ strict: STRICT }, 'the source has warnings that tell bad C: not asked of what is made from it');
  await add(
    { sanitizers: SANITIZERS },
    'not clean under sanitizers as it stands, or there are none: not asked',
  );
  return { test, notes };
}

async function preprocessed(
  { shop }: Workbench,
  units: readonly CompileUnit[],
  compiler: Compiler,
): Promise<string[] | undefined> {
  if (!compiler.preprocesses) return undefined;
  const texts: string[] = [];
  for (const unit of units) {
    const { ok, text } = await preprocess(shop, unit, compiler, compileLimitMs(unit));
    if (!ok) return undefined;
    texts.push(text);
  }
  return texts;
}

/** The units and libraries of a program, or why it is not made of units alone. */
function wholeProgram(
  plan: BuildPlan,
  program: string,
): { units: CompileUnit[]; libraries: string[] } | string {
  const needed = new Set([program]);
  for (const step of [...plan.steps].reverse())
    if (step.outputs.some((path) => needed.has(path))) for (const path of step.inputs) needed.add(path);
  const link = plan.steps.findLast(({ kind, outputs }) => kind === 'link' && outputs.includes(program));
  if (link === undefined) return 'its link was not recorded';
  const fixed = plan.fixedObjects.find(({ object }) => needed.has(object));
  if (fixed !== undefined) return `${basename(fixed.object)} in it is no C unit`;
  const libraries = tokenize(link.arguments, COMPILER_TABLE).flatMap((token) => {
    if (token.kind === 'input') return [];
    if (token.role === 'library-folder') return [`-L${resolve(link.cwd, token.value ?? '')}`];
    return token.role === 'library' || /^-(?:pthread|static|rdynamic)$/.test(token.name) ? token.words : [];
  });
  return { units: plan.units.filter(({ object }) => needed.has(object)), libraries };
}
