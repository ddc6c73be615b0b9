// Watches one running batch: reads what the tool tells as it tells it, and stops the tool when a test overstays its time, when
// one prints without end, when one would spend a short budget alone, at the end of the budget, and when the caller says so. All
// on the monotonic clock.

import { patienceMs, type TestId } from '@swarm/core';
import { GrowingFile, type RunControl } from '@swarm/host';
import type { SuiteRun } from '../suite.js';
import { BatchState } from './batch-state.js';
import type { BatchTool } from './batch-tool.js';

/** Why we ended the tool. */
export type Stop =
  | { readonly kind: 'deadline' }
  | { readonly kind: 'interrupt' }
  /** `tests`: whom it is about; empty where the tool doesn't tell. */
  | { readonly kind: 'overdue'; readonly tests: readonly TestId[] }
  /** Within their time, but the rest of the batch waits for them while the budget runs out. */
  | { readonly kind: 'held-up'; readonly tests: readonly TestId[] }
  | { readonly kind: 'flood'; readonly tests: readonly TestId[] };

const LOOK_MS = 40;
/** What a tool may take to start. */
const START_MS = 60_000;
/** How long a tool may take to go on when what held it up is gone. */
const FREED_MS = 2_000;
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class BatchWatch {
  stop: Stop | undefined;
  readonly state: BatchState;
  readonly #abort = new AbortController();
  readonly #onAbort = () => this.#end({ kind: 'interrupt' });
  readonly #deadline: NodeJS.Timeout | undefined;
  #file: GrowingFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  #control: RunControl | undefined;
  /** Until when a tool that was freed of what held it up may go on; undefined before. */
  #freedUntilMs: number | undefined;

  constructor(
    private readonly tool: BatchTool,
    tests: readonly TestId[],
    private readonly how: SuiteRun,
  ) {
    this.state = new BatchState(tests);
    const { deadlineMs, signal } = how;
    if (deadlineMs !== undefined && deadlineMs - performance.now() <= LONGEST_TIMER_MS)
      this.#deadline = setTimeout(() => this.#end({ kind: 'deadline' }), deadlineMs - performance.now());
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Fires when the tool is to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on look at this file. */
  read(path: string, line: (text: string) => void): void {
    this.state.lastEventMs = performance.now();
    this.#file = new GrowingFile(path, line);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  readonly onStart = (control: RunControl): void => {
    this.#control = control;
  };

  /** The tool has ended: take what it told last, and stop watching. */
  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#deadline);
    this.how.signal?.removeEventListener('abort', this.#onAbort);
    this.#file?.close();
    this.#file = undefined;
  }

  #look(): void {
    this.#file?.readOn();
    const stop = this.#reason();
    if (stop === undefined) this.#freedUntilMs = undefined;
    else if (stop.kind === 'overdue' || stop.kind === 'held-up') this.#freeOrEnd(stop);
    else this.#end(stop);
  }

  /**
   * A tool that waits for the end of a test's output waits for what the test left behind. So first only that is ended; a
   * tool that then goes on was held up by a leak, not by the test.
   */
  #freeOrEnd(stop: Extract<Stop, { kind: 'overdue' | 'held-up' }>): void {
    if (this.#freedUntilMs === undefined) {
      this.#freedUntilMs = Number.POSITIVE_INFINITY;
      // Noted before, since the tool may go on sooner than we hear of it.
      this.state.noteLeak(stop.tests);
      const freed = this.#control?.endOrphans() ?? Promise.resolve(0);
      void freed.then((orphans) => {
        if (orphans === 0) this.state.forgetLeak();
        this.#freedUntilMs = orphans > 0 ? performance.now() + FREED_MS : 0;
      });
    } else if (performance.now() >= this.#freedUntilMs) this.#end(stop);
  }

  #reason(): Stop | undefined {
    const { state, how, tool } = this;
    const { flooding } = state;
    if (flooding.length > 0) return { kind: 'flood', tests: flooding };
    const overdue = state.runningFor(() => how.timeLimitMs);
    if (overdue.length > 0) return { kind: 'overdue', tests: overdue };
    const holding = this.#holdingUp();
    if (holding.length > 0) return { kind: 'held-up', tests: holding };
    if (state.running.length > 0) return undefined;
    const allowedMs = how.timeLimitMs + (state.ready ? tool.quietMs : START_MS);
    const isStill = performance.now() - state.lastEventMs > allowedMs;
    return isStill ? { kind: 'overdue', tests: [] } : undefined;
  }

  /** Who keeps the rest of the batch waiting for too long; of a tool that tells no starts, the first without an end. */
  #holdingUp(): readonly TestId[] {
    const { state, tool, how } = this;
    const { deadlineMs, expectedMs } = how;
    if (deadlineMs === undefined || !state.ready) return [];
    const patience = (id: TestId, startedMs: number): number =>
      patienceMs(deadlineMs - startedMs, expectedMs?.(id));
    const { left, running } = state;
    if (running.length === 0) {
      const [first] = left;
      if (tool.quietMs > 0 || left.length < 2 || first === undefined) return [];
      const isLong = performance.now() - state.lastEventMs > patience(first, state.lastEventMs);
      return isLong ? [first] : [];
    }
    const holding = state.runningFor(patience);
    const someWait = left.some((id) => !running.includes(id));
    return someWait && holding.length === running.length ? holding : [];
  }

  #end(stop: Stop): void {
    this.stop ??= stop;
    this.#abort.abort();
  }
}
