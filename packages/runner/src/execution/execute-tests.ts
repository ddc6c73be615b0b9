// Runs tests in order, a number of them at once, until the deadline: each is reported once. Memory doesn't grow with the number of tests.

import { patienceMs, type TestId } from '@swarm/core';
import type { SuiteRun } from '../suite.js';
import { createExecutor, type Executor } from './executor.js';
import type { TestJob } from './job.js';
import { type Executed, leak } from './run-job.js';
import { StrayWatch } from './stray-watch.js';

/** Run tests as `SuiteRun` says; `jobOf` tells how a test is run, asked when its turn comes. */
export async function executeTests(
  tests: readonly TestId[],
  how: SuiteRun,
  jobOf: (test: TestId) => TestJob | Promise<TestJob>,
): Promise<void> {
  if (tests.length === 0) return;
  const { jobs, work, signal } = how;
  const executor = await createExecutor({
    jobs: jobs + spareLanes(jobs),
    cookie: work.cookie,
    ...(signal === undefined ? {} : { signal }),
  });
  const lanes = new Lanes(tests, how, jobOf, executor);
  try {
    await lanes.run();
  } finally {
    await executor.close();
  }
}

/** Wall times that stand for what a test of unknown time may take. */
const LAST_TIMES = 32;
/** Tests that are shorter than this leave a lane waiting for messages as long as for them. */
const BRIEF_MS = 30;

/**
 * Three more lanes for each, for brief tests only, which wait for messages most of their time. One at a time is meant strictly:
 * such tests may be in each other's way.
 */
const spareLanes = (jobs: number): number => (jobs === 1 ? 0 : 3 * jobs);

class Lanes {
  readonly #strays: StrayWatch;
  readonly #reports = new Set<Promise<void>>();
  readonly #times: number[] = [];
  /** How many of those are brief. */
  #brief = 0;
  readonly #lanes: Promise<void>[] = [];
  /** Those that others waited for too long, and for how long: they come last. */
  readonly #aside = new Map<TestId, number>();
  readonly #last: TestId[] = [];
  #spare = 0;
  #next = 0;
  #failed: { readonly error: unknown } | undefined;

  constructor(
    private readonly tests: readonly TestId[],
    private readonly how: SuiteRun,
    private readonly jobOf: (test: TestId) => TestJob | Promise<TestJob>,
    private readonly executor: Executor,
  ) {
    this.#strays = new StrayWatch(how.work.cookie);
  }

  async run(): Promise<void> {
    const lanes = Math.min(this.how.jobs, this.tests.length);
    for (let i = 0; i < lanes; i++) this.#lanes.push(this.#lane());
    // The list grows while it is waited for.
    for (let i = 0; i < this.#lanes.length; i++) await this.#lanes[i];
    this.#strays.hurry();
    await Promise.allSettled(this.#reports);
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  async #lane(goesOn: () => boolean = () => true): Promise<void> {
    while (this.#failed === undefined && goesOn()) {
      const number = this.#next;
      const id = this.tests[number] ?? this.#last[number - this.tests.length];
      if (id === undefined) return;
      this.#next++;
      try {
        await this.#one(id, `${number}`);
      } catch (error) {
        this.#failed ??= { error };
      }
    }
  }

  async #one(id: TestId, label: string): Promise<void> {
    const leftMs = this.how.deadlineMs === undefined ? undefined : this.how.deadlineMs - performance.now();
    const why = this.#reasonNotToStart(id, leftMs);
    if (why !== undefined) {
      const wallMs = this.#aside.get(id) ?? 0;
      this.how.report({ id, outcome: { kind: 'not-run', reason: why }, wallMs });
      return;
    }
    const job = await this.jobOf(id);
    const ownMs = leftMs === undefined ? undefined : this.#ownMs(id, leftMs);
    const executed = await this.executor.execute({
      ...job,
      label,
      ...(ownMs === undefined ? {} : { leftMs: ownMs }),
    });
    const isAside = ownMs !== leftMs && executed.outcome.kind === 'not-run' && !this.how.signal?.aborted;
    if (isAside) this.#setAside(id, executed.wallMs);
    else this.#learn(executed.wallMs);
    if (executed.swept) {
      if (!isAside) this.#report(job, executed, false);
      return;
    }
    // A lane goes on while it isn't known yet whether its last test left a daemon.
    const report = this.#strays.settled(label).then((stray) => {
      this.#reports.delete(report);
      if (!isAside) this.#report(job, executed, stray);
    });
    this.#reports.add(report);
    report.catch((error: unknown) => {
      this.#failed ??= { error };
    });
  }

  #report(job: TestJob, executed: Executed, stray: boolean): void {
    const leaked = stray && !job.leaksAllowed && executed.outcome.kind === 'pass';
    this.how.report({
      id: job.id,
      outcome: leaked ? leak : executed.outcome,
      wallMs: executed.wallMs,
      ...(executed.outputFile === undefined ? {} : { outputFile: executed.outputFile }),
    });
  }

  #setAside(id: TestId, ranMs: number): void {
    this.#aside.set(id, ranMs);
    this.#last.push(id);
  }

  /** Of the time that is left, a test's own part. */
  #ownMs(id: TestId, leftMs: number): number {
    const othersWait = this.#next < this.tests.length;
    return othersWait ? Math.min(leftMs, patienceMs(leftMs, this.how.expectedMs?.(id))) : leftMs;
  }

  #reasonNotToStart(id: TestId, leftMs: number | undefined): string | undefined {
    if (this.how.signal?.aborted) return 'interrupted';
    if (leftMs === undefined) return undefined;
    if (leftMs <= 0) return 'the time budget was used up';
    const expectedMs = this.#aside.get(id) ?? this.how.expectedMs?.(id) ?? this.#usualMs();
    return expectedMs > leftMs ? 'would not fit into the time budget' : undefined;
  }

  #learn(wallMs: number): void {
    this.#times.push(wallMs);
    if (wallMs < BRIEF_MS) this.#brief++;
    if (this.#times.length <= LAST_TIMES) return;
    if (this.#times.shift()! < BRIEF_MS) this.#brief--;
    if (this.#spare >= spareLanes(this.how.jobs) || !this.#isBrief()) return;
    this.#spare += 1;
    const lane = this.#lane(() => this.#isBrief()).finally(() => {
      this.#spare -= 1;
    });
    this.#lanes.push(lane);
  }

  /** Most of late were. */
  #isBrief(): boolean {
    return 2 * this.#brief > this.#times.length;
  }

  /** The median of late; 0 as long as nothing is known. */
  #usualMs(): number {
    return [...this.#times].sort((a, b) => a - b)[this.#times.length >> 1] ?? 0;
  }
}
