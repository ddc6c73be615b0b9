// What sessions of earlier runs took, read from their events: a limit holds for a day, a task or a run that was killed, whatever
// process counts it.

import { NO_USAGE } from '@swarm/core';
import { type Amount, amountOf } from './amount.js';
import type { FleetEvent } from './event.js';
import type { Account } from './ledger.js';

/** One session of an earlier run. */
export interface Spending {
  readonly task: string;
  readonly role: string;
  /** When it ended, or was seen last, since its run's start. */
  readonly atMs: number;
  readonly taken: Required<Amount>;
}

/** All sessions of a run; of those that were killed with it, what was known of them. */
export function spendingsOf(events: Iterable<readonly [FleetEvent, atMs: number]>): Spending[] {
  const sessions = new Map<string, Spending>();
  for (const [event, atMs] of events) {
    if (event.kind === 'session-started') {
      const { session, task, role } = event;
      sessions.set(session, { task, role, atMs, taken: amountOf(NO_USAGE) });
    }
    if (event.kind === 'session-progress' || event.kind === 'session-ended') {
      const known = sessions.get(event.session);
      if (known !== undefined) sessions.set(event.session, { ...known, atMs, taken: amountOf(event.usage) });
    }
  }
  return [...sessions.values()];
}

/** The accounts that a session of before counts in: its task's always, its day's, and its role's and the run's where that goes on. */
export function accountsOf(
  { task, role }: Spending,
  day: string,
  goesOn: string | undefined,
): readonly Account[] {
  const own: Account[] = [
    { kind: 'day', key: day },
    { kind: 'task', key: task },
  ];
  return goesOn === undefined ? own : [...own, { kind: 'run', key: goesOn }, { kind: 'role', key: role }];
}
