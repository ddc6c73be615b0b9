// `swarm queue add`: a commit handed to the queue, with or without a task, and waited for where that is wished.

import { EXIT, isTaskId, SwarmError, taskId } from '@swarm/core';
import type { HandIn, Queue, Waiting } from '@swarm/tasks';
import { findLease } from '../task/own-leases.js';
import { refused } from '../task/refused.js';
import type { Session } from '../task/session.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { entryOf, queueDocument, serverLine } from './document.js';
import { openSharedQueue } from './open.js';
import { awaitOutcome } from './outcome.js';

export interface AddWish {
  readonly commit: string;
  readonly task?: string | undefined;
  readonly id?: string | undefined;
  readonly priority?: number | undefined;
  readonly note?: string | undefined;
  readonly wait: boolean;
}

export async function addToQueue(session: Session, wish: AddWish, status: Status): Promise<Told> {
  const { settings, workTree, signal, agent } = session;
  const queue = await openSharedQueue(settings, signal);
  const commit = await workTree.resolve(wish.commit);
  if (commit === undefined)
    throw new SwarmError(`commit ${JSON.stringify(wish.commit)}: there is none of that name`, {
      code: 'no-commit',
      exit: EXIT.usage,
      hint: 'name a commit of this repository, like HEAD',
    });
  const base = await workTree.fetchBase();
  if (await workTree.contains(base, commit))
    throw refused('nothing-to-land', `queue: ${settings.branch} has ${commit.slice(0, 10)} already`, {
      hint: 'commit the work first',
    });
  const lease = wish.task === undefined ? undefined : await findLease(session, wish.task);
  const candidate = await handIn(queue, {
    ...{ id: lease?.task ?? idOf(wish, commit), commit, agent },
    ...(lease === undefined ? {} : { lease }),
    ...(wish.priority === undefined ? {} : { priority: wish.priority }),
    ...(wish.note === undefined ? {} : { note: wish.note }),
  });
  const { id } = candidate;
  const added = entryOf(candidate);
  if (!wish.wait) {
    const now = await queue.list();
    const lines = [`QUEUED ${id}: ${now.waiting.length} waiting`, serverLine(now)];
    return { document: queueDocument(now, { added }), lines, exit: EXIT.done };
  }
  const outcome = await awaitOutcome(queue, candidate, signal, ({ waiting }) =>
    status.show(`${id}: one of ${waiting.length} that wait`),
  );
  const document = queueDocument(await queue.list(), { added });
  switch (outcome.kind) {
    case 'landed':
      return { document, lines: [`LANDED ${id} on ${settings.branch}`], exit: EXIT.done };
    case 'evicted':
      return { document, lines: [`EVICTED ${id}: ${outcome.evidence.note}`], exit: EXIT.refused };
    case 'unserved':
      return {
        document,
        lines: [`QUEUED ${id}: it waits, and nobody serves the queue`, 'next: `swarm queue serve`'],
        exit: EXIT.environment,
      };
  }
}

/** A name of its own where no task gives one. */
function idOf({ id }: AddWish, commit: string): string {
  if (id === undefined) return taskId(`change-${commit.slice(0, 12)}`);
  if (isTaskId(id)) return id;
  throw new SwarmError(`queue: ${JSON.stringify(id.slice(0, 80))} can't be a change's name`, {
    code: 'bad-task-id',
    exit: EXIT.usage,
    hint: `lower-case letters, digits and hyphens, at most 64; like ${taskId(id)}`,
  });
}

/** Throws `lease-lost` and `queued-already` (exit 1). */
export async function handIn(queue: Pick<Queue, 'add'>, work: HandIn): Promise<Waiting> {
  const result = await queue.add(work);
  switch (result.kind) {
    case 'queued':
      return result.candidate;
    case 'waits':
      throw refused('queued-already', `queue: a change of the name ${work.id} waits already`, {
        hint: `\`swarm queue drop ${work.id}\` takes it out`,
      });
    case 'lease-lost':
      throw leaseLost(work.id);
  }
}

export const leaseLost = (task: string): SwarmError =>
  refused('lease-lost', `queue: the claim on ${task} was lost to someone else`, {
    hint: 'look at `swarm task show`; claim the task again if it is open',
  });
