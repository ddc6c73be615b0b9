// `swarm task done`, `block`, `withdraw` and `reopen`: what a task becomes by someone's word. With a claim of this agent on
// it, the claim ends with it; a claim of someone else stays, and its holder finds the task closed.

import { type Attempt, EXIT, moveTask, type TaskState } from '@swarm/core';
import type { Told } from '../terminal/told.js';
import { taskDocument } from './document.js';
import { findTask } from './find.js';
import { findLease, ownLeases } from './own-leases.js';
import { refused } from './refused.js';
import type { Session } from './session.js';
import { refreshView } from './view.js';

interface Move {
  readonly to: 'landed' | 'blocked' | 'withdrawn' | 'open';
  readonly reason?: string;
  /** Recorded at the task. */
  readonly note?: string;
}

/** Close a task with a commit that is on the hub's branch already, however it came there. */
export async function finishTask(
  session: Session,
  given: string | undefined,
  revision: string,
): Promise<Told> {
  const { workTree, settings } = session;
  const id = await named(session, given);
  const commit = await workTree.resolve(revision);
  if (commit === undefined)
    throw refused(
      'no-commit',
      `--commit ${JSON.stringify(revision.slice(0, 80))}: there is no such commit here`,
      {
        hint: 'name a commit of this repository',
      },
    );
  const base = await workTree.fetchBase();
  if (!(await workTree.contains(base, commit)))
    throw refused(
      'not-landed',
      `task ${id}: ${commit.slice(0, 10)} is not on ${settings.branch} at the hub`,
      {
        hint: '`swarm land` moves it there and closes the task in one step',
      },
    );
  return move(session, id, { to: 'landed', reason: commit });
}

/** Move a task, and end this agent's own claim on it. */
export async function setState(session: Session, given: string | undefined, wish: Move): Promise<Told> {
  return move(session, await named(session, given), wish);
}

async function named(session: Session, given: string | undefined): Promise<string> {
  if (given !== undefined) return (await findTask(session.hub, given)).id;
  return (await findLease(session, undefined)).task;
}

async function move(session: Session, id: string, { to, reason, note }: Move): Promise<Told> {
  const { hub, agent, now } = session;
  const lease = (await ownLeases(session)).find(({ task }) => task === id);
  const attempt: Attempt = {
    agent: lease?.holder ?? agent,
    outcome: to,
    ...(note === undefined ? {} : { note }),
    at: now().toISOString(),
  };
  const given = lease !== undefined && (to === 'blocked' || to === 'withdrawn');
  const result = given
    ? await hub.claims.release(lease, { attempt, becomes: { state: to, reason: reason ?? note ?? '' } })
    : undefined;
  if (result?.kind !== 'released') {
    await hub.store.change((tasks) => {
      const task = tasks.find((it) => it.id === id);
      if (task === undefined || task.state === to) return [];
      const tried = to === 'open' ? task.attempts : [...task.attempts, attempt];
      return [{ task: { ...moveTask(task, to, reason), attempts: tried } }];
    });
    if (lease !== undefined) await hub.claims.release(lease);
  }
  await refreshView(session);
  const task = (await hub.store.get(id))!;
  return {
    document: taskDocument(task),
    lines: [`${WORDS[to]} ${task.id}${reason === undefined ? '' : `: ${reason}`}`],
    exit: EXIT.done,
  };
}

const WORDS: Readonly<Record<Move['to'] & TaskState, string>> = {
  landed: 'DONE',
  blocked: 'BLOCKED',
  withdrawn: 'WITHDRAWN',
  open: 'OPEN',
};
