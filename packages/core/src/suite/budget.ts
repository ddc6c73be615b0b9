// Which tests a time budget has room for, and whether one may still start. Pure: moments come from the caller's monotonic clock.

import type { Planned } from './order.js';

/** The part of the time left that a test may keep others waiting for. */
const SHARE = 0.5;

/**
 * How long a test may run while others wait for its place, from when it starts with `leftMs` until the deadline: half of them, so that
 * some of the time is always left for what comes after it, or twice as long as it is known to take. Then it comes last.
 */
export const patienceMs = (leftMs: number, expectedMs = 0): number =>
  Math.max(leftMs * SHARE, 2 * expectedMs);

export interface BudgetPlan {
  /** In the order to run them in. */
  readonly start: readonly Planned[];
  /** What can't fit, in the same order. */
  readonly left: readonly Planned[];
}

/**
 * Fill `jobs` lanes of `budgetMs` each, in the order given, each test into the lane that is free first. One that wouldn't
 * be done in time is left, and later ones that would be are still taken: the sum of the planned times never exceeds
 * the budget in any lane. Of no budget everything is started. O(tests * jobs).
 */
export function planBudget(
  ordered: readonly Planned[],
  jobs: number,
  budgetMs: number | undefined,
): BudgetPlan {
  if (budgetMs === undefined) return { start: ordered, left: [] };
  const lanes = new Array<number>(jobs).fill(0);
  const start: Planned[] = [];
  const left: Planned[] = [];
  for (const planned of ordered) {
    const lane = lanes.indexOf(Math.min(...lanes));
    const endMs = lanes[lane]! + planned.expectedMs;
    if (endMs > budgetMs) left.push(planned);
    else {
      lanes[lane] = endMs;
      start.push(planned);
    }
  }
  return { start, left };
}
