// What one turn may spend: its reservations in all accounts, opened before it and closed after it, whatever happens between.

import type { SessionLimits, SessionUsage } from '@swarm/core';
import { type Account, type Amount, amountOf, type Ledger, type Reservation, type Room } from './ledger.js';

type Reserved = Extract<Reservation, { kind: 'reserved' }>;

/** There is no room: in which kind of account, and in words. */
export interface Over {
  readonly account: Account['kind'];
  readonly why: string;
}

export class Purse {
  private readonly held: Reserved[] = [];
  private taken: Required<Amount> | undefined;

  constructor(private readonly ledger: Ledger) {}

  /** Reserve in these accounts too; says which limit is reached where there is no room. */
  reserve(accounts: readonly Account[]): Over | undefined {
    const reserved = this.ledger.reserve(accounts);
    if (reserved.kind === 'reserved') {
      this.held.push(reserved);
      return undefined;
    }
    const { account, what, limit } = reserved;
    const amount = what === 'usd' ? `$${limit}` : `${limit} ${what}`;
    const whose = account.kind === 'role' ? `role ${account.key}` : account.kind;
    return { account: account.kind, why: `the limit of ${amount} for the ${whose} is reached` };
  }

  /** A session's own limits, or what is left of its accounts' where that is less. */
  within(limits: SessionLimits): SessionLimits {
    const least = (what: keyof Room) =>
      Math.min(limits[what] ?? Number.POSITIVE_INFINITY, ...this.held.map(({ room }) => room[what]));
    const [usd, tokens] = [least('usd'), least('tokens')];
    return {
      ...limits,
      ...(Number.isFinite(usd) ? { usd } : {}),
      ...(Number.isFinite(tokens) ? { tokens } : {}),
    };
  }

  /** What the session has used up to now, in all. */
  spend(usage: SessionUsage): void {
    this.taken = amountOf(usage);
  }

  close(): void {
    for (const each of this.held.splice(0)) this.ledger.settle(each, this.taken);
  }
}
