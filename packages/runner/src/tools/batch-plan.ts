// Which tests the next batch holds. A batch is long enough to be worth the start of its tool, and short enough that results
// come soon and a budget can stop between two of them.

import type { TestId } from '@swarm/core';
import type { BatchTool } from './batch-tool.js';

/** A batch aims to take this long, or five times as long as the start of its tool, within the second bound. */
const AIM_MS = 2_000;
const LONGEST_AIM_MS = 10_000;
/** Before anything is known. */
const FIRST_TESTS = 8;
/** A test that came back this often runs alone. */
const RETURNS = 2;

/** A test that others waited for too long. */
export interface Aside {
  readonly id: TestId;
  readonly ranMs: number;
}

export class BatchPlan {
  readonly #waiting: TestId[];
  /** Batches that are already made up. */
  readonly #fixed: (readonly TestId[])[] = [];
  /** These run last, each alone; with how long others waited for them. */
  readonly #aside: Aside[] = [];
  readonly #returns = new Map<TestId, number>();
  #testsMs = 0;
  #tests = 0;
  #startMs = 0;
  #batches = 0;

  constructor(
    private readonly tool: BatchTool,
    private readonly jobs: number,
    tests: readonly TestId[],
  ) {
    this.#waiting = tool.groupOf === undefined ? [...tests] : gathered(tests, (id) => tool.groupOf!(id));
  }

  /** The next one, given the time that is left; undefined when there is none. */
  next(leftMs = Number.POSITIVE_INFINITY): readonly TestId[] | undefined {
    const fixed = this.#fixed.shift();
    if (fixed !== undefined) return fixed;
    if (this.#waiting.length === 0) return this.#nextAside(leftMs);
    const size = this.#size(leftMs);
    const group = this.tool.groupOf?.(this.#waiting[0]!);
    let end = 1;
    while (end < size && end < this.#waiting.length) {
      if (this.tool.oneGroup === true && this.tool.groupOf?.(this.#waiting[end]!) !== group) break;
      end++;
    }
    return this.#waiting.splice(0, end);
  }

  /** All that wait; nothing waits any more. */
  drain(): TestId[] {
    return [...this.#fixed.splice(0).flat(), ...this.#waiting.splice(0)];
  }

  /** What a batch took, to size the next ones by. */
  learn(tests: number, testsMs: number, wallMs: number): void {
    this.#tests += tests;
    this.#testsMs += testsMs;
    this.#startMs += Math.max(0, wallMs - testsMs / (this.tool.jobsInside ? this.jobs : 1));
    this.#batches++;
  }

  /** These come again, together where they have not been back too often. */
  giveBack(tests: readonly TestId[]): void {
    const together: TestId[] = [];
    for (const id of tests) {
      const returns = (this.#returns.get(id) ?? 0) + 1;
      this.#returns.set(id, returns);
      if (returns > RETURNS) this.#fixed.push([id]);
      else together.push(id);
    }
    this.#waiting.unshift(...together);
  }

  /** They may take all that is left when the others are done. */
  setAside(tests: readonly Aside[]): void {
    this.#aside.push(...tests);
  }

  /** Those of them for which the time that was left was too short. */
  get stillAside(): readonly Aside[] {
    return this.#aside;
  }

  #nextAside(leftMs: number): readonly TestId[] | undefined {
    const next = this.#aside.findIndex(({ ranMs }) => ranMs < leftMs);
    return next < 0 ? undefined : this.#aside.splice(next, 1).map(({ id }) => id);
  }

  /** The next batches are these. */
  fix(...batches: readonly (readonly TestId[])[]): void {
    this.#fixed.push(...batches.filter(({ length }) => length > 0));
  }

  #size(leftMs: number): number {
    const lanes = this.tool.jobsInside ? 1 : this.jobs;
    const abreast = this.tool.jobsInside ? this.jobs : 1;
    const waiting = this.#waiting.length;
    const fair = Math.ceil(waiting / lanes);
    if (this.#tests === 0) return Math.min(this.tool.most, fair, FIRST_TESTS * abreast);
    const startMs = this.#startMs / this.#batches;
    const testMs = Math.max(0.1, this.#testsMs / this.#tests);
    // What takes less than a start isn't worth another one.
    const most = Math.min(this.tool.most, (waiting * testMs) / abreast < startMs ? waiting : fair);
    const aimMs = Math.min(LONGEST_AIM_MS, Math.max(AIM_MS, 5 * startMs));
    const roomMs = Math.min(aimMs, (leftMs - startMs) * 0.7);
    return Math.max(1, Math.min(most, Math.floor((roomMs * abreast) / testMs)));
  }
}

/** Tests of a group after one another, groups by their first test. */
function gathered(tests: readonly TestId[], groupOf: (id: TestId) => string): TestId[] {
  const groups = new Map<string, TestId[]>();
  for (const id of tests) {
    const group = groups.get(groupOf(id));
    if (group === undefined) groups.set(groupOf(id), [id]);
    else group.push(id);
  }
  return [...groups.values()].flat();
}
