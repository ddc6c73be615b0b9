// One supervisor, N agents: each takes turns until nothing is left, a limit is reached, or someone says stop. Saying it once lets
// sessions finish; the second time ends them. Both give all claims back.

import { type Cancel, Cancellation } from '@swarm/core';
import { waitBefore } from './patience.js';
import type { Seat, Shared } from './seat.js';
import { type TurnEnd, takeTurn } from './turn.js';
import { Turnstile } from './turnstile.js';
import { type Until, untilText } from './until.js';

export interface FleetWish {
  readonly seats: readonly Seat[];
  readonly until: Until;
  /** Each agent takes one turn. */
  readonly once: boolean;
  /** Said once: no new turns. */
  readonly drain: Cancel;
  /** Let agents rest that add nothing. */
  readonly shrink: boolean;
}

export interface FleetEnd {
  readonly why: string;
  readonly landed: number;
  readonly superseded: number;
  readonly handedBack: number;
  /** What all agents together spent in turns with work in them. */
  readonly workedMs: number;
  /** Why agents could not go on, when it was trouble or a limit; `base`: what they begin from can't be built. */
  readonly stoppedBy: 'limit' | 'breaker' | 'trouble' | 'base' | undefined;
}

/** An agent that had nothing but trouble for so long leaves. */
const LONGEST_TROUBLE_MS = 3_600_000;
/** So many paid sessions in a row whose work could not be taken, too. */
const MOST_PAID_TROUBLE = 3;

export async function runFleet(wish: FleetWish, shared: Shared): Promise<FleetEnd> {
  const fleet = new Fleet(wish, shared);
  return fleet.run();
}

/** Ends of turns in which a task was worked on. */
const WORKED: ReadonlySet<TurnEnd['kind']> = new Set(['landed', 'superseded', 'lost', 'handed-back']);

/** Ends of turns after which the next one is worth nothing before a while. */
const WAITS: ReadonlySet<TurnEnd['kind']> = new Set(['nothing', 'trouble', 'busy']);

class Fleet {
  private readonly stopping = new Cancellation();
  private readonly done = new Cancellation();
  private why: string | undefined;
  private stoppedBy: FleetEnd['stoppedBy'];
  private landed = 0;
  private superseded = 0;
  private handedBack = 0;
  private workedMs = 0;
  private laneMs = 0;
  private readonly turnstile: Turnstile;

  constructor(
    private readonly wish: FleetWish,
    private readonly shared: Shared,
  ) {
    this.turnstile = new Turnstile(wish.seats.flatMap(({ agent, rounds }) => (rounds ? [] : [agent])));
  }

  async run(): Promise<FleetEnd> {
    const { wish, shared } = this;
    const [first] = wish.seats;
    const { run, tell } = shared;
    const { length: agents } = wish.seats;
    tell({
      kind: 'fleet-started',
      run,
      agents,
      backend: first?.backend ?? 'none',
      until: untilText(wish.until),
    });
    wish.drain.onCancel(() => this.stop('it was stopped'));
    shared.abort.onCancel(() => this.stop('it was stopped'));
    const { afterMs } = wish.until;
    if (afterMs !== undefined)
      void shared.clock.sleep(afterMs, this.done).then(() => {
        if (!this.done.cancelled) this.stop('its time is up');
      });
    await Promise.all(wish.seats.map((seat) => this.work(seat)));
    this.done.cancel();
    const { landed, superseded, handedBack, workedMs, stoppedBy } = this;
    const why = this.why ?? (wish.once ? 'each agent took its turn' : 'nothing is left to do');
    tell({ kind: 'fleet-stopped', why });
    return { why, landed, superseded, handedBack, workedMs, stoppedBy };
  }

  private stop(why: string, by?: FleetEnd['stoppedBy']): void {
    if (this.stopping.cancelled) return;
    this.why = why;
    this.stoppedBy = by;
    this.stopping.cancel();
  }

  private async work(seat: Seat): Promise<void> {
    const { wish, shared, stopping } = this;
    let waits = 0;
    let goodMs = shared.clock.nowMs();
    let paid = 0;
    while (!stopping.cancelled) {
      if (!(await this.isWanted(seat)) || !(await this.waitForProvider(seat))) break;
      const startedMs = shared.clock.nowMs();
      const end = await takeTurn(seat, shared);
      this.count(end);
      this.weigh(end, shared.clock.nowMs() - startedMs);
      if (shared.breaker.open !== undefined) this.stop(shared.breaker.open, 'breaker');
      if (end.kind === 'hopeless') this.stop(end.why, 'base');
      if (end.kind === 'over' && end.account === 'role') return this.leave(seat, end.why);
      if (end.kind === 'over') {
        this.stop(end.why, 'limit');
        break;
      }
      if (end.kind !== 'trouble') [goodMs, paid] = [shared.clock.nowMs(), 0];
      else {
        if (end.paid) paid++;
        if (paid >= MOST_PAID_TROUBLE || shared.clock.nowMs() - goodMs >= LONGEST_TROUBLE_MS) {
          this.stoppedBy ??= 'trouble';
          return this.leave(seat, end.what);
        }
      }
      if (wish.once && end.kind !== 'busy') break;
      if (end.kind === 'nothing' && end.left === 0 && wish.until.empty) {
        this.turnstile.openForAll();
        break;
      }
      waits = WAITS.has(end.kind) ? waits + 1 : 0;
      if (waits > 0) await this.wait(seat, end, waits);
    }
    this.leave(seat, this.why ?? 'nothing is left to do');
  }

  private leave({ agent }: Seat, why: string): void {
    this.turnstile.leave(agent);
    this.shared.tell({ kind: 'agent-stopped', agent, why });
  }

  private count(end: TurnEnd): void {
    if (end.kind === 'landed') this.landed++;
    if (end.kind === 'superseded') this.superseded++;
    if (end.kind === 'handed-back') this.handedBack++;
    const { landed } = this.wish.until;
    if (landed !== undefined && this.landed >= landed) this.stop(`${landed} tasks have landed`);
  }

  /** What a turn's work was worth to the whole: what was waited for the lane or done for nothing is lost. */
  private weigh(end: TurnEnd, tookMs: number): void {
    if (!WORKED.has(end.kind)) return;
    const { waitedMs } = this.shared.lane;
    const idle = !(end.kind === 'landed' || (end.kind === 'handed-back' && end.outcome !== 'conflict'));
    const lostMs = waitedMs - this.laneMs + (idle ? tookMs : 0);
    this.laneMs = waitedMs;
    this.workedMs += tookMs;
    this.turnstile.note({ tookMs, lostMs });
  }

  /** False: stopped meanwhile. */
  private async isWanted({ agent, rounds }: Seat): Promise<boolean> {
    const { wish, shared, stopping } = this;
    if (!wish.shrink || rounds) return true;
    const why = 'what the agents lost to each other is as much as it would do';
    return this.turnstile.enter(agent, stopping, () => shared.tell({ kind: 'resting', agent, why }));
  }

  /** False: stopped meanwhile. */
  private async waitForProvider({ agent }: Seat): Promise<boolean> {
    const { shared, stopping } = this;
    for (;;) {
      const forMs = shared.backOff.waitMs(shared.clock.nowMs(), shared.random());
      if (forMs === 0) return !stopping.cancelled;
      shared.tell({ kind: 'waiting', agent, why: 'the provider limits the rate of requests', forMs });
      await shared.clock.sleep(forMs, stopping);
      if (stopping.cancelled) return false;
    }
  }

  private async wait({ agent }: Seat, end: TurnEnd, waits: number): Promise<void> {
    const { shared, stopping } = this;
    // Asking whether there is room costs nothing, and there may be as soon as any session is over.
    const forMs = waitBefore(end.kind === 'busy' ? 1 : waits, shared.random());
    const why = end.kind === 'trouble' ? end.what : end.kind === 'busy' ? end.why : 'nothing is offered';
    if (waits === 1 || end.kind === 'trouble') shared.tell({ kind: 'waiting', agent, why, forMs });
    await shared.clock.sleep(forMs, stopping);
  }
}
