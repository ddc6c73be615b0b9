// `swarm task claim`, `renew` and `release`: the lease on a task, from the first to the last moment.

import { EXIT, type Lease, offers, type SeenClaim, type Task, waitsFor } from '@swarm/core';
import type { ClaimResult, HubLook } from '@swarm/tasks';
import { count, seconds } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { claimDocument, type TaskEntry, taskDocument, taskEntries } from './document.js';
import { findTask, named } from './find.js';
import { findLease, heldBy, ownLeases } from './own-leases.js';
import { refused } from './refused.js';
import type { Session } from './session.js';
import { taskLines } from './show.js';
import { refreshView } from './view.js';

export interface ClaimWish {
  /** Left out: the best offer. */
  readonly id?: string;
  /** Also when this agent holds one already. */
  readonly another: boolean;
  /** Also when tasks that it needs are not done. */
  readonly anyway: boolean;
}

export async function claimTask(session: Session, { id, another, anyway }: ClaimWish): Promise<Told> {
  const look = id === undefined ? await session.hub.look() : undefined;
  const held = heldBy(session, look?.own ?? (await session.hub.claims.own()));
  if (held.length > 0 && !another)
    throw refused(
      'claim-held',
      `claim: ${session.agent} holds ${held.map(({ task }) => task).join(', ')} already`,
      {
        hint: 'finish it with `swarm land`, give it back with `swarm task release`, or pass --another',
      },
    );
  if (look !== undefined) return claimOffer(session, look);
  const task = await findTask(session.hub, id!);
  if (!anyway) await needNothing(session, task);
  return claimNamed(session, task);
}

/** Tasks that wait for others are not begun by mistake. */
async function needNothing({ hub }: Session, task: Task): Promise<void> {
  if (task.needs.length === 0) return;
  const waits = waitsFor(task, new Map((await hub.store.list()).map((it) => [it.id, it])));
  if (waits.length === 0) return;
  throw refused('task-waits', `task ${task.id}: needs ${named(waits)} to be done first`, {
    hint: 'claim that one, or pass --anyway',
  });
}

async function claimNamed(session: Session, task: Task): Promise<Told> {
  if (task.duplicateOf !== undefined)
    throw refused('task-double', `task ${task.id}: is the same work as ${task.duplicateOf}`, {
      hint: `claim ${task.duplicateOf}`,
    });
  const result = await attempt(session, task);
  switch (result.kind) {
    case 'claimed':
      return claimed(session, result);
    case 'held':
      throw refused('claim-held', `task ${task.id}: is held by ${result.by.holder}${silence(result.by)}`, {
        hint: `it can be taken over after ${seconds(result.by.ttlMs)} without a sign of life; \`swarm task claim\` offers another one`,
      });
    case 'gone':
      throw refused('task-over', `task ${task.id}: is ${result.task?.state ?? 'gone'}`, {
        hint: '`swarm task claim` offers another one',
      });
  }
}

const silence = ({ unchangedMs }: SeenClaim): string =>
  unchangedMs < 1000 ? '' : `, without a sign of life for ${seconds(unchangedMs)}`;

/** `first`: a look at the hub just now. */
async function claimOffer(session: Session, first: HubLook): Promise<Told> {
  const { hub, agent } = session;
  const tried = new Set<string>();
  for (let look = first; ; look = await hub.look()) {
    const { tasks, claims } = look;
    const live = new Set(claims.filter(({ expired }) => !expired).map(({ task }) => task));
    const next = offers(tasks, live, agent).find(({ id }) => !tried.has(id));
    if (next === undefined) return nothingOffered(tasks, live);
    const result = await attempt(session, next);
    if (result.kind === 'claimed')
      return claimed(session, result, taskEntries(tasks, [...claims, unseen(result.lease)]));
    tried.add(next.id);
  }
}

async function attempt({ hub, agent, settings, workTree }: Session, task: Task): Promise<ClaimResult> {
  const base = await workTree.head();
  const request = { task: task.id, holder: agent, ttlMs: settings.ttlMs };
  return hub.claims.claim(base === undefined ? request : { ...request, base });
}

/** A claim that was made just now. */
const unseen = (lease: Lease): SeenClaim => ({ ...lease, unchangedMs: 0, expired: false });

async function claimed(
  session: Session,
  result: Extract<ClaimResult, { kind: 'claimed' }>,
  entries?: readonly TaskEntry[],
): Promise<Told> {
  const { task, lease, instead } = result;
  await refreshView(session, entries);
  const from = instead === undefined ? '' : ` (the claim of ${instead.holder} had expired)`;
  return {
    document: claimDocument(task, lease, instead),
    lines: [
      `CLAIMED ${task.id} as ${lease.holder}${from}`,
      ...taskLines({ ...task, state: 'claimed' }, 7),
      `next: work and commit, then \`swarm land\`; \`swarm task renew\` at least every ${seconds(lease.ttlMs / 2)} keeps the claim`,
    ],
    exit: EXIT.done,
  };
}

function nothingOffered(tasks: readonly Task[], live: ReadonlySet<string>): Told {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const open = tasks.filter(({ state }) => state === 'open');
  const counts = {
    open: open.length,
    claimed: open.filter(({ id }) => live.has(id)).length,
    waiting: open.filter((task) => !live.has(task.id) && waitsFor(task, byId).length > 0).length,
    blocked: tasks.filter(({ state }) => state === 'blocked').length,
  };
  const { claimed, waiting, blocked } = counts;
  return {
    document: { schema: 'swarm.claim/1', task: null, lease: null, counts },
    lines: [
      `NOTHING to claim: ${count(open.length, 'open task')}, ${claimed} claimed, ${waiting} waiting for others; ${blocked} blocked`,
    ],
    exit: EXIT.nothing,
  };
}

/** Renew the named claim, or all of this agent's. */
export async function renewClaims(session: Session, given: string | undefined): Promise<Told> {
  const held = await ownLeases(session);
  const chosen = given === undefined && held.length > 1 ? held : [await findLease(session, given)];
  const renewed: Lease[] = [];
  const lost: string[] = [];
  for (const lease of chosen) {
    const result = await session.hub.claims.renew(lease);
    if (result.kind === 'renewed') renewed.push(result.lease);
    else lost.push(lease.task);
  }
  return {
    document: { schema: 'swarm.renewed/1', renewed, lost },
    lines: [
      ...renewed.map(
        ({ task, ttlMs }) => `RENEWED ${task}: others may take it over after ${seconds(ttlMs)} of silence`,
      ),
      ...lost.map((task) => `LOST ${task}: it was taken over or released; stop working on it`),
    ],
    exit: lost.length > 0 ? EXIT.refused : EXIT.done,
  };
}

/** Give a claim back, with what was learned. */
export async function releaseClaim(
  session: Session,
  given: string | undefined,
  note: string | undefined,
): Promise<Told> {
  const { hub, now } = session;
  const lease = await findLease(session, given);
  const learned = note === undefined ? {} : { note };
  const attempt = { agent: lease.holder, outcome: 'released', ...learned, at: now().toISOString() };
  const result = await hub.claims.release(lease, { attempt });
  if (result.kind === 'lost')
    throw refused('lease-lost', `task ${lease.task}: the claim was lost: someone took it over`, {
      hint: 'there is nothing to give back; claim another task',
    });
  await refreshView(session);
  const task = (await hub.store.get(lease.task))!;
  return {
    document: taskDocument(task),
    lines: [`RELEASED ${task.id}: it is ${task.state} again`],
    exit: EXIT.done,
  };
}
