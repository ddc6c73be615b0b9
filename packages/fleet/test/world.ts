// A hub, workspaces and agents that exist only in memory: what a fleet's loop is tried on, in virtual time, with faults on demand.

import {
  type Attempt,
  type Cancel,
  Cancellation,
  type Lease,
  type SessionEvent,
  type SessionOutcome,
  type Task,
  type TaskDraft,
  taskOf,
} from '@swarm/core';
import {
  BackOff,
  Breaker,
  type Check,
  type Claimed,
  type Closing,
  type Desk,
  type FleetEnd,
  type FleetEvent,
  type FleetWish,
  Lane,
  Ledger,
  type Limits,
  type Need,
  runFleet,
  type Seat,
  type SessionWish,
  type Shared,
} from '@swarm/fleet';
import { VirtualClock } from './virtual-clock.js';

/** What a session does. */
export interface Deed {
  readonly takesMs?: number;
  readonly outcome?: SessionOutcome;
  readonly usd?: number;
  readonly retryAfterMs?: number;
  /** What is in the workspace after it. */
  readonly leaves?: 'good' | 'bad' | 'nothing';
  /** The program never ends. */
  readonly hangs?: true;
}

interface Work {
  readonly task: string;
  readonly good: boolean;
}

export interface WorldWish {
  readonly tasks: readonly TaskDraft[];
  /** What the nth session on a task does. */
  readonly deed?: (task: string, nth: number) => Deed;
  readonly ttlMs?: number;
  /** How long the gate takes. */
  readonly gateMs?: number;
  /** Called before each thing that is asked of the hub or a workspace; what it throws is that one's failure. */
  readonly fault?: (what: string, world: World) => void;
}

export class World {
  readonly clock = new VirtualClock();
  readonly tasks = new Map<string, Task>();
  readonly claims = new Map<string, Lease>();
  readonly events: FleetEvent[] = [];
  /** Commits on main: the task and whether its work is good. */
  readonly main: Work[] = [];
  readonly sessions: { readonly task: string; readonly prompt: string; usd: number }[] = [];
  /** Work that was harvested and not judged. */
  readonly kept = new Map<string, Work>();
  readonly drain = new Cancellation();
  readonly abort = new Cancellation();
  /** Why the base can't be built. */
  unbuilt: string | undefined;
  /** Tasks that are done already, as nobody has noticed. */
  readonly done = new Set<string>();
  running = 0;
  private tokens = 0;

  constructor(readonly wish: WorldWish) {
    for (const draft of wish.tasks) this.tasks.set(draft.id, taskOf({ verify: 'true', ...draft }));
  }

  run(
    agents: number,
    wish: Partial<Pick<FleetWish, 'until' | 'once' | 'shrink'>> = {},
    limits: {
      readonly money?: Limits;
      readonly breaker?: number;
      readonly attempts?: number;
      /** The agents' roles, in order. */
      readonly roles?: readonly string[];
      readonly rounds?: boolean;
    } = {},
  ): Promise<FleetEnd> {
    const seats = Array.from({ length: agents }, (_, index): Seat => {
      const agent = `agent-${index}`;
      const pages = { project: undefined, role: undefined };
      return {
        agent,
        role: limits.roles?.[index] ?? 'developer',
        backend: 'fake',
        desk: new FakeDesk(this, agent),
        rounds: limits.rounds ?? false,
        pages,
        limits: {},
      };
    });
    const shared: Shared = {
      run: 'run',
      clock: this.clock,
      tell: (event) => this.events.push(event),
      ledger: new Ledger(limits.money ?? {}),
      backOff: new BackOff(),
      breaker: new Breaker(limits.breaker ?? 10),
      lane: new Lane(this.clock),
      maxAttempts: limits.attempts ?? 3,
      maxRebases: 5,
      abort: this.abort,
      random: () => 0.5,
      nameSession: (agent) => `${agent}.${++this.tokens}`,
    };
    const { until = { empty: true }, once = false, shrink = false } = wish;
    return this.clock.until(runFleet({ seats, until, once, drain: this.drain, shrink }, shared));
  }

  of<K extends FleetEvent['kind']>(kind: K): Extract<FleetEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<FleetEvent, { kind: K }> => event.kind === kind);
  }

  token(): string {
    return `token-${++this.tokens}`;
  }
}

class FakeDesk implements Desk {
  private base = 0;
  private work: Work | undefined;

  constructor(
    private readonly world: World,
    private readonly agent: string,
  ) {}

  async claim(): Promise<Claimed> {
    this.world.wish.fault?.('claim', this.world);
    const { tasks, claims } = this.world;
    const open = [...tasks.values()].filter(({ state }) => state === 'open');
    const own = open.find(({ id }) => claims.get(id)?.holder === this.agent);
    const task = own ?? open.find(({ id }) => !claims.has(id));
    if (task === undefined) return { kind: 'nothing', left: open.length };
    const ttlMs = this.world.wish.ttlMs ?? 60_000;
    const lease: Lease = { task: task.id, holder: this.agent, ttlMs, token: this.world.token() };
    claims.set(task.id, lease);
    return { kind: 'claimed', task, lease };
  }

  async renew(lease: Lease): Promise<Lease | undefined> {
    this.world.wish.fault?.('renew', this.world);
    if (!this.holds(lease)) return undefined;
    const next = { ...lease, token: this.world.token() };
    this.world.claims.set(lease.task, next);
    return next;
  }

  async release(lease: Lease, attempt: Attempt | undefined, becomes?: Closing): Promise<void> {
    this.world.wish.fault?.('release', this.world);
    if (!this.holds(lease)) return;
    const { tasks, claims } = this.world;
    claims.delete(lease.task);
    const task = tasks.get(lease.task)!;
    const attempts = attempt === undefined ? task.attempts : [...task.attempts, attempt];
    tasks.set(task.id, { ...task, attempts, ...(becomes === undefined ? {} : becomes) });
  }

  async prepare(): Promise<void> {
    this.world.wish.fault?.('prepare', this.world);
    this.base = this.world.main.length;
    this.work = undefined;
  }

  async verify(task: Task): Promise<Need> {
    const { unbuilt } = this.world;
    if (unbuilt !== undefined) return { verdict: 'hopeless', detail: unbuilt };
    return this.world.done.has(task.id)
      ? { verdict: 'green', detail: 'it is green' }
      : { verdict: 'red', detail: 'exit status 1' };
  }

  async *session({ prompt }: SessionWish, cancel: Cancel): AsyncIterable<SessionEvent> {
    const { world } = this;
    const task = [...world.claims.values()].find(({ holder }) => holder === this.agent)!.task;
    const nth = world.sessions.filter((session) => session.task === task).length;
    const deed = world.wish.deed?.(task, nth) ?? {};
    const session = { task, prompt, usd: deed.usd ?? 0 };
    world.sessions.push(session);
    world.running++;
    await world.clock.sleep(deed.hangs ? 1e9 : (deed.takesMs ?? 1000), cancel);
    world.running--;
    yield {
      kind: 'usage',
      usage: { inputTokens: 100, outputTokens: 10, cachedTokens: 0, usd: deed.usd ?? 0 },
    };
    if (cancel.cancelled) {
      yield { kind: 'finished', outcome: 'killed', detail: 'it was cancelled' };
      return;
    }
    yield { kind: 'text', text: 'thinking about it' };
    yield { kind: 'tool', name: 'edit' };
    yield { kind: 'text', text: `I tried ${task}` };
    const { outcome = 'ok', leaves = outcome === 'ok' ? 'good' : 'nothing', retryAfterMs } = deed;
    if (leaves !== 'nothing') this.work = { task, good: leaves === 'good' };
    const after = retryAfterMs === undefined ? {} : { retryAfterMs };
    yield { kind: 'finished', outcome, detail: `it was ${outcome}`, ...after };
  }

  async harvest() {
    this.world.wish.fault?.('harvest', this.world);
    if (this.work === undefined) return undefined;
    this.world.kept.set(this.work.task, this.work);
    return { commit: `work-${this.work.task}`, touched: [] };
  }

  async recall({ id }: Task): Promise<boolean> {
    this.work = this.world.kept.get(id) ?? this.work;
    return this.world.kept.has(id);
  }

  async forget({ id }: Task): Promise<void> {
    this.world.kept.delete(id);
  }

  async sample(): Promise<Check> {
    return { verdict: 'green', detail: 'all passed' };
  }

  async rebase(task: Task) {
    this.world.wish.fault?.('rebase', this.world);
    this.base = this.world.main.length;
    return { kind: 'ready', commit: `work-${task.id}` } as const;
  }

  async gate(task: Task): Promise<Check> {
    await this.world.clock.sleep(this.world.wish.gateMs ?? 10, this.world.abort);
    return this.work?.good
      ? { verdict: 'green', detail: 'allowed' }
      : { verdict: 'red', detail: `${task.id} breaks something` };
  }

  async land(lease: Lease, commit: string) {
    this.world.wish.fault?.('land', this.world);
    if (!this.holds(lease)) return { kind: 'lost' } as const;
    if (this.base !== this.world.main.length) return { kind: 'moved' } as const;
    this.world.main.push(this.work!);
    this.world.claims.delete(lease.task);
    const task = this.world.tasks.get(lease.task)!;
    this.world.tasks.set(task.id, { ...task, state: 'landed' });
    return { kind: 'landed', commit } as const;
  }

  private holds(lease: Lease): boolean {
    return this.world.claims.get(lease.task)?.token === lease.token;
  }
}
