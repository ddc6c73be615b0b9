// Where a bisect's tasks go: to the hub where the config names one or this clone has had to do with one, else into the working
// tree's `.swarm/tasks`. A remote that nobody has called a hub gets nothing pushed.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskStore } from '@swarm/core';
import { openLocalHub } from '../task/local-hub.js';
import { openSharedHub } from '../task/session.js';
import { taskSettings } from '../task/settings.js';

/** The store for a repository. Throws what opening a hub throws. */
export async function openStore(
  root: string,
  signal: AbortSignal,
): Promise<{ readonly store: TaskStore; readonly isLocal: boolean }> {
  const settings = await taskSettings({ dir: root }, process.env);
  const isLocal = !settings.isHubNamed && !(await hasSeenHub(root));
  const hub = isLocal
    ? await openLocalHub(root, 'nobody has named one')
    : await openSharedHub(settings, signal);
  return { store: hub.store, isLocal };
}

/** A clone that has talked to a hub keeps what it saw of it. */
async function hasSeenHub(root: string): Promise<boolean> {
  const names = await readdir(join(root, '.swarm')).catch(() => [] as string[]);
  return names.some((name) => name.startsWith('hub-'));
}
