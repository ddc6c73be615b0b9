// One agent's turn: claim a task, work on it, and let go of it. However it ends, the claim is gone afterwards, or someone else's,
// and what the session cost is settled.

import type { Attempt, Lease, Task } from '@swarm/core';
import { counts, usedUp } from './attempts.js';
import { LeaseKeeper } from './keeper.js';
import { patiently } from './patience.js';
import type { Closing } from './ports.js';
import { type Over, Purse } from './purse.js';
import { accountsOf, type Seat, type Shared } from './seat.js';
import { tellTrouble } from './trouble.js';
import { Work, type WorkEnd } from './work.js';

export type TurnEnd =
  /** `idle`: a round without a change. */
  | { readonly kind: 'landed' | 'superseded' | 'lost' | 'idle' }
  | { readonly kind: 'handed-back'; readonly outcome: string }
  /** Neither this agent nor another one can do anything of use. */
  | { readonly kind: 'hopeless'; readonly why: string }
  | { readonly kind: 'nothing'; readonly left: number }
  /** A limit of money, tokens or sessions is reached, or may be by what runs. */
  | ({ readonly kind: 'over' | 'busy' } & Over)
  | Trouble;

/** The machine or the hub failed. `paid`: after a session. */
interface Trouble {
  readonly kind: 'trouble';
  readonly what: string;
  readonly paid: boolean;
}

/** Take one turn. Never throws. */
export async function takeTurn(seat: Seat, shared: Shared): Promise<TurnEnd> {
  const purse = new Purse(shared.ledger, seat.role);
  try {
    const over = purse.reserve(accountsOf(seat, shared));
    if (over !== undefined) return over;
    const claimed = await seat.desk.claim();
    if (claimed.kind === 'nothing') return claimed;
    const { task, lease } = claimed;
    shared.tell({ kind: 'claimed', agent: seat.agent, task: task.id, title: task.title });
    return await workOn(seat, shared, task, lease, purse);
  } catch (error) {
    return { kind: 'trouble', what: tellTrouble(seat, shared, error), paid: false };
  } finally {
    purse.close();
  }
}

async function workOn(seat: Seat, shared: Shared, task: Task, lease: Lease, purse: Purse): Promise<TurnEnd> {
  const onTrouble = (error: unknown) => void tellTrouble(seat, shared, error);
  const keeper = new LeaseKeeper(lease, seat.desk, shared.clock, onTrouble);
  const work = new Work(seat, shared, task, keeper, purse);
  let end: WorkEnd | Trouble;
  try {
    end = await work.run();
  } catch (error) {
    end = { kind: 'trouble', what: tellTrouble(seat, shared, error), paid: work.paid };
  }
  await keeper.stop();
  const isKept = end.kind === 'trouble' || end.kind === 'hopeless' || (end.kind === 'failed' && end.unjudged);
  if (!isKept) await forget(seat, shared, task);
  const patience = { ...shared, stop: shared.abort, onTrouble };
  return keeper.use((last) => patiently(() => letGo(seat, shared, task, last, end), patience));
}

/** Work that is left behind costs room; it is tried again by whoever claims its task. */
async function forget(seat: Seat, shared: Shared, task: Task): Promise<void> {
  try {
    await seat.desk.forget(task);
  } catch (error) {
    tellTrouble(seat, shared, error);
  }
}

/** Give the claim back as the work ended, where that hasn't happened yet, and tell. */
async function letGo(
  seat: Seat,
  shared: Shared,
  task: Task,
  lease: Lease,
  end: WorkEnd | Trouble,
): Promise<TurnEnd> {
  const { agent, desk } = seat;
  switch (end.kind) {
    case 'landed':
      return { kind: 'landed' };
    case 'lost':
      shared.tell({ kind: 'lease-lost', agent, task: task.id });
      return { kind: 'lost' };
    case 'superseded':
    case 'over': {
      const detail = end.kind === 'superseded' ? end.detail : 'it was closed meanwhile';
      const becomes =
        end.kind === 'superseded' ? ({ state: 'superseded', reason: detail } as const) : undefined;
      await desk.release(lease, undefined, becomes);
      shared.tell({ kind: 'superseded', agent, task: task.id, detail });
      return { kind: 'superseded' };
    }
    case 'idle': {
      const attempt = { agent, outcome: 'no-change', note: end.note };
      await desk.release(lease, attempt, { state: 'superseded', reason: 'nothing to change' });
      shared.tell({ kind: 'round-over', agent, task: task.id, note: end.note });
      return { kind: 'idle' };
    }
    case 'hopeless':
      await desk.release(lease, undefined);
      return { kind: 'hopeless', why: end.detail };
    case 'trouble':
      await desk.release(lease, undefined);
      return end;
    case 'failed':
      await handBack(seat, shared, task, lease, end);
      return { kind: 'handed-back', outcome: end.outcome };
  }
}

async function handBack(
  seat: Seat,
  shared: Shared,
  task: Task,
  lease: Lease,
  { outcome, note }: Extract<WorkEnd, { kind: 'failed' }>,
): Promise<void> {
  const { agent, desk } = seat;
  const attempt = { agent, outcome, note };
  const becomes = seat.rounds ? roundAfter(attempt) : taskAfter(task, attempt, shared.maxAttempts);
  await desk.release(lease, attempt, becomes);
  const blocked = becomes?.state === 'blocked';
  shared.tell({ kind: 'handed-back', agent, task: task.id, outcome, note, blocked });
}

function taskAfter(task: Task, attempt: Attempt, most: number): Closing | undefined {
  const reason = usedUp(task, attempt, most);
  return reason === undefined ? undefined : { state: 'blocked', reason };
}

/** A round that went wrong isn't tried again before the next one is due, unless it wasn't its own doing. */
const roundAfter = ({ outcome }: Attempt): Closing | undefined =>
  counts(outcome) ? { state: 'withdrawn', reason: `the round ended with ${outcome}` } : undefined;
