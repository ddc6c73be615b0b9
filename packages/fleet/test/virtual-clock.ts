// Time that passes only when nothing else is left to happen.

import type { Cancel } from '@swarm/core';
import type { Clock } from '@swarm/fleet';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  private sleepers: Sleeper[] = [];
  private now = 0;

  nowMs(): number {
    return this.now;
  }

  day(): string {
    return `day ${Math.floor(this.now / 86_400_000)}`;
  }

  sleep(ms: number, cancel: Cancel): Promise<void> {
    return new Promise((wake) => {
      const sleeper = { atMs: this.now + ms, wake };
      this.sleepers.push(sleeper);
      cancel.onCancel(() => {
        this.sleepers = this.sleepers.filter((each) => each !== sleeper);
        wake();
      });
    });
  }

  /** Let time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const ended = work.finally(() => {
      over = true;
    });
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve));
      if (over) break;
      const next = this.sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) throw new Error('nothing will ever happen');
      this.sleepers = this.sleepers.filter((each) => each !== next);
      this.now = Math.max(this.now, next.atMs);
      next.wake();
    }
    return ended;
  }
}
