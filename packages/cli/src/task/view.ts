// Keeps the workspace's `current_tasks/` up to date, where tasks are refs: so that `ls` tells an agent what is worked on.

import { type TaskEntry, taskEntries } from './document.js';
import type { Session } from './session.js';

/** Write the view anew; `entries` when they were just read. What can't be written is no reason to fail. */
export async function refreshView(session: Session, entries?: readonly TaskEntry[]): Promise<void> {
  const { settings, hub, workTree, isShared } = session;
  if (settings.store === 'files' || !isShared) return;
  const all = entries ?? (await entriesNow(hub));
  const { writeCurrentTasks } = await import('@swarm/tasks');
  const held = all.flatMap(({ id, title, claim }) =>
    claim === undefined ? [] : [{ task: id, title, holder: claim.holder, expired: claim.expired }],
  );
  await writeCurrentTasks(workTree.top, held);
}

async function entriesNow(hub: Session['hub']): Promise<readonly TaskEntry[]> {
  const { tasks, claims } = await hub.look();
  return taskEntries(tasks, claims);
}
