// Work on one claimed task: is it still to be done, one session, the checks, and landing.

import { Cancellation, type Task } from '@swarm/core';
import type { LeaseKeeper } from './keeper.js';
import type { Check, Landed } from './ports.js';
import { sessionPrompt } from './prompt.js';
import type { Purse } from './purse.js';
import type { Seat, Shared } from './seat.js';
import { runSession, type SessionResult } from './session.js';

/** How it ended. */
export type WorkEnd =
  /** `over`: someone closed the task meanwhile. `lost`: someone took the claim over. */
  | { readonly kind: 'landed' | 'over' | 'lost' }
  /** It was done already. */
  | { readonly kind: 'superseded'; readonly detail: string }
  /** A round without a change, and what was said of it. */
  | { readonly kind: 'idle'; readonly note: string }
  /** In the word that its attempt gets, and what was learned. */
  | { readonly kind: 'failed'; readonly outcome: string; readonly note: string };

/** Main moved; own work is on top of it now. */
type Moved = Extract<Landed, { kind: 'moved' }>;

export class Work {
  constructor(
    private readonly seat: Seat,
    private readonly shared: Shared,
    private readonly task: Task,
    private readonly keeper: LeaseKeeper,
    private readonly purse: Purse,
  ) {}

  /** Throws what ports throw. */
  async run(): Promise<WorkEnd> {
    const { seat, task, keeper, purse } = this;
    await seat.desk.prepare();
    const before = await seat.desk.verify(task);
    if (before.verdict === 'green') return { kind: 'superseded', detail: before.detail };
    const over = purse.reserve([{ kind: 'task', key: task.id }]);
    if (over !== undefined) return { kind: 'failed', outcome: 'budget', note: over.why };
    const session = await this.session();
    if (keeper.lost.cancelled) return { kind: 'lost' };
    const { outcome, detail: note } = session;
    if (outcome === 'killed' || outcome === 'tampered') return { kind: 'failed', outcome, note };
    return withLastWords(await this.judge(session), session.lastWords);
  }

  /** Whatever its agent says, work that is there is judged by the checks alone. */
  private async judge(session: SessionResult): Promise<WorkEnd> {
    const { outcome, detail: note } = session;
    const harvest = await this.seat.desk.harvest(this.task);
    if (harvest !== undefined) return this.check(session, harvest.commit);
    const finished = outcome === 'ok' || outcome === 'no-change';
    if (finished && this.seat.rounds) return { kind: 'idle', note: session.lastWords || note };
    return { kind: 'failed', outcome: outcome === 'ok' ? 'no-change' : outcome, note };
  }

  private async check({ outcome, detail }: SessionResult, commit: string): Promise<WorkEnd> {
    const { seat, task, shared } = this;
    const sample = this.told('sample', await seat.desk.sample(task));
    if (sample.verdict !== 'green') {
      // A session that was cut off left half of its work: that is what ended it, not the tests.
      if (outcome !== 'ok' && outcome !== 'no-change') return { kind: 'failed', outcome, note: detail };
      return failedCheck('sample', sample);
    }
    if (shared.abort.cancelled) return { kind: 'failed', outcome: 'killed', note: 'the fleet was stopped' };
    return this.land(commit);
  }

  private async session(): Promise<SessionResult> {
    const { seat, shared, task, purse } = this;
    const { agent, role, backend, pages, desk } = seat;
    const { tell, clock } = shared;
    const stop = new Cancellation();
    shared.abort.onCancel(() => stop.cancel());
    this.keeper.lost.onCancel(() => stop.cancel());
    const session = shared.nameSession(agent);
    const about = { agent, task: task.id, session, role };
    tell({ kind: 'session-started', ...about, backend });
    const startedMs = clock.nowMs();
    const prompt = sessionPrompt({ ...pages, task, agent });
    const limits = purse.within(seat.limits);
    const end = await runSession(desk.session({ prompt, limits, session }, stop), (usage) => {
      purse.spend(usage);
      tell({ kind: 'session-progress', agent, session, usage });
    });
    purse.spend(end.usage);
    const { outcome, detail, usage, retryAfterMs } = end;
    tell({ kind: 'session-ended', ...about, outcome, detail, usage, wallMs: clock.nowMs() - startedMs });
    if (outcome === 'rate-limited') shared.backOff.refused(clock.nowMs(), retryAfterMs);
    if (outcome === 'ok') shared.backOff.answered();
    // Who looks and finds nothing does no worse for it.
    if (!(seat.rounds && outcome === 'no-change')) shared.breaker.note(outcome, detail);
    return end;
  }

  /** The first try needs no lane: most work isn't overtaken. */
  private async land(commit: string): Promise<WorkEnd> {
    const { lane, maxRebases } = this.shared;
    const first = await this.tryToLand(commit);
    if (first.kind !== 'moved') return first;
    return lane.enter(async () => {
      let last: WorkEnd | Moved = first;
      for (let rebases = 1; last.kind === 'moved' && rebases <= maxRebases; rebases++)
        last = await this.tryToLand(last.commit);
      if (last.kind !== 'moved') return last;
      const note = `main moved ${maxRebases + 1} times while it was checked`;
      return { kind: 'failed', outcome: 'conflict', note };
    });
  }

  private async tryToLand(commit: string): Promise<WorkEnd | Moved> {
    const { seat, task, shared, keeper } = this;
    const gate = this.told('gate', await seat.desk.gate(task, commit));
    if (gate.verdict !== 'green') return failedCheck('gate', gate);
    const landed = await keeper.use((lease) => seat.desk.land(lease, commit));
    switch (landed.kind) {
      case 'landed':
        shared.tell({ kind: 'landed', agent: seat.agent, task: task.id, commit: landed.commit });
        return { kind: 'landed' };
      case 'conflict': {
        const note = `conflicts with main in ${landed.paths.join(', ')}`;
        return { kind: 'failed', outcome: 'conflict', note };
      }
      case 'refused':
        return { kind: 'failed', outcome: 'refused', note: landed.reason };
      default:
        return landed;
    }
  }

  private told(check: 'sample' | 'gate', result: Check): Check {
    this.shared.tell({ kind: 'checked', agent: this.seat.agent, task: this.task.id, check, ...result });
    return result;
  }
}

/** Of work that isn't done, what its agent said last goes to whoever tries next. */
const withLastWords = (end: WorkEnd, words: string): WorkEnd =>
  end.kind !== 'failed' || words === '' ? end : { ...end, note: `${end.note}\nIt said last: ${words}` };

const failedCheck = (check: 'sample' | 'gate', { verdict, detail }: Check): WorkEnd => ({
  kind: 'failed',
  outcome: verdict === 'unclear' ? 'unclear' : check,
  note: detail,
});
