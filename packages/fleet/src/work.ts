// Work on one claimed task: is it still to be done, one session, the checks, and landing.

import { Cancellation, type Task } from '@swarm/core';
import type { LeaseKeeper } from './keeper.js';
import { patiently } from './patience.js';
import type { Check } from './ports.js';
import { sessionPrompt } from './prompt.js';
import type { Purse } from './purse.js';
import type { Seat, Shared } from './seat.js';
import { heldSession, type SessionResult } from './session.js';
import { tellTrouble } from './trouble.js';

/** How it ended. */
export type WorkEnd =
  /** `over`: someone closed the task meanwhile. `lost`: someone took the claim over. */
  | { readonly kind: 'landed' | 'over' | 'lost' }
  /** It was done already. */
  | { readonly kind: 'superseded'; readonly detail: string }
  /** Nothing that agents do could be judged. */
  | { readonly kind: 'hopeless'; readonly detail: string }
  /** A round without a change, and what was said of it. */
  | { readonly kind: 'idle'; readonly note: string }
  /** In the word that its attempt gets, and what was learned. `unjudged`: it says nothing of the work, which is kept. */
  | {
      readonly kind: 'failed';
      readonly outcome: string;
      readonly note: string;
      readonly unjudged?: true;
    };

const STOPPED: WorkEnd = { kind: 'failed', outcome: 'killed', note: 'the fleet was stopped', unjudged: true };

export class Work {
  /** A session was started: money is spent. */
  paid = false;
  /** The fleet is to end at once, or the lease was lost. */
  private readonly stop = new Cancellation();

  constructor(
    private readonly seat: Seat,
    private readonly shared: Shared,
    private readonly task: Task,
    private readonly keeper: LeaseKeeper,
    private readonly purse: Purse,
  ) {
    shared.abort.onCancel(() => this.stop.cancel());
    keeper.lost.onCancel(() => this.stop.cancel());
  }

  /** Throws what ports throw. */
  async run(): Promise<WorkEnd> {
    const { seat, task, keeper, purse } = this;
    await seat.desk.prepare();
    const before = await seat.desk.verify(task);
    if (before.verdict === 'green') return { kind: 'superseded', detail: before.detail };
    if (before.verdict === 'hopeless') return { kind: 'hopeless', detail: before.detail };
    const earlier = await this.earlier();
    if (earlier !== undefined) return earlier;
    const over = purse.reserve([{ kind: 'task', key: task.id }]);
    if (over !== undefined) return { kind: 'failed', outcome: 'budget', note: over.why };
    const session = await this.session();
    if (keeper.lost.cancelled) return { kind: 'lost' };
    const { outcome, detail: note } = session;
    if ((outcome === 'killed' && !session.cutOff) || outcome === 'tampered')
      return { kind: 'failed', outcome, note };
    return withLastWords(await this.judge(session), session.lastWords);
  }

  /** What a session that was paid for left, and trouble kept from landing; undefined: there is none, or it is no good. */
  private async earlier(): Promise<WorkEnd | undefined> {
    const { seat, shared, task } = this;
    if (!(await seat.desk.recall(task))) return undefined;
    shared.tell({ kind: 'recalled', agent: seat.agent, task: task.id });
    const end = await this.check({ outcome: 'ok', detail: '' });
    if (end.kind !== 'failed' || end.unjudged) return end;
    await seat.desk.forget(task);
    await seat.desk.prepare();
    return undefined;
  }

  /** Whatever its agent says, work that is there is judged by the checks alone. */
  private async judge(session: SessionResult): Promise<WorkEnd> {
    const { outcome, detail: note } = session;
    const harvest = await this.patiently(() => this.seat.desk.harvest(this.task));
    if (harvest !== undefined) return this.check(session);
    const finished = outcome === 'ok' || outcome === 'no-change';
    if (finished && this.seat.rounds) return { kind: 'idle', note: session.lastWords || note };
    return { kind: 'failed', outcome: outcome === 'ok' ? 'no-change' : outcome, note };
  }

  private async check({ outcome, detail }: Pick<SessionResult, 'outcome' | 'detail'>): Promise<WorkEnd> {
    const { seat, task } = this;
    const sample = this.told('sample', await this.patiently(() => seat.desk.sample(task)));
    if (sample.verdict !== 'green') {
      // A session that was cut off left half of its work: that is what ended it, not the tests.
      if (outcome !== 'ok' && outcome !== 'no-change') return { kind: 'failed', outcome, note: detail };
      return failedCheck('sample', sample);
    }
    return this.land();
  }

  private session(): Promise<SessionResult> {
    const { seat, shared, task, purse, stop } = this;
    this.paid = true;
    const prompt = sessionPrompt({ ...seat.pages, task, agent: seat.agent });
    return heldSession(seat, shared, purse, { task: task.id, prompt, stop });
  }

  /** One at a time: who checks work while another one's is about to land checks it twice. */
  private land(): Promise<WorkEnd> {
    const { lane, maxRebases } = this.shared;
    return lane.enter(async () => {
      for (let tries = 0; tries <= maxRebases; tries++) {
        const end = await this.patiently(() => this.tryToLand());
        if (end !== 'moved') return end;
      }
      const note = `main moved ${maxRebases + 1} times while it was checked`;
      return { kind: 'failed', outcome: 'conflict', note };
    });
  }

  private async tryToLand(): Promise<WorkEnd | 'moved'> {
    const { seat, task, shared, keeper } = this;
    if (keeper.lost.cancelled) return { kind: 'lost' };
    if (shared.abort.cancelled) return STOPPED;
    const rebased = await seat.desk.rebase(task);
    if (rebased.kind === 'over') return rebased;
    if (rebased.kind === 'conflict') {
      const note = `conflicts with main in ${rebased.paths.join(', ')}`;
      return { kind: 'failed', outcome: 'conflict', note };
    }
    const gate = this.told('gate', await seat.desk.gate(task, rebased.commit));
    if (gate.verdict !== 'green') return failedCheck('gate', gate);
    const landed = await keeper.use((lease) => seat.desk.land(lease, rebased.commit));
    if (landed.kind === 'moved') return 'moved';
    if (landed.kind === 'refused') return { kind: 'failed', outcome: 'refused', note: landed.reason };
    if (landed.kind === 'landed')
      shared.tell({ kind: 'landed', agent: seat.agent, task: task.id, commit: landed.commit });
    return { kind: landed.kind };
  }

  private patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { seat, shared, stop } = this;
    const onTrouble = (error: unknown) => void tellTrouble(seat, shared, error);
    return patiently(ask, { ...shared, stop, onTrouble });
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
