// The machine's clock for a fleet.

import type { Clock } from '@swarm/fleet';

/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The day that money is counted for, in UTC. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  day: () => dayOf(new Date()),
  sleep: (ms, cancel) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
      cancel.onCancel(() => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
