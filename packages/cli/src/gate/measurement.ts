// Both sides' results: the baseline, measured once for what it depends on; the candidate, run in full; and the reruns that suspects
// need, on checkouts that are made when the first one is asked for.

import {
  EXIT,
  RERUN_POLICY,
  type RerunOutcome,
  type Settled,
  type Suspect,
  SwarmError,
  settleSuspects,
  type TestId,
  type TestResult,
} from '@swarm/core';
import { withLock } from '@swarm/host';
import type { Baselines } from '@swarm/runner';
import type { Status } from '../terminal/status.js';
import type { OpenSide } from './checkout.js';

/** How often what fails on the base is run again, so that a flake is not taken for a test that is red. */
const BASE_RETRIES = 3;

/** A side that is checked out when it is first needed, and once. */
export class LazySide {
  #opening: Promise<OpenSide> | undefined;

  constructor(private readonly make: () => Promise<OpenSide>) {}

  open(): Promise<OpenSide> {
    this.#opening ??= this.make();
    return this.#opening;
  }

  async close(): Promise<void> {
    const side = await this.#opening?.catch(() => undefined);
    await side?.close();
  }
}

export interface Baseline {
  readonly results: readonly TestResult[];
  /** False: it was known already. */
  readonly measured: boolean;
  /** The base itself can't be built: why. */
  readonly broken?: string;
}

/** The baseline of a key, measured where it isn't known; only one process measures it. */
export async function baselineOf(
  key: string,
  side: LazySide,
  baselines: Baselines,
  how: {
    readonly anew: boolean;
    readonly lockFile: string;
    readonly status: Status;
    readonly signal: AbortSignal;
  },
): Promise<Baseline> {
  const known = how.anew ? undefined : baselines.find(key);
  if (known !== undefined) return { results: known, measured: false };
  const wait = () => how.status.show('waiting for the baseline that another process measures');
  return withLock(
    how.lockFile,
    async () => {
      const meanwhile = how.anew ? undefined : baselines.find(key);
      if (meanwhile !== undefined) return { results: meanwhile, measured: false };
      const open = await side.open();
      if (open.broken !== undefined) return { results: [], measured: true, broken: open.broken };
      const results = await fullRun(open, BASE_RETRIES, 'baseline', how.status);
      // A machine that failed says nothing, and must not be remembered as if it had.
      if (results.every(({ outcome }) => outcome.kind !== 'unresolved' && outcome.kind !== 'not-run'))
        await baselines.keep(key, results);
      return { results, measured: true };
    },
    { onWait: wait, signal: how.signal },
  );
}

export async function fullRun(
  side: OpenSide,
  retries: number,
  what: string,
  status: Status,
  report: (result: TestResult) => void = () => {},
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  await side.runAll(retries, (result) => {
    results.push(result);
    report(result);
    status.show(`${what}: ${results.length}/${side.tests.length} tests`);
  });
  return results;
}

/** Settle suspects with runs on both sides; how many runs that took. */
export async function settle(
  suspects: readonly Suspect[],
  sides: { readonly base: LazySide; readonly candidate: LazySide },
  status: Status,
  signal: AbortSignal,
): Promise<{ settled: ReadonlyMap<TestId, Settled>; reruns: number }> {
  const going = settleSuspects(suspects, RERUN_POLICY);
  let step = going.next();
  let reruns = 0;
  while (!step.done) {
    signal.throwIfAborted();
    const { test, side } = step.value;
    status.show(`running ${test} again, ${reruns} runs so far`);
    const open = await sides[side].open();
    step = going.next(outcomeOf(await open.runAlone(test)));
    reruns++;
  }
  return { settled: step.value, reruns };
}

function outcomeOf(result: TestResult | undefined): RerunOutcome {
  switch (result?.outcome.kind) {
    case 'pass':
    case 'unexpected-pass':
      return 'pass';
    case 'fail':
    case 'expected-fail':
      return 'fail';
    default:
      return 'unresolved';
  }
}

export const brokenBase = (name: string, reason: string): SwarmError =>
  new SwarmError(`base ${name}: ${reason}`, {
    code: 'base-broken',
    exit: EXIT.inconclusive,
    hint: 'mend the base first, or correct `gate.prepare`; a change can only be held against a base that builds',
  });
