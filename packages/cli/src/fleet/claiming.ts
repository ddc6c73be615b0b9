// What an agent claims next: the best task that its role takes, or, for a role that works without one, its round when it is due.
//
// A round is a task as well, one for each role, opened when it is due and closed when it is over. So no two agents of any machine are at the
// same round, its work lands fenced by its claim like all other work, and what became of the last ones is known at the hub.

import { type Lease, moveTask, offers, stillToDo, type Task, type TaskChange, taskOf } from '@swarm/core';
import { type Claimed, type Every, isDue } from '@swarm/fleet';
import type { Hub } from '@swarm/tasks';

export interface Claiming {
  readonly hub: Hub;
  readonly agent: string;
  readonly ttlMs: number;
  /** Does a role of this run take this task? */
  readonly takes: (task: Task) => boolean;
}

const ROUND = 'round';
const ORIGIN = 'swarm run';

export const isRound = ({ kind, origin }: Task): boolean => kind === ROUND && origin === ORIGIN;

/** Claim the best task that is offered, or go on with one that couldn't be given back when the hub was away. */
export async function claimTask({ hub, agent, ttlMs, takes }: Claiming): Promise<Claimed> {
  const tried = new Set<string>();
  for (;;) {
    const { tasks, claims, own } = await hub.look();
    for (const lease of own) {
      const task = tasks.find(({ id, state }) => id === lease.task && state === 'open');
      if (task === undefined || isRound(task)) continue;
      const renewed = await hub.claims.renew(lease);
      if (renewed.kind === 'renewed') return { kind: 'claimed', task, lease: renewed.lease };
    }
    const live = new Set(claims.filter(({ expired }) => !expired).map(({ task }) => task));
    const mine = (task: Task) => !isRound(task) && takes(task);
    const task = offers(tasks, live, agent).find((offer) => mine(offer) && !tried.has(offer.id));
    if (task === undefined) return { kind: 'nothing', left: stillToDo(tasks).filter(mine).length };
    const result = await hub.claims.claim({ task: task.id, holder: agent, ttlMs });
    if (result.kind === 'claimed') return { kind: 'claimed', task: result.task, lease: result.lease };
    tried.add(task.id);
  }
}

export interface Round extends Claiming {
  readonly role: string;
  readonly every: Every;
  readonly now: () => Date;
}

/** Open and claim the role's round where it is due. As long as there are tasks for the others, there may be one later. */
export async function claimRound(round: Round): Promise<Claimed> {
  const { hub, agent, ttlMs, role, takes, now } = round;
  const { tasks, claims } = await hub.look();
  const id = `round-${role}`;
  const left = stillToDo(tasks).filter((task) => !isRound(task) && takes(task)).length;
  const last = tasks.find((task) => task.id === id);
  const held = claims.some(({ task, expired }) => task === id && !expired);
  const since = last === undefined ? undefined : sinceLast(last, tasks, now());
  const due = last?.state === 'open' || isDue(round.every, since);
  if (held || !due) return { kind: 'nothing', left };
  await hub.store.change((all) => opened(all, id, role, since));
  const result = await hub.claims.claim({ task: id, holder: agent, ttlMs });
  if (result.kind !== 'claimed') return { kind: 'nothing', left };
  return { kind: 'claimed', task: result.task, lease: result.lease satisfies Lease };
}

interface Since {
  readonly ms: number;
  readonly landings: number;
  readonly landed: readonly Task[];
}

/** How long ago the last round ended, and what landed since; undefined where nobody knows when that was. */
function sinceLast({ attempts }: Task, tasks: readonly Task[], now: Date): Since | undefined {
  const at = attempts.at(-1)?.at;
  const ms = at === undefined ? Number.NaN : now.getTime() - Date.parse(at);
  if (Number.isNaN(ms)) return undefined;
  const landed = tasks.filter((task) => {
    const last = task.attempts.at(-1);
    return task.state === 'landed' && !isRound(task) && last?.at !== undefined && last.at > at!;
  });
  return { ms, landings: landed.length, landed };
}

/** How many landings are told, the newest. */
const TOLD = 20;

function opened(
  tasks: readonly Task[],
  id: string,
  role: string,
  since: Since | undefined,
): readonly TaskChange[] {
  const there = tasks.find((task) => task.id === id);
  const landed = (since?.landed ?? []).slice(-TOLD);
  const lines = landed.map(({ title, reason = '' }) => `- ${reason.slice(0, 12)} ${title}`);
  const body = [
    "There is no task to make green: your role's page says what to do, and when you are done.",
    ...(lines.length === 0 ? [] : ['', 'Landed since the last round:', '', ...lines]),
  ].join('\n');
  const round = taskOf({ id, title: `a round of the ${role}`, kind: ROUND, origin: ORIGIN, body });
  if (there === undefined) return [{ task: round }];
  const open = there.state === 'open' ? there : moveTask(there, 'open');
  return [{ task: { ...open, body } }];
}
