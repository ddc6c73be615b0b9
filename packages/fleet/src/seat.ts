// Who works in a fleet, and what all of them share.

import type { Cancel, SessionLimits } from '@swarm/core';
import type { BackOff } from './back-off.js';
import type { Breaker } from './breaker.js';
import type { Lane } from './lane.js';
import type { Account, Ledger } from './ledger.js';
import type { Clock, Desk, Tell } from './ports.js';

/** Who works, with what, and within what. */
export interface Seat {
  readonly agent: string;
  readonly role: string;
  readonly backend: string;
  readonly desk: Desk;
  /** It works without tasks: what its desk offers is a round that is due. */
  readonly rounds: boolean;
  /** The project's and the role's page. */
  readonly pages: { readonly project: string | undefined; readonly role: string | undefined };
  readonly limits: SessionLimits;
}

/** What all agents of a run share. */
export interface Shared {
  readonly run: string;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly ledger: Ledger;
  readonly backOff: BackOff;
  readonly breaker: Breaker;
  /** Where work that was overtaken is landed. */
  readonly lane: Lane;
  /** After so many failed attempts a task is blocked. */
  readonly maxAttempts: number;
  /** How often to check and push again when main has moved. */
  readonly maxRebases: number;
  /** Ends sessions at once. */
  readonly abort: Cancel;
  /** In [0, 1): spreads agents that wait for the same thing. */
  readonly random: () => number;
  /** A new session's name. */
  readonly nameSession: (agent: string) => string;
}

/** Where a session of this seat counts, whatever it is about. */
export const accountsOf = ({ role }: Seat, { run, clock }: Shared): readonly Account[] => [
  { kind: 'run', key: run },
  { kind: 'day', key: clock.day() },
  { kind: 'role', key: role },
];
