// Asking again what failed for trouble with the machine or the hub, with growing waits: work that a session was paid for is
// worth more than a new session.

import type { Cancel } from '@swarm/core';
import type { Clock } from './ports.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** So often is it asked before the trouble is told on: for about a minute and a half. */
const MOST_TRIES = 8;

/** How long to wait before the nth time, doubled each time. `lot` in [0, 1) spreads those who wait for the same thing. */
export const waitBefore = (nth: number, lot: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(nth - 1, 10)) * (0.5 + lot / 2);

export interface Patience {
  readonly clock: Clock;
  readonly random: () => number;
  /** Told of each failure but the last, which is thrown. */
  readonly onTrouble: (error: unknown) => void;
  /** Cancelled: asked no more. */
  readonly stop: Cancel;
}

/** What it answers. Throws what it throws at last. */
export async function patiently<T>(ask: () => Promise<T>, patience: Patience): Promise<T> {
  const { clock, random, onTrouble, stop } = patience;
  for (let nth = 1; ; nth++) {
    try {
      return await ask();
    } catch (error) {
      if (nth >= MOST_TRIES || stop.cancelled) throw error;
      onTrouble(error);
      await clock.sleep(waitBefore(nth, random()), stop);
    }
  }
}
