// Where a bisect's tasks go: to the hub where the config names one or this clone has had to do with one, else into the working
// tree's `.swarm/tasks`. A remote that nobody has called a hub gets nothing pushed.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskStore } from '@swarm/core';
import { openStateFolder, openTaskFiles } from '@swarm/host';
import { openSharedHub } from '../task/session.js';
import { taskSettings } from '../task/settings.js';

/** The store for a repository. Throws what opening a hub throws. */
export async function openStore(
  root: string,
  signal: AbortSignal,
): Promise<{ readonly store: TaskStore; readonly isLocal: boolean }> {
  const settings = await taskSettings({ dir: root }, process.env);
  if (settings.isHubNamed || (await hasSeenHub(root)))
    return { store: (await openSharedHub(settings, signal)).store, isLocal: false };
  return { store: openTaskFiles(join(await openStateFolder(root), 'tasks')), isLocal: true };
}

/** A clone that has talked to a hub keeps what it saw of it. */
async function hasSeenHub(root: string): Promise<boolean> {
  const names = await readdir(join(root, '.swarm')).catch(() => [] as string[]);
  return names.some((name) => name.startsWith('hub-'));
}
