// A circuit breaker: when sessions end again and again in the same bad way and nothing lands, the cause isn't in the tasks,
// and more sessions only cost more.

import type { SessionOutcome } from '@swarm/core';

/** Outcomes that say that the next session will end the same way. */
const HOPELESS: ReadonlySet<SessionOutcome> = new Set(['auth']);
/** Outcomes that count when they come in a row; a rate limit has its own back-off. */
const BAD: ReadonlySet<SessionOutcome> = new Set([
  'crashed',
  'empty',
  'stalled',
  'budget',
  'tampered',
  'no-change',
]);

export class Breaker {
  /** Why nothing more should be started; undefined as long as all is well. */
  open: string | undefined;
  private row: { readonly outcome: SessionOutcome; readonly count: number } | undefined;

  /** `most`: how many equal bad outcomes in a row, over all agents, are too many. */
  constructor(private readonly most: number) {}

  note(outcome: SessionOutcome, detail: string): void {
    if (HOPELESS.has(outcome)) this.open ??= `a session ended with \`${outcome}\`: ${detail}`;
    if (outcome === 'ok') this.row = undefined;
    if (!BAD.has(outcome)) return;
    const count = this.row?.outcome === outcome ? this.row.count + 1 : 1;
    this.row = { outcome, count };
    if (count >= this.most) this.open ??= `${count} sessions in a row ended with \`${outcome}\`: ${detail}`;
  }
}
