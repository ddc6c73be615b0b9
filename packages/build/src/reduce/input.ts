// What a program reads, made small before its source is: what it gets from standard input, or the file that an argument names. Nothing is
// compiled for it: both sides' programs are linked once and run on each candidate, whole lines first, then characters. Every later run is
// the faster for it.

import { chmodSync, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import type { Workbench } from '../probe/workbench.js';
import { withFolder } from '../store/preprocess.js';
import type { Invocation } from './invocation.js';
import { minimize } from './minimize.js';
import { type Difference, differenceOf, isSame } from './observation.js';
import { runIn } from './trial.js';

export interface InputReduction {
  readonly invocation: Invocation;
  readonly difference: Difference;
  readonly timeLimitMs: number;
  /** Objects of the culprit, by unit's number. */
  readonly objects: ReadonlyMap<number, string>;
  /** What is left to read is kept here. */
  readonly folder: string;
  readonly stopped: () => boolean;
}

/** Larger ones are left alone: halving them takes longer than it spares. */
const LARGEST_BYTES = 8 * 2 ** 20;
/** More characters than these are not tried one by one. */
const MOST_CHARACTERS = 4000;
/** Times that the smallest text has to show the difference again. */
const CHECKS = 3;

export interface ReducedInput {
  readonly invocation: Invocation;
  /** Something was left out; a file may also have become one of the reduction's own as it is. */
  readonly isLess: boolean;
}

/** The invocation with less to read, from files of the reduction's own where that makes no difference. */
export async function reduceInput(bench: Workbench, request: InputReduction): Promise<ReducedInput> {
  const unchanged = { invocation: request.invocation, isLess: false };
  const sources = sourcesOf(request.invocation);
  if (sources.length === 0) return unchanged;
  return withFolder(bench.shop, async (scratch) => {
    const programs = await programsOf(bench, request, scratch);
    if (programs === undefined) return unchanged;
    let current = request.invocation;
    let isLess = false;
    for (const source of sources) {
      const place = { scratch, programs, source, invocation: current };
      const text = await smallest(source, (candidate) => shows(bench, request, place, candidate), {
        width: bench.jobs,
        stopped: request.stopped,
      });
      if (text === undefined) continue;
      const { argument } = source;
      const name = argument === undefined ? 'small-input' : `argument-${argument + 1}${endingOf(source)}`;
      const file = join(request.folder, name);
      writeFileSync(file, text, 'latin1');
      current = reading(current, source, file);
      isLess ||= text.length < source.size;
    }
    return { invocation: current, isLess };
  });
}

/** Something that is read: an argument's file by its number, or standard input. */
interface Source {
  readonly argument: number | undefined;
  readonly file: string;
  readonly size: number;
}

function sourcesOf({ stdin, arguments: words, dir }: Invocation): Source[] {
  const all = [
    { argument: undefined, file: stdin },
    ...words.map((word, argument) => ({ argument, file: resolve(dir, word) })),
  ];
  return all.flatMap((place) => {
    const stat = statSync(place.file, { throwIfNoEntry: false });
    const isProgram = stat !== undefined && (stat.mode & 0o111) !== 0;
    const isRead = stat?.isFile() === true && !isProgram && stat.size > 0 && stat.size <= LARGEST_BYTES;
    return isRead ? [{ ...place, size: stat.size }] : [];
  });
}

/** Programs may go by it. */
const endingOf = ({ argument, file }: Source): string =>
  argument !== undefined && /^\.\w+$/.test(extname(file)) ? extname(file) : '';

type Programs = readonly [oracle: string, target: string];

/** Copies of the two sides' programs; undefined where one does not link. */
async function programsOf(
  bench: Workbench,
  { invocation, objects }: InputReduction,
  scratch: string,
): Promise<Programs | undefined> {
  const copy = (side: string, changed: ReadonlyMap<number, string>) =>
    bench.lend({ objects: changed, signal: bench.shop.signal }, async (tree) => {
      const to = join(scratch, `${side}-${basename(invocation.program)}`);
      copyFileSync(tree.file(invocation.program), to);
      chmodSync(to, 0o755);
      return to;
    });
  const [oracle, target] = [await copy('oracle', new Map()), await copy('target', objects)];
  return oracle === undefined || target === undefined ? undefined : [oracle, target];
}

/** The invocation that reads a file of our own. */
function reading(invocation: Invocation, { argument }: Source, file: string): Invocation {
  if (argument === undefined) return { ...invocation, stdin: file };
  const { ownFiles = [], arguments: words } = invocation;
  return { ...invocation, arguments: words.toSpliced(argument, 1, file), ownFiles: [...ownFiles, argument] };
}

interface Place {
  readonly scratch: string;
  readonly programs: Programs;
  readonly source: Source;
  readonly invocation: Invocation;
}

let serial = 0;

/** Do the two programs still differ as they did when they read this? Never where one writes to it: then it is no input. */
async function shows(
  bench: Workbench,
  { difference, timeLimitMs }: InputReduction,
  { scratch, programs, source, invocation: whole }: Place,
  text: string,
): Promise<boolean> {
  const file = join(scratch, `candidate-${++serial}${endingOf(source)}`);
  writeFileSync(file, text, 'latin1');
  const invocation = reading(whole, source, file);
  const run = (program: string) =>
    bench.lend({ signal: bench.shop.signal }, (tree) =>
      runIn(tree, { invocation, timeLimitMs }, program, scratch, bench.shop.signal),
    );
  try {
    const right = await run(programs[0]);
    const wrong = right && (await run(programs[1]));
    const isSeen = right && wrong && isSame(differenceOf(right, wrong), difference);
    return isSeen === true && readFileSync(file, 'latin1') === text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // A program took it away.
    throw error;
  } finally {
    rmSync(file, { force: true });
  }
}

type Shows = (text: string) => Promise<boolean>;

interface Pace {
  readonly width: number;
  readonly stopped: () => boolean;
}

/** Whole lines, then characters; undefined where it counts on what the file or the program is called. */
async function smallest({ file }: Source, test: Shows, pace: Pace): Promise<string | undefined> {
  const whole = readFileSync(file, 'latin1');
  if (!(await test(whole))) return undefined;
  const lines = await without(whole.split(/(?<=\n)/), test, pace);
  const text = lines.length > MOST_CHARACTERS ? lines : await without([...lines], test, pace);
  for (let i = 0; i < CHECKS; i++) if (!(await test(text))) return undefined;
  return text;
}

/** The parts that have to stay, joined. */
async function without(parts: readonly string[], test: Shows, pace: Pace): Promise<string> {
  const joined = (some: readonly number[]) => some.map((i) => parts[i]!).join('');
  const stay = await minimize(parts.length, (some) => test(joined(some)), { ...pace, least: 1 });
  return joined(stay);
}
