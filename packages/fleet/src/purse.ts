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
    return overOf(reserved);
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

  /** What the session has used up to now, in all; says which limit that passes, with what others use that run. */
  spend(usage: SessionUsage): Over | undefined {
    const taken = amountOf(usage);
    const more = difference(taken, this.taken);
    this.taken = taken;
    const accounts = this.held.flatMap((each) => each.accounts);
    const full = this.ledger.use(accounts, more);
    return full === undefined ? undefined : overOf(full);
  }

  close(): void {
    for (const each of this.held.splice(0)) this.ledger.settle(each, this.taken);
  }
}

function overOf({ account, what, limit }: Extract<Reservation, { kind: 'over' }>): Over {
  const amount = what === 'usd' ? `$${limit}` : `${limit} ${what}`;
  const whose = account.kind === 'role' ? `role ${account.key}` : account.kind;
  return { account: account.kind, why: `the limit of ${amount} for the ${whose} is reached` };
}

const difference = (a: Required<Amount>, b: Required<Amount> | undefined): Required<Amount> => ({
  usd: a.usd - (b?.usd ?? 0),
  tokens: a.tokens - (b?.tokens ?? 0),
  sessions: a.sessions - (b?.sessions ?? 0),
});
