// One run of tests out of any number of suites: work folders, time, retries, and each result told once.

import { join } from 'node:path';
import { isFailure, type Planned, type TestId, type TestResult } from '@swarm/core';
import { createWorkDir, makeFolder, sweepWorkDirs, type WorkDir } from '@swarm/host';
import type { Suite, SuiteRun } from '../suite.js';

/** A suite, and its tests that are to run, in order. */
export interface Selected {
  readonly suite: Suite;
  readonly tests: readonly Planned[];
}

export interface TestRun {
  /** Run one after another: what is planned first, then what the plan had no room for, should there be time left. */
  readonly passes: readonly (readonly Selected[])[];
  /** The state folder of the working tree. */
  readonly state: string;
  /** The run's own folder. */
  readonly folder: string;
  readonly jobs: number;
  readonly timeLimitMs: number;
  readonly deadlineMs?: number;
  /** How often a failing test is run again, alone and last. */
  readonly retries: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called once for each test. What it throws ends the run. */
  readonly report: (result: TestResult) => void;
}

/** Where so many fail, it isn't chance. */
const MOST_RETRIED = 50;

/** Run them. What a killed run left behind is ended first. Throws `SwarmError` (exit 3) where the machine fails. */
export async function runTests(run: TestRun): Promise<void> {
  const parent = join(run.state, 'work');
  await sweepWorkDirs(parent);
  const work = await createWorkDir(parent);
  try {
    await new Passes(run, work).run();
  } finally {
    await work.remove();
  }
}

/** A failing test whose result is held back until it has been run again. */
interface Held {
  readonly suite: Suite;
  readonly result: TestResult;
}

class Passes {
  readonly #held = new Map<TestId, Held>();
  readonly #outputFolder: string;
  #tooMany = false;

  constructor(
    private readonly run_: TestRun,
    private readonly work: WorkDir,
  ) {
    this.#outputFolder = join(run_.folder, 'output');
    makeFolder(this.#outputFolder, 'output folder');
  }

  async run(): Promise<void> {
    const { passes, report } = this.run_;
    for (const pass of passes)
      for (const selected of pass)
        await this.#runSuite(selected, (result) => this.#take(selected.suite, result));
    for (const held of [...this.#held.values()]) report(await this.#again(held));
    this.#held.clear();
  }

  #take(suite: Suite, result: TestResult): void {
    const { retries, report } = this.run_;
    if (retries === 0 || this.#tooMany || !isFailure(result.outcome)) report(result);
    else this.#held.set(result.id, { suite, result });
    if (this.#held.size <= MOST_RETRIED) return;
    this.#tooMany = true;
    for (const held of this.#held.values()) report(held.result);
    this.#held.clear();
  }

  /** Until it passes or the retries are used up: a label, since every earlier outcome stays with it. */
  async #again({ suite, result }: Held): Promise<TestResult> {
    let last = result;
    for (let i = 0; i < this.run_.retries && isFailure(last.outcome); i++) {
      let next: TestResult | undefined;
      const tests = [{ id: last.id, expectedMs: last.wallMs }];
      await this.#runSuite({ suite, tests }, (it) => {
        next = it;
      });
      if (next === undefined || next.outcome.kind === 'not-run') return last;
      last = { ...next, earlier: [...(last.earlier ?? []), last.outcome] };
    }
    return last;
  }

  async #runSuite({ suite, tests }: Selected, report: (result: TestResult) => void): Promise<void> {
    const { jobs, timeLimitMs, deadlineMs, env, signal } = this.run_;
    const reason = signal?.aborted
      ? 'interrupted'
      : isOver(deadlineMs)
        ? 'the time budget was used up'
        : undefined;
    if (reason !== undefined) {
      for (const { id } of tests) report({ id, outcome: { kind: 'not-run', reason }, wallMs: 0 });
      return;
    }
    const known = tests.filter(({ guessed }) => guessed !== true);
    const expected = new Map(known.map(({ id, expectedMs }) => [id, expectedMs]));
    const how: SuiteRun = {
      jobs,
      timeLimitMs,
      expectedMs: (id) => expected.get(id),
      outputFolder: this.#outputFolder,
      work: this.work,
      report,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      ...(env === undefined ? {} : { env }),
      ...(signal === undefined ? {} : { signal }),
    };
    await suite.run(
      tests.map(({ id }) => id),
      how,
    );
  }
}

const isOver = (deadlineMs: number | undefined): boolean =>
  deadlineMs !== undefined && performance.now() >= deadlineMs;
