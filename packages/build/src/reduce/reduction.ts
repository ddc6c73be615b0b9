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
import { reachable, tidied, withoutIdle } from './engine.js';
import { reduceInput } from './input.js';
import { type Invocation, recordInvocations } from './invocation.js';
import { type Difference, differenceOf, isSame, type Observation } from './observation.js';
import {
  type CandidateTest,
  differenceIn,
  leftBy,
  runIn,
  SANITIZERS,
  type Setting,
  STRICT,
} from './trial.js';

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
  const opened = (found: Found): Opened => ({
    kind: 'open',
    reduction: { ...found, notes: [...notes, ...found.notes] },
  });
  const program = wholeProgram(bench.plan, shown.invocation.program);
  let whole: Found | undefined;
  if (typeof program === 'string') notes.push(`not standalone: ${program}`);
  else {
    say('putting the program into one source');
    const sources = { units: program.units, members: numbers.map((number) => bench.plan.units[number]!) };
    const setting = { kind: 'standalone', libraries: program.libraries } as const;
    whole = await begin(bench, test(setting, args), sources, shown.difference);
    if (whole !== undefined && whole.text.length <= LARGEST_WHOLE_BYTES) return opened(whole);
    notes.push(
      `not standalone: ${whole === undefined ? NOT_WHOLE : `it would begin with ${whole.text.length} bytes`}`,
    );
  }
  say('taking the unit in its program');
  const setting = { kind: 'in-program', unit: first, others } as const;
  const alone = await begin(bench, test(setting, args), { units: [unit], members: [unit] }, shown.difference);
  if (alone !== undefined) return opened(alone);
  if (whole !== undefined) return { kind: 'open', reduction: whole };
  return { kind: 'nothing', reason: `preprocessed and compiled alone, ${unit.id} does not show the failure` };
}

const NOT_WHOLE = 'as one source the program does not show the failure, or a side does not compile it';

/** With more than so much that runs, the unit in its program is small long before the whole program is. */
const LARGEST_WHOLE_BYTES = 32 * 1024;

interface ShownBy {
  readonly invocation: Invocation;
  readonly difference: Difference;
  readonly timeLimitMs: number;
}

const FIRST_LIMIT_MS = 20_000;
const SLOWDOWN = 10;
/** A candidate that runs longer is lost where something else than a hang is looked for: many leave out what ends a loop. */
const LEAST_LIMIT_MS = 300;
const LEAST_LIMIT_OF_HANG_MS = 1000;

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
    const right = await observed(bench, invocation, new Map(), folder, FIRST_LIMIT_MS);
    if (right === undefined) continue;
    const slow = SLOWDOWN * right.tookMs;
    const wrong = await observed(bench, invocation, objects, folder, Math.max(LEAST_LIMIT_OF_HANG_MS, slow));
    const difference = wrong && differenceOf(right.seen, wrong.seen);
    if (difference === undefined) continue;
    const least = difference.kind === 'hang' ? LEAST_LIMIT_OF_HANG_MS : LEAST_LIMIT_MS;
    return { invocation, difference, timeLimitMs: Math.max(least, slow) };
  }
  return undefined;
}

const observed = (
  bench: Workbench,
  invocation: Invocation,
  objects: ReadonlyMap<number, string>,
  folder: string,
  timeLimitMs: number,
): Promise<{ readonly seen: Observation; readonly tookMs: number } | undefined> =>
  bench.lend({ objects, signal: bench.shop.signal }, async (tree) => {
    const startMs = performance.now();
    const program = tree.seen(invocation.program);
    const seen = await runIn(tree, { invocation, timeLimitMs }, program, folder, bench.shop.signal);
    return { seen, tookMs: performance.now() - startMs };
  });

type Found = Omit<Reduction, 'notes'> & { notes: string[] };

interface Sources {
  readonly units: readonly CompileUnit[];
  /** Of these, the culprit's: the text can't be without them. */
  readonly members: readonly CompileUnit[];
}

/**
 * The first text, of those that either side's preprocessor gives, that shows the failure; with all the checks it passes. What the
 * oracle's program does not run is left out first: so units that the target can't read do no harm where the run does not need them.
 */
async function begin(
  bench: Workbench,
  bare: CandidateTest,
  sources: Sources,
  wanted: Difference,
): Promise<Found | undefined> {
  for (const compiler of [bench.target, bench.oracle]) {
    const { texts, missing } = await preprocessed(bench, sources.units, compiler);
    if (texts.length === 0 || sources.members.some((unit) => missing.includes(unit))) continue;
    const whole = tidied(texts.length === 1 ? texts[0]! : mergeUnits(texts));
    const connected = tidied(reachable(whole));
    const lean = await withoutIdle(connected, (told) => leftBy(bare, told, bench.shop.signal));
    const complete = missing.length === 0 ? [connected, whole] : [];
    for (const text of [...(lean === undefined ? [] : [lean]), ...complete]) {
      const difference = await differenceIn(bare, text);
      if (difference === undefined || !isSame(difference, wanted)) continue;
      const strict = await strictest(bare, wanted, text);
      const left = missing.map(({ id }) => `${id} can't be preprocessed: left out, since it does not run`);
      return { difference, text, whole, ...strict, notes: [...left, ...strict.notes] };
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

/** The units' texts by a side's preprocessor, and the units that it can't read. */
async function preprocessed(
  { shop }: Workbench,
  units: readonly CompileUnit[],
  compiler: Compiler,
): Promise<{ readonly texts: string[]; readonly missing: CompileUnit[] }> {
  if (!compiler.preprocesses) return { texts: [], missing: [...units] };
  const texts: string[] = [];
  const missing: CompileUnit[] = [];
  for (const unit of units) {
    const { ok, text } = await preprocess(shop, unit, compiler, compileLimitMs(unit));
    if (ok) texts.push(text);
    else missing.push(unit);
  }
  return { texts, missing };
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
