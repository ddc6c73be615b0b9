// Keeps the workspace's `current_tasks/` up to date, where tasks are refs: so that `ls` tells an agent what is worked on.

import type { TaskHead } from '@swarm/core';
import { type EntryOf, taskEntries } from './document.js';
import type { Session } from './session.js';

/** Write the view anew; `entries` when they were just read. What can't be written is no reason to fail. */
export async function refreshView(session: Session, entries?: readonly HeldEntry[]): Promise<void> {
  const { settings, hub, workTree, isShared } = session;
  if (settings.store === 'files' || !isShared) return;
  const all = entries ?? (await entriesNow(hub));
  const { writeCurrentTasks } = await import('@swarm/tasks');
  const held = all.flatMap(({ id, title, claim }) =>
    claim === undefined ? [] : [{ task: id, title, holder: claim.holder, expired: claim.expired }],
  );
  await writeCurrentTasks(workTree.top, held);
}

type HeldEntry = EntryOf<Pick<TaskHead, 'id' | 'title' | 'state'>>;

async function entriesNow(hub: Session['hub']): Promise<readonly HeldEntry[]> {
  const { heads, claims } = await hub.glance();
  return taskEntries(heads, claims);
}
