// `swarm land` where a queue is served: the work handed in, and what the queue says of it.

import { EXIT, type Lease, oneLine } from '@swarm/core';
import { landThroughQueue } from '../queue/land.js';
import { openSharedQueue } from '../queue/open.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import type { LandWish } from './land.js';
import type { Session } from './session.js';
import { refreshView } from './view.js';

/** Told what came of it; or the lease with which to land directly, since no queue is served. */
export async function landInQueue(
  session: Session,
  wish: LandWish,
  lease: Lease,
  status: Status,
): Promise<Told | { readonly lease: Lease }> {
  const { hub, settings, workTree, signal, agent } = session;
  const { branch } = settings;
  const { task } = lease;
  const [commit, stored] = await Promise.all([workTree.head(), hub.store.get(task)]);
  const work = {
    ...{ lease, id: task, commit: commit!, agent, priority: wish.priority ?? stored?.priority ?? 0 },
    ...(wish.note === undefined ? {} : { note: wish.note }),
  };
  const onLook = ({ waiting }: { readonly waiting: readonly unknown[] }) =>
    status.show(`${task}: one of ${waiting.length} that wait in the queue`);
  const queue = await openSharedQueue(settings, signal);
  const landing = await landThroughQueue(queue, { work, wait: wish.wait, signal, onLook });
  if (landing.kind === 'direct') return landing;
  await refreshView(session);
  const about = { schema: 'swarm.land/1', outcome: landing.kind, task, branch, rebases: 0, queue: true };
  switch (landing.kind) {
    case 'landed': {
      const onMain = (await hub.store.get(task))?.reason ?? commit!;
      return {
        document: { ...about, commit: onMain },
        lines: [`LANDED ${task} on ${branch} through the queue, as ${onMain.slice(0, 10)}`],
        exit: EXIT.done,
      };
    }
    case 'queued':
      return {
        document: { ...about, commit: commit! },
        lines: [`QUEUED ${task}; \`swarm queue status\` says how it goes`],
        exit: EXIT.done,
      };
    case 'evicted': {
      const { outcome, note, tests = [], with: others = [] } = landing.evidence;
      const more = tests.length > 1 ? [oneLine(`tests: ${tests.join(', ')}`, 500)] : [];
      return {
        document: { ...about, commit: commit!, evidence: { outcome, note, tests, with: others } },
        lines: [
          `EVICTED ${task}: ${note}`,
          ...more,
          `next: the task is open again; \`swarm task claim ${task}\`, mend it, land again`,
        ],
        exit: EXIT.refused,
      };
    }
  }
}
