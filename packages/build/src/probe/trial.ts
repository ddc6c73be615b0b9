// One trial: a choice of objects, linked and tested in a slot, judged as an outcome. Trials with the same products have the
// same outcome and run once (per attempt: a repeated attempt is meant to be run again).

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '@swarm/core';
import { PASS } from '@swarm/core';
import { diskFull, isDiskFull } from '../store/blobs.js';
import { type CpuPressure, isCrowded } from './cpu-pressure.js';
import { ExpectedOutput } from './expected-output.js';
import { AS_RECORDED, type LinkVariation } from './link-variation.js';
import type { SlotPool } from './pool.js';
import type { Linked, Slot } from './slot.js';
import { failed, testOutcome, trouble } from './verdicts.js';

/** The blob to put in each object's place, by number; the first numbers are those of the units. */
export type Choice = (object: number) => string;

export interface TestCommand {
  readonly command: string;
  /** Where it runs, as a path of the original tree. */
  readonly dir: string;
  /** What its standard output must be, byte for byte. */
  readonly expected: Buffer | undefined;
  /** What a hang is doubted by; undefined where a time limit was given, which is then kept. */
  readonly cpuPressure: CpuPressure | undefined;
}

/** A tested choice, in detail. */
export interface TrialResult {
  readonly outcome: Outcome;
  /** True where the products were known and nothing ran. */
  readonly reused: boolean;
  /** Wall clock of the test alone; 0 when it didn't run. */
  readonly testMs: number;
  readonly products: readonly string[];
}

/** A trial of which more is wanted than its outcome. */
export interface Inspection {
  readonly links: LinkVariation;
  readonly env: (folder: string) => Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Inspected {
  readonly outcome: Outcome;
  /** The beginning of each file that the test left in the folder. */
  readonly files: readonly string[];
}

export class Trials {
  /** Wall clock spent, over all workers. */
  readonly spentMs = { link: 0, test: 0 };
  reused = 0;
  /** What came between a link or a test from outside, each time that it was done again. */
  readonly troubles: string[] = [];
  private readonly known = new Map<string, Outcome>();

  constructor(
    private readonly pool: SlotPool,
    private readonly test: TestCommand,
  ) {}

  /** Does this choice link? Nothing is run. */
  links(choice: Choice, signal?: AbortSignal): Promise<{ outcome: Outcome; reused: boolean }> {
    return this.insist(signal, async (slot) => {
      const linked = await this.link(slot, choice, signal);
      return { outcome: linked.kind === 'linked' ? PASS : linked.outcome, reused: false };
    });
  }

  /** Link and test a choice. `attempt` tells repetitions of one question apart. */
  run(
    choice: Choice,
    attempt: number,
    timeLimitMs: number,
    signal?: AbortSignal,
    variation = AS_RECORDED,
  ): Promise<TrialResult> {
    return this.insist(signal, async (slot) => {
      const linked = await this.link(slot, choice, signal, variation);
      if (linked.kind === 'not-linked')
        return { outcome: linked.outcome, reused: false, testMs: 0, products: [] };
      const products = slot.productHashes();
      const id = `${linked.digest}#${attempt}`;
      const outcome = this.known.get(id);
      if (outcome !== undefined) {
        this.reused += 1;
        return { outcome, reused: true, testMs: 0, products };
      }
      const tested = await this.tested(slot, timeLimitMs, signal);
      const counts = tested.outcome.kind !== 'unresolved' && trouble(tested.outcome) === undefined;
      if (counts) this.known.set(id, tested.outcome);
      return { ...tested, reused: false, products };
    });
  }

  /**
   * Link a choice another way, test it with the variables that `env` makes of an empty folder, and read the files that it has
   * left there.
   */
  inspect(choice: Choice, inspection: Inspection, timeLimitMs: number): Promise<Inspected> {
    return this.insist(inspection.signal, async (slot) => {
      const linked = await this.link(slot, choice, inspection.signal, inspection.links);
      if (linked.kind === 'not-linked') return { outcome: linked.outcome, files: [] };
      const folder = slot.emptied('reports');
      const env = inspection.env(folder);
      const { outcome } = await this.tested(slot, timeLimitMs, inspection.signal, env);
      const files = readdirSync(folder).map((name) => beginningOf(join(folder, name)));
      return { outcome, files };
    });
  }

  /** Where something from outside came between, it is done again in another slot; the last answer counts as it is. */
  private async insist<T extends { readonly outcome: Outcome }>(
    signal: AbortSignal | undefined,
    work: (slot: Slot) => Promise<T>,
  ): Promise<T> {
    for (let left = MOST_TROUBLE; ; left--) {
      const result = await this.pool.use(work, ({ outcome }) => trouble(outcome) === undefined);
      const what = trouble(result.outcome);
      if (what === undefined || left === 0 || signal?.aborted) return result;
      this.troubles.push(what);
    }
  }

  private async link(
    slot: Slot,
    choice: Choice,
    signal: AbortSignal | undefined,
    variation?: LinkVariation,
  ): Promise<Linked> {
    const start = performance.now();
    try {
      return await slot.link(choice, signal, variation);
    } finally {
      this.spentMs.link += performance.now() - start;
    }
  }

  /** A test that does not end in time while processors are wanted by others gets more of it once. */
  private async tested(...[slot, timeLimitMs, signal, env]: TestedArguments): Promise<Tested> {
    const pressure = this.test.cpuPressure;
    const before = pressure?.();
    const first = await this.testedOnce(slot, timeLimitMs, signal, env);
    const isHang = first.outcome.kind === 'fail' && first.outcome.failure === 'hang';
    if (!isHang || !isCrowded(before, pressure?.(), first.testMs)) return first;
    this.troubles.push(
      `a test had not ended after ${(timeLimitMs / 1000).toFixed(1)} s, but processors were wanted by others`,
    );
    const more = Math.min((PATIENCE - 1) * timeLimitMs, MOST_PATIENCE_MS);
    return this.testedOnce(slot, timeLimitMs + more, signal, env);
  }

  private async testedOnce(...[slot, timeLimitMs, signal, env]: TestedArguments): Promise<Tested> {
    const { command, dir, expected } = this.test;
    const output = expected && new ExpectedOutput(expected, join(slot.bench.side, 'stdout'));
    const signals = [signal, output?.flood].filter((each) => each !== undefined);
    const result = await slot
      .test({ command, dir, timeLimitMs, stdoutFile: output?.file, signal: AbortSignal.any(signals), env })
      .finally(() => output?.settle());
    this.spentMs.test += result.wallMs;
    const outcome = output?.flood.aborted
      ? failed('wrong-output', output.settle() ?? 'far more output than expected')
      : testOutcome(result, timeLimitMs, output?.settle());
    if (outcome.kind === 'fail' && isDiskFull(slot.bench.side)) throw diskFull(slot.bench.side);
    return { outcome, testMs: result.wallMs };
  }
}

interface Tested {
  readonly outcome: Outcome;
  readonly testMs: number;
}

type TestedArguments = [
  slot: Slot,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
  env?: Readonly<Record<string, string>>,
];

const PATIENCE = 4;
/** A longer limit hangs less on how a machine is loaded for a moment. */
const MOST_PATIENCE_MS = 30_000;
const MOST_TROUBLE = 2;
const MOST_REPORT_BYTES = 1 << 20;

/** A program that goes on after what it reports may write without end. */
function beginningOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(MOST_REPORT_BYTES);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, MOST_REPORT_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}
