// Money and tokens: held for a session before it starts, spent when it is over.
//
// Sessions differ by role: each has its own backend, model and prices. So what a role's next session may take, and what its next step may, is
// read from that role's own sessions (`experience.ts`), or from everybody's where it had none yet.
//
// A session may start when, in every account that it counts in (run, day, role, task), what was spent, what each session that runs may
// take, and what this one may, stay within the limit. Where nobody has told of anything yet, one goes ahead alone.
//
// A session is ended when it tells of a step after which the others' next steps would not fit any more. So what passes a limit is one step of
// one session at most, as long as no step is larger than those told of before; otherwise also by how much the next steps of sessions
// that run are larger. What a session tells of after it was ended comes on top.

import { type Amount, amount, KINDS, NOTHING, sum } from './amount.js';
import { Experience } from './experience.js';

/** What a session is counted in. `key`: which run, day, role or task. */
export interface Account {
  readonly kind: 'run' | 'day' | 'role' | 'task';
  readonly key: string;
}

/** There is no room in an account: `over`, or `busy` as long as what runs may use up what is left. */
export interface Refusal {
  readonly kind: 'over' | 'busy';
  readonly account: Account;
  readonly what: keyof Amount;
  readonly limit: number;
}

/** What each account of a kind may spend; `roles`: those of single roles, before what holds for every role. */
export type Limits = Readonly<Partial<Record<Account['kind'], Amount>>> & {
  readonly roles?: Readonly<Record<string, Amount>>;
};

/** One session, from before it starts until it is settled. */
export interface Holding {
  readonly role: string;
  readonly accounts: Account[];
  /** Up to now; undefined: it has told of nothing yet. */
  used: Required<Amount> | undefined;
  /** It has ended, or was asked to: no next step is to come. */
  ended: boolean;
}

export class Ledger {
  private readonly spent = new Map<string, Required<Amount>>();
  private readonly holdings = new Set<Holding>();
  private readonly roles = new Map<string, Experience>();
  private readonly everybody = new Experience();

  /** `perSession`: by role, the limits that are kept from outside while one of its sessions runs. */
  constructor(
    private readonly limits: Limits,
    private readonly perSession: Readonly<Record<string, Amount>> = {},
  ) {}

  open(role: string): Holding {
    const holding: Holding = { role, accounts: [], used: undefined, ended: false };
    this.holdings.add(holding);
    return holding;
  }

  /** Let it count in these accounts too, if all of them have room; else the first that has none, and it counts in none of them. */
  reserve(holding: Holding, accounts: readonly Account[]): Refusal | undefined {
    for (const account of accounts) {
      const limit = this.limitOf(account);
      for (const what of KINDS) {
        const most = limit[what];
        const kind = most === undefined ? undefined : this.refusal(holding.role, account, what, most);
        if (kind !== undefined) return { kind, account, what, limit: most! };
      }
    }
    holding.accounts.push(...accounts);
    return undefined;
  }

  private refusal(
    role: string,
    account: Account,
    what: keyof Amount,
    most: number,
  ): Refusal['kind'] | undefined {
    const running = this.runningIn(account);
    const spent = this.spentIn(account);
    const used = spent[what] + total(running, ({ used }) => (what === 'sessions' ? 0 : (used?.[what] ?? 0)));
    if (used >= most) return 'over';
    const expected = this.expected(role, what);
    const alone = running.length === 0;
    // The first one may start in any case, or nothing ever would.
    if (alone && (spent.sessions === 0 || expected === Number.POSITIVE_INFINITY)) return undefined;
    const held = total(running, (other) => this.mayTake(other, what));
    if (spent[what] + held + expected <= most) return undefined;
    return alone ? 'over' : 'busy';
  }

  /** It has used so much in all. The first account where the others' next steps don't fit any more: it is to be ended. */
  use(holding: Holding, used: Required<Amount>): Refusal | undefined {
    const before = holding.used ?? NOTHING;
    const step = amount((what) => Math.max(0, used[what] - before[what]));
    if (step.usd > 0 || step.tokens > 0) {
      const which = holding.used === undefined ? 'first' : 'later';
      for (const experience of [this.of(holding.role), this.everybody]) experience.step(which, step);
      holding.used = used;
    }
    for (const account of holding.accounts) {
      const limit = this.limitOf(account);
      const running = this.runningIn(account);
      for (const what of ['usd', 'tokens'] as const) {
        const most = limit[what];
        if (most === undefined) continue;
        const next = total(running, (other) => (other === holding ? 0 : this.nextStep(other, what)));
        const taken = this.spentIn(account)[what] + total(running, ({ used }) => used?.[what] ?? 0);
        if (taken + next <= most) continue;
        this.end(holding);
        return { kind: 'over', account, what, limit: most };
      }
    }
    return undefined;
  }

  /** It takes no more, though its work is still to be judged. */
  end(holding: Holding): void {
    holding.ended = true;
  }

  /** What it was for is over, or it never began (`undefined`). */
  settle(holding: Holding, taken: Required<Amount> | undefined): void {
    this.holdings.delete(holding);
    if (taken !== undefined) this.restore(holding.accounts, taken, holding.role);
  }

  /** Sessions of before: the same day's, or of a run that goes on. */
  restore(accounts: readonly Account[], taken: Required<Amount>, role: string): void {
    for (const account of accounts) this.spent.set(nameOf(account), sum([this.spentIn(account), taken]));
    for (const experience of [this.of(role), this.everybody]) experience.ended(taken);
  }

  spentIn(account: Account): Required<Amount> {
    return this.spent.get(nameOf(account)) ?? NOTHING;
  }

  /** Does any limit of money hold? */
  get countsMoney(): boolean {
    const { roles = {}, ...rest } = this.limits;
    const all = [...Object.values(this.perSession), ...Object.values(rest), ...Object.values(roles)];
    return all.some((limit) => limit.usd !== undefined && Number.isFinite(limit.usd));
  }

  private limitOf({ kind, key }: Account): Amount {
    return { ...this.limits[kind], ...(kind === 'role' ? this.limits.roles?.[key] : {}) };
  }

  private runningIn(account: Account): Holding[] {
    const name = nameOf(account);
    return [...this.holdings].filter(({ accounts }) => accounts.some((each) => nameOf(each) === name));
  }

  private of(role: string): Experience {
    const known = this.roles.get(role) ?? new Experience();
    this.roles.set(role, known);
    return known;
  }

  /** Who tells what a role's sessions are like. */
  private guideFor(role: string): Experience {
    const own = this.of(role);
    return own.any ? own : this.everybody;
  }

  /** What a session of a role may take; infinity: nobody knows. */
  private expected(role: string, what: keyof Amount): number {
    if (what === 'sessions') return 1;
    const own = [...this.holdings].filter((each) => each.role === role);
    const most = Math.max(this.guideFor(role).session(what), ...own.map(({ used }) => used?.[what] ?? 0));
    return Math.min(most, this.perSession[role]?.[what] ?? Number.POSITIVE_INFINITY);
  }

  private mayTake(holding: Holding, what: keyof Amount): number {
    const { role, used, ended } = holding;
    if (what === 'sessions') return 1;
    const taken = used?.[what] ?? 0;
    return ended ? taken : Math.max(this.expected(role, what), taken + this.nextStep(holding, what));
  }

  private nextStep({ role, used, ended }: Holding, what: keyof Amount): number {
    if (ended) return 0;
    return this.guideFor(role).largestStep(used === undefined ? 'first' : 'later', what);
  }
}

const nameOf = ({ kind, key }: Account): string => `${kind} ${key}`;

const total = (holdings: readonly Holding[], of: (holding: Holding) => number): number =>
  holdings.reduce((all, each) => all + of(each), 0);
