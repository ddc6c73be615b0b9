// Money and tokens: reserved before a session starts, settled after it.
//
// A session may start when, in every account that it is counted in (run, day, role, task), what was spent, what running
// sessions have reserved and what this one is expected to take stay within the limit; in an account that is untouched, one
// may start in any case. It is told what room is left, which becomes its own limit: so a limit is passed by no more than what
// a session takes before it is ended. Expected is the most that one of the last ones took, or a session's own limit where
// that is lower.

import type { SessionUsage } from '@swarm/core';

/** An amount, or a limit; absent: not counted, or none. */
export interface Amount {
  readonly usd?: number;
  readonly tokens?: number;
  readonly sessions?: number;
}

/** What a session is counted in. `key`: which day, role or task. */
export interface Account {
  readonly kind: 'run' | 'day' | 'role' | 'task';
  readonly key: string;
}

export type Reservation =
  | {
      readonly kind: 'reserved';
      readonly accounts: readonly Account[];
      readonly amount: Required<Amount>;
      readonly room: Room;
    }
  | Full;

/** There is no room in an account. */
interface Full {
  readonly kind: 'over';
  readonly account: Account;
  readonly what: keyof Amount;
  readonly limit: number;
}

/** What is left for a session; infinity where nothing limits it. */
export interface Room {
  readonly usd: number;
  readonly tokens: number;
}

/** What each account of a kind may spend; `roles`: those of single roles, before what holds for every role. */
export type Limits = Readonly<Partial<Record<Account['kind'], Amount>>> & {
  readonly roles?: Readonly<Record<string, Amount>>;
};

/** A session's usage as an amount. */
export const amountOf = ({
  inputTokens,
  outputTokens,
  cachedTokens,
  usd,
}: SessionUsage): Required<Amount> => ({
  usd: usd ?? 0,
  tokens: inputTokens + outputTokens + cachedTokens,
  sessions: 1,
});

const NOTHING: Required<Amount> = { usd: 0, tokens: 0, sessions: 0 };
const KINDS = ['usd', 'tokens', 'sessions'] as const;
/** How many of the last sessions say what the next one may take. */
const REMEMBERED = 20;

export class Ledger {
  private readonly spent = new Map<string, Required<Amount>>();
  private readonly reserved = new Map<string, Required<Amount>>();
  /** What sessions that run have used up to now. */
  private readonly running = new Map<string, Required<Amount>>();
  private readonly last: Required<Amount>[] = [];

  /** `perSession`: the limits that are kept from outside while a session runs. */
  constructor(
    private readonly limits: Limits,
    private readonly perSession: Amount = {},
  ) {}

  /** Room for one more session in all of its accounts, or the first account that has none. */
  reserve(accounts: readonly Account[]): Reservation {
    const expected = this.expected();
    let amount = expected;
    for (const account of accounts) {
      const limit = this.limitOf(account);
      const taken = sum(at(this.spent, account), at(this.reserved, account));
      for (const what of KINDS) {
        const most = limit[what];
        if (most === undefined) continue;
        const untouched = taken.sessions === 0;
        if (taken[what] >= most || (!untouched && taken[what] + expected[what] > most))
          return { kind: 'over', account, what, limit: most };
        amount = { ...amount, [what]: Math.min(amount[what], most - taken[what]) };
      }
    }
    const room = this.room(accounts);
    for (const account of accounts) this.add(this.reserved, account, amount);
    return { kind: 'reserved', accounts, amount, room };
  }

  private limitOf({ kind, key }: Account): Amount {
    return { ...this.limits[kind], ...(kind === 'role' ? this.limits.roles?.[key] : {}) };
  }

  private room(accounts: readonly Account[]): Room {
    const left = (what: 'usd' | 'tokens') =>
      Math.min(
        this.perSession[what] ?? Number.POSITIVE_INFINITY,
        ...accounts.map((account) => {
          const most = this.limitOf(account)[what] ?? Number.POSITIVE_INFINITY;
          return most - at(this.spent, account)[what] - at(this.reserved, account)[what];
        }),
      );
    return { usd: left('usd'), tokens: left('tokens') };
  }

  /** A session that runs has used so much more. The first account whose limit that passes, with all others that run. */
  use(accounts: readonly Account[], more: Required<Amount>): Full | undefined {
    for (const account of accounts) this.add(this.running, account, more);
    for (const account of accounts) {
      const limit = this.limitOf(account);
      const taken = sum(at(this.spent, account), at(this.running, account));
      for (const what of ['usd', 'tokens'] as const) {
        const most = limit[what];
        if (most !== undefined && taken[what] > most) return { kind: 'over', account, what, limit: most };
      }
    }
    return undefined;
  }

  /** Does any limit of money hold? */
  get countsMoney(): boolean {
    const { roles = {}, ...rest } = this.limits;
    const all = [this.perSession, ...Object.values(rest), ...Object.values(roles)];
    return all.some((limit) => limit.usd !== undefined && Number.isFinite(limit.usd));
  }

  /** The session is over, or never began (`undefined`). */
  settle(reservation: Extract<Reservation, { kind: 'reserved' }>, taken: Required<Amount> | undefined): void {
    for (const account of reservation.accounts) {
      this.add(this.reserved, account, negative(reservation.amount));
      if (taken === undefined) continue;
      this.add(this.spent, account, taken);
      this.add(this.running, account, negative(taken));
    }
    if (taken !== undefined) this.remember(taken);
  }

  /** Sessions of before: the same day's, or of a run that goes on. */
  restore(accounts: readonly Account[], taken: Required<Amount>): void {
    for (const account of accounts) this.add(this.spent, account, taken);
    this.remember(taken);
  }

  spentIn(account: Account): Required<Amount> {
    return at(this.spent, account);
  }

  private remember(taken: Required<Amount>): void {
    this.last.push(taken);
    if (this.last.length > REMEMBERED) this.last.shift();
  }

  private expected(): Required<Amount> {
    const most = (what: 'usd' | 'tokens') =>
      Math.min(
        Math.max(0, ...this.last.map((each) => each[what])),
        this.perSession[what] ?? Number.POSITIVE_INFINITY,
      );
    return { usd: most('usd'), tokens: most('tokens'), sessions: 1 };
  }

  private add(to: Map<string, Required<Amount>>, account: Account, amount: Required<Amount>): void {
    to.set(nameOf(account), sum(at(to, account), amount));
  }
}

const nameOf = ({ kind, key }: Account): string => `${kind} ${key}`;

const at = (amounts: ReadonlyMap<string, Required<Amount>>, account: Account): Required<Amount> =>
  amounts.get(nameOf(account)) ?? NOTHING;

const sum = (a: Required<Amount>, b: Required<Amount>): Required<Amount> => ({
  usd: a.usd + b.usd,
  tokens: a.tokens + b.tokens,
  sessions: a.sessions + b.sessions,
});

const negative = (a: Required<Amount>): Required<Amount> => ({
  usd: -a.usd,
  tokens: -a.tokens,
  sessions: -a.sessions,
});
