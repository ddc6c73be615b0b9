// What runs that were killed left: claims are given back, so that nobody waits for them to expire; workspaces are removed; work that
// nobody has judged stays for whoever claims its task, unless that has been closed.

import { sweepWorkDirs } from '@swarm/host';
import { collectWorkspaces, forgetWork, hubPlace, keptWork, leftWorkspaces, type Place } from '@swarm/tasks';
import { openSharedHub } from '../task/session.js';
import type { TaskSettings } from '../task/settings.js';

/** Clean up. Throws what removing workspaces throws, and, where there are leftovers, what asking the hub throws. */
export async function clearLeftovers(
  place: Place,
  tasks: TaskSettings,
  tempDir: string,
  signal: AbortSignal,
): Promise<void> {
  await sweepWorkDirs(tempDir);
  for (const record of await leftWorkspaces(place)) {
    const { claims } = await openSharedHub({ ...tasks, ...hubPlace(place, record) }, signal);
    for (const lease of await claims.own())
      await claims.release(lease, { attempt: { agent: lease.holder, outcome: 'killed' } });
  }
  await collectWorkspaces(place, { force: true, caches: false });
  const kept = await keptWork(place);
  if (kept.length === 0) return;
  const { heads } = await (await openSharedHub(tasks, signal)).glance();
  const open = new Set(heads.flatMap(({ id, state }) => (state === 'open' ? [id] : [])));
  for (const task of kept) if (!open.has(task)) await forgetWork(place, task);
}
