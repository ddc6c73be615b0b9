// A reduction from its first text to its last: the engine, the best so far, the time limit, and a last check by our own test.

import { runCvise } from './cvise.js';
import { type EngineOptions, reduceCoarsely, reduceText } from './engine.js';
import type { Reduction } from './reduction.js';
import { isInteresting, leftBy } from './trial.js';

export interface ReduceOptions {
  /** C-Vise's path, or our own engine. */
  readonly engine: { readonly kind: 'own' } | { readonly kind: 'cvise'; readonly program: string };
  readonly timeLimitMs: number;
  /** A text of an earlier run, to go on from. */
  readonly from?: string | undefined;
  readonly signal: AbortSignal;
  /** A smaller text that shows the difference; the first one is what it begins with, the last one what is returned. */
  readonly onBest: (text: string) => void;
  readonly onProgress: (what: string, bestBytes: number, tests: number) => void;
}

export interface Reduced {
  readonly text: string;
  /** The engine found nothing more; false where the time was up first. */
  readonly complete: boolean;
  /** Candidates that were compiled. */
  readonly tests: number;
  readonly notes: readonly string[];
}

/** Times that the last text has to show the difference. */
const CHECKS = 3;

/** Make it as small as the time allows. Interrupted by the signal it ends early with the best so far. */
export async function reduce(reduction: Reduction, options: ReduceOptions): Promise<Reduced> {
  const { test, difference } = reduction;
  const deadlineMs = performance.now() + options.timeLimitMs;
  const stopped = () => options.signal.aborted || performance.now() > deadlineMs;
  const state: State = { best: reduction.text, found: [reduction.text], tests: 0, what: 'declarations' };
  const shows = async (text: string, signal: AbortSignal = options.signal): Promise<boolean> => {
    state.tests += 1;
    options.onProgress(state.what, state.best.length, state.tests);
    const interesting = await isInteresting(test, difference, text, signal);
    if (interesting && text.length < state.best.length) {
      state.best = text;
      state.found.push(text);
      options.onBest(text);
    }
    return interesting;
  };
  const ask = async (text: string, signal?: AbortSignal) => !stopped() && shows(text, signal);
  // However late it is: what an earlier run found is not thrown away.
  if (options.from !== undefined && options.from.length < state.best.length) await shows(options.from);
  if (state.best === reduction.text) options.onBest(state.best);
  const notes: string[] = [];
  const engine: EngineOptions = {
    width: test.bench.jobs,
    stopped,
    onPass: (name) => {
      state.what = name;
    },
    reached: (text) => leftBy(test, text, options.signal),
  };
  if (options.engine.kind === 'own') {
    await reduceText(state.best, ask, engine);
  } else {
    // The large pieces go first: C-Vise would spend minutes on them.
    const text = await reduceCoarsely(state.best, ask, engine);
    notes.push(
      ...(await withCvise(options.engine.program, text, reduction, options, state, ask, deadlineMs)),
    );
  }
  const complete = !stopped() && notes.length === 0;
  const lasting = options.signal.aborted ? state.best : await lastThatHolds(reduction, state.found);
  if (lasting === undefined)
    notes.push('the smallest text did not show the difference again each time: it is flaky');
  else if (lasting !== state.best) {
    notes.push('smaller texts did not show the difference again each time');
    options.onBest(lasting);
  }
  return { text: lasting ?? state.best, complete, tests: state.tests, notes };
}

/** The smallest of the texts that shows the difference every time; ever larger steps back, to the first one at last. */
async function lastThatHolds(reduction: Reduction, texts: readonly string[]): Promise<string | undefined> {
  for (let back = 1; back < 2 * texts.length; back *= 2) {
    const text = texts[Math.max(0, texts.length - back)]!;
    if (await holds(reduction, text)) return text;
  }
  return undefined;
}

async function holds({ test, difference }: Reduction, text: string): Promise<boolean> {
  for (let i = 0; i < CHECKS; i++) if (!(await isInteresting(test, difference, text))) return false;
  return true;
}

interface State {
  best: string;
  /** Each text that was the best, one smaller than the other. */
  readonly found: string[];
  tests: number;
  what: string;
}

async function withCvise(
  program: string,
  text: string,
  { test }: Reduction,
  options: ReduceOptions,
  state: State,
  ask: (text: string, signal?: AbortSignal) => Promise<boolean>,
  deadlineMs: number,
): Promise<string[]> {
  state.what = 'C-Vise';
  const { bench } = test;
  const { complete, problem } = await runCvise(program, text, ask, {
    runner: bench.shop.runner,
    env: bench.shop.env,
    fileName: test.fileName,
    jobs: bench.jobs,
    timeLimitMs: Math.max(1, deadlineMs - performance.now()),
    signal: options.signal,
  });
  return complete || problem === undefined ? [] : [`C-Vise ended early: ${problem}`];
}
