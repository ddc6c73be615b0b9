// One back-off for an account at a provider: when one agent is told to wait, all that share the account wait.

/** How long to wait at first, and at most. */
export interface BackOffTimes {
  readonly firstMs: number;
  readonly mostMs: number;
}

const TIMES: BackOffTimes = { firstMs: 5_000, mostMs: 30 * 60_000 };

export class BackOff {
  private refusals = 0;
  private untilMs = 0;

  constructor(private readonly times: BackOffTimes = TIMES) {}

  /**
   * A provider refused for the rate of requests. `afterMs`: when it may be tried again, as it says itself; left out: twice as
   * long as the last time. Sessions that were under way together and are refused together count once.
   */
  refused(nowMs: number, afterMs?: number): void {
    if (nowMs >= this.untilMs) this.refusals++;
    const own = Math.min(this.times.mostMs, this.times.firstMs * 2 ** (this.refusals - 1));
    this.untilMs = Math.max(this.untilMs, nowMs + Math.max(afterMs ?? 0, own));
  }

  /** A session went well: the next refusal begins from the start. */
  answered(): void {
    this.refusals = 0;
  }

  /**
   * How long to wait before the next start. `lot` in [0, 1): agents that wait together start one after the other, spread over
   * a quarter of the time that was waited.
   */
  waitMs(nowMs: number, lot: number): number {
    if (nowMs >= this.untilMs) return 0;
    const left = this.untilMs - nowMs;
    return left + (lot * left) / 4;
  }
}
