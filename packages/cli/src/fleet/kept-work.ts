// Work that an earlier run left unjudged in this repository: of no use any more where its task has been closed.

import { forgetWork, type Hub, keptWork, type Place } from '@swarm/tasks';

/** Throws what asking the hub throws; it is asked only where there is such work. */
export async function dropStaleWork(place: Place, openHub: () => Promise<Hub>): Promise<void> {
  const kept = await keptWork(place);
  if (kept.length === 0) return;
  const { heads } = await (await openHub()).glance();
  const open = new Set(heads.flatMap(({ id, state }) => (state === 'open' ? [id] : [])));
  for (const task of kept) if (!open.has(task)) await forgetWork(place, task);
}
