// What one turn may spend: held in all of its accounts before it, settled after it, whatever happens between.

import type { SessionUsage } from '@swarm/core';
import { type Amount, amountOf } from './amount.js';
import type { Account, Holding, Ledger, Refusal } from './ledger.js';

/** There is no room: in which kind of account, and in words. */
export interface Over {
  readonly account: Account['kind'];
  readonly why: string;
}

export class Purse {
  private readonly holding: Holding;
  private taken: Required<Amount> | undefined;

  /** `role`: whose session it is for. */
  constructor(
    private readonly ledger: Ledger,
    role: string,
  ) {
    this.holding = ledger.open(role);
  }

  /** Count in these accounts too; says which one has no room. `busy`: it may have some when others are done. */
  reserve(accounts: readonly Account[]): (Over & Pick<Refusal, 'kind'>) | undefined {
    const refused = this.ledger.reserve(this.holding, accounts);
    return refused === undefined ? undefined : { kind: refused.kind, ...inWords(refused) };
  }

  /** What the session has used up to now, in all; says which limit that passes, with what others use that run. */
  spend(usage: SessionUsage): Over | undefined {
    this.taken = amountOf(usage);
    const refused = this.ledger.use(this.holding, this.taken);
    return refused === undefined ? undefined : inWords(refused);
  }

  /** The session is over; what it was for isn't yet. */
  end(): void {
    this.ledger.end(this.holding);
  }

  close(): void {
    this.ledger.settle(this.holding, this.taken);
  }
}

function inWords({ kind, account, what, limit }: Refusal): Over {
  const most = what === 'usd' ? `$${limit}` : `${limit} ${what}`;
  const whose = account.kind === 'role' ? `role ${account.key}` : account.kind;
  const name = `the limit of ${most} for the ${whose}`;
  return {
    account: account.kind,
    why: kind === 'over' ? `${name} is reached` : `what runs may use up ${name}`,
  };
}
