// Where a bisect's tasks go: to the hub where the config names one or this clone has had to do with one, else into the working
// tree's `.swarm/tasks`. A remote that nobody has called a hub gets nothing pushed.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskStore } from '@swarm/core';
import { loadConfig, openStateFolder, openTaskFiles } from '@swarm/host';
import { taskSettings } from '../task/settings.js';

/** The store for a repository. Throws what opening a hub throws. */
export async function openStore(root: string): Promise<TaskStore> {
  const { tasks } = (await loadConfig(root)).config;
  if (Object.keys(tasks).length > 0 || (await hasSeenHub(root))) return hubStore(root);
  return openTaskFiles(join(await openStateFolder(root), 'tasks'));
}

async function hubStore(dir: string): Promise<TaskStore> {
  const { openFilesHub, openHub } = await import('@swarm/tasks');
  const { store, remote, branch, namespace, ttlMs } = await taskSettings({ dir }, process.env);
  const common = { dir, remote, random: Math.random };
  const hub =
    store === 'files'
      ? await openFilesHub({ ...common, branch, ttlMs })
      : await openHub({ ...common, ...(namespace === undefined ? {} : { namespace }) });
  return hub.store;
}

/** A clone that has talked to a hub keeps what it saw of it. */
async function hasSeenHub(root: string): Promise<boolean> {
  const names = await readdir(join(root, '.swarm')).catch(() => [] as string[]);
  return names.some((name) => name.startsWith('hub-'));
}
