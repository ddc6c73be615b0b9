// A lane that one works in at a time, in order of arrival: work is checked and pushed while nobody of the same fleet moves main.

import type { Clock } from './ports.js';

export class Lane {
  /** How long all who came have waited for their turn, together. */
  waitedMs = 0;
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  enter<T>(work: () => Promise<T>): Promise<T> {
    const cameMs = this.clock.nowMs();
    const result = this.line.then(() => {
      this.waitedMs += this.clock.nowMs() - cameMs;
      return work();
    });
    this.line = result.catch(() => {});
    return result;
  }
}
