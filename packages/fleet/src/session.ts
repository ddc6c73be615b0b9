// One session, listened to until its end: told, paid for, and noted by what holds for all of them.

import {
  type Cancellation,
  NO_USAGE,
  type SessionEnd,
  type SessionEvent,
  type SessionUsage,
  tokensOf,
} from '@swarm/core';
import type { Over, Purse } from './purse.js';
import type { Seat, Shared } from './seat.js';

export interface SessionResult extends SessionEnd {
  readonly usage: SessionUsage;
  /** A limit that it shares with others ended it: it says nothing of the task, and what it left may be of use. */
  readonly cutOff: boolean;
  /** What the agent said last: where it couldn't finish, what it learned. May be empty. */
  readonly lastWords: string;
}

const LAST_WORDS_CHARS = 600;

export interface HeldWish {
  /** What it is about, as events name it. */
  readonly task: string;
  readonly prompt: string;
  /** Cancelled from outside, and here when a limit is reached. */
  readonly stop: Cancellation;
}

/** Hold one at a seat, within what the purse has. */
export async function heldSession(
  seat: Seat,
  shared: Shared,
  purse: Purse,
  { task, prompt, stop }: HeldWish,
): Promise<SessionResult> {
  const { agent, role, backend, desk } = seat;
  const { tell, clock } = shared;
  const session = shared.nameSession(agent);
  const about = { agent, task, session, role };
  tell({ kind: 'session-started', ...about, backend });
  const startedMs = clock.nowMs();
  let over: Over | undefined;
  const ended = await runSession(desk.session({ prompt, limits: seat.limits, session }, stop), (usage) => {
    over ??= purse.spend(usage);
    if (over !== undefined) stop.cancel();
    tell({ kind: 'session-progress', agent, session, usage });
  });
  over ??= purse.spend(ended.usage);
  purse.end();
  const cutOff = over !== undefined && ended.outcome === 'killed';
  const end = { ...ended, cutOff, ...(cutOff ? { detail: over!.why } : {}) };
  const { outcome, detail, usage, retryAfterMs } = end;
  if (usage.usd === undefined && tokensOf(usage) > 0 && shared.ledger.countsMoney)
    shared.breaker.open ??= `what ${backend} costs isn't known, so no limit of money holds: set run.prices`;
  tell({ kind: 'session-ended', ...about, outcome, detail, usage, wallMs: clock.nowMs() - startedMs });
  if (outcome === 'rate-limited') shared.backOff.refused(clock.nowMs(), retryAfterMs);
  if (outcome === 'ok') shared.backOff.answered();
  // Who looks and finds nothing does no worse for it.
  if (!(seat.rounds && outcome === 'no-change')) shared.breaker.note(outcome, detail);
  return end;
}

/** A backend that says no last word has crashed. */
async function runSession(
  events: AsyncIterable<SessionEvent>,
  onUsage: (usage: SessionUsage) => void,
): Promise<Omit<SessionResult, 'cutOff'>> {
  let usage = NO_USAGE;
  let end: SessionEnd = { kind: 'finished', outcome: 'crashed', detail: 'the backend said no last word' };
  let lastWords = '';
  for await (const event of events) {
    if (event.kind === 'tool') lastWords = '';
    if (event.kind === 'text') lastWords = `${lastWords}\n${event.text}`.slice(-LAST_WORDS_CHARS);
    if (event.kind === 'usage') {
      usage = event.usage;
      onUsage(usage);
    }
    if (event.kind === 'finished') end = event;
  }
  return { ...end, usage, lastWords: lastWords.trim() };
}
