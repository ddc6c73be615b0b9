// `swarm land`: own commits to the hub's branch, the task closed and the claim ended, in one atomic push. Where a queue is served
// it is the queue that does so, and its answer is waited for. Else the push is our own; when the branch has moved, own work
// is put on top of it and the push is tried again, as long as that goes without conflicts.

import { EXIT, type Lease } from '@swarm/core';
import type { LandResult } from '@swarm/tasks';
import { count } from '../terminal/line.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { findLease } from './own-leases.js';
import { refused } from './refused.js';
import type { Session } from './session.js';
import { needCleanTree, syncProblem } from './sync.js';
import { refreshView } from './view.js';

export interface LandWish {
  /** Left out: the one task that is held. */
  readonly id?: string;
  readonly note?: string;
  /** How often to go on when the branch has moved. */
  readonly retries: number;
  /** Wait for the queue's answer. */
  readonly wait: boolean;
  /** In the queue; left out: the task's own. */
  readonly priority?: number;
}

export async function landWork(session: Session, wish: LandWish, status: Status): Promise<Told> {
  const { settings, isShared } = session;
  const lease = await findLease(session, wish.id);
  await needCleanTree(session, 'land');
  await needOwnWork(session);
  if (settings.store === 'files' || !isShared) return landDirectly(session, wish, lease, status);
  const { landInQueue } = await import('./land-in-queue.js');
  const landing = await landInQueue(session, wish, lease, status);
  return 'lease' in landing ? landDirectly(session, wish, landing.lease, status) : landing;
}

async function landDirectly(session: Session, wish: LandWish, lease: Lease, status: Status): Promise<Told> {
  const { hub, settings, workTree } = session;
  const { branch } = settings;
  for (let rebases = 0; ; rebases++) {
    const landing = {
      lease,
      commit: 'HEAD',
      branch,
      at: session.now().toISOString(),
      ...(wish.note === undefined ? {} : { note: wish.note }),
    };
    const result = await hub.land(landing);
    if (result.kind === 'landed') {
      await refreshView(session);
      return landed(lease.task, result.commit, rebases, await workTree.describe(result.commit), branch);
    }
    if (result.kind !== 'base-moved') throw notLanded(lease.task, branch, result);
    if (rebases >= wish.retries)
      throw refused(
        'base-moved',
        `land ${lease.task}: ${branch} moved ${count(rebases + 1, 'time')} meanwhile`,
        {
          hint: 'run it again; your commits are on top of an earlier state of it',
        },
      );
    status.show(`${branch} has moved: putting own work on top of it, ${rebases + 1} of ${wish.retries}`);
    const synced = await hub.sync({ branch });
    if (synced.kind !== 'synced') throw await syncProblem(session, `land ${lease.task}`, synced);
  }
}

/** Landing closes the task: there must be something that did the work. */
async function needOwnWork({ workTree, settings }: Session): Promise<void> {
  const head = await workTree.head();
  const base = await workTree.fetchBase();
  if (head !== undefined && !(await workTree.contains(base, head))) return;
  throw refused('nothing-to-land', `land: there is no commit here that ${settings.branch} at the hub lacks`, {
    hint: 'commit the work first; for a task that is done already, `swarm task verify` or `swarm task done`',
  });
}

const landed = (task: string, commit: string, rebases: number, words: string, branch: string): Told => ({
  document: { schema: 'swarm.land/1', outcome: 'landed', task, commit, branch, rebases },
  lines: [`LANDED ${task} on ${branch}: ${words}`],
  exit: EXIT.done,
});

function notLanded(
  task: string,
  branch: string,
  result: Exclude<LandResult, { kind: 'landed' | 'base-moved' }>,
): Error {
  switch (result.kind) {
    case 'lease-lost':
      return refused(
        'lease-lost',
        `land ${task}: the claim was lost to someone else; ${branch} was not moved`,
        {
          hint: 'look at `swarm task show`; claim the task again if it is open, and then land',
        },
      );
    case 'gone':
      return refused(
        'task-over',
        `land ${task}: the task is ${result.task?.state ?? 'gone'}; ${branch} was not moved`,
        {
          hint: `give the claim back with \`swarm task release\`; if the work is wanted all the same, reopen the task`,
        },
      );
    case 'refused':
      return refused('hub-refused', `land ${task}: the hub refused it: ${result.reason}`, {
        hint: `do what the hub's rules ask for; ${branch} was not moved, and the claim is still yours`,
      });
  }
}
