// In which order tests run: those first that are most likely to fail per second of waiting, so that a failure shows early and a
// time budget is spent where it tells most.
//
// A test's weight is what its past makes of a failure: a small one for every test, one for each recent change between passing
// and failing, one for having failed last, all over the time it takes at nine runs of ten. A test whose turn didn't come doubles
// its weight each time, so that a budget that is always too short still gets round to every test. Ties and tests without a past stand in
// the order given, which is the hashed one of the sample.

import { type Past, p90Ms } from './past.js';
import type { TestId } from './test.js';

/** A test with the time that is planned for it. */
export interface Planned {
  readonly id: TestId;
  /** At nine runs of ten; the median of the others' where it never ran. */
  readonly expectedMs: number;
  /** It never ran: its time is a guess. */
  readonly guessed?: true;
}

const ANY = 0.02;
/** Below this all times are as good as none: what starting a program costs. */
const LEAST_MS = 2;
const UNKNOWN_MS = 100;
const MOST_DOUBLINGS = 40;

/** The tests in the order to run them in. */
export function orderTests(tests: readonly TestId[], pasts: ReadonlyMap<TestId, Past>): Planned[] {
  const known = tests.map((id) => {
    const past = pasts.get(id);
    return past === undefined ? undefined : p90Ms(past);
  });
  const usualMs = median(known.filter((ms) => ms !== undefined)) ?? UNKNOWN_MS;
  return tests
    .map((id, i) => {
      const expectedMs = known[i] ?? usualMs;
      const guessed = known[i] === undefined ? { guessed: true as const } : {};
      return { id, expectedMs, ...guessed, weight: chance(pasts.get(id)) / Math.max(expectedMs, LEAST_MS) };
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ weight: _, ...planned }) => planned);
}

function chance(past: Past | undefined): number {
  if (past === undefined) return ANY;
  const failing = ANY + past.transitions + (past.failedLast ? 1 : 0);
  return failing * 2 ** Math.min(past.missed, MOST_DOUBLINGS);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
