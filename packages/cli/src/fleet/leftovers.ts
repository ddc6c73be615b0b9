// What runs that were killed left: claims are given back, so that nobody waits for them to expire; workspaces are removed, and what their
// sessions did is kept before; work that nobody has judged stays for whoever claims its task, unless that has been closed.

import { SwarmError } from '@swarm/core';
import { sweepWorkDirs } from '@swarm/host';
import {
  collectWorkspaces,
  finishRemovals,
  forgetWork,
  hubPlace,
  keepLeftWork,
  keptWork,
  leftWorkspaces,
  type Place,
  type WorkspaceRecord,
} from '@swarm/tasks';
import { openSharedHub } from '../task/session.js';
import type { TaskSettings } from '../task/settings.js';
import { commitMessage } from './desk.js';
import { Doors } from './doors.js';
import { fleetFolder, readFleetRun, runNames } from './past-runs.js';

export interface LeftoversWish {
  readonly place: Place;
  readonly tasks: TaskSettings;
  /** The repository's state folder. */
  readonly state: string;
  readonly tempDir: string;
  readonly signal: AbortSignal;
}

/** Clean up. Throws what removing workspaces throws, and, where there are leftovers, what asking the hub throws. */
export async function clearLeftovers(wish: LeftoversWish): Promise<void> {
  const { place, tasks, tempDir, signal } = wish;
  await sweepWorkDirs(tempDir);
  const left = await leftWorkspaces(place);
  // Whatever still runs in them is ended before anybody looks at what is there.
  if (left.length > 0) await finishRemovals(place);
  const atWork = left.length === 0 ? new Set<string>() : await agentsAtWork(fleetFolder(wish.state));
  const doors = new Doors();
  const ends = await Promise.allSettled(
    left.map((record) => doors.enter(() => giveBack(wish, record, atWork.has(record.name)))),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  await collectWorkspaces(place, { force: true, caches: false });
  const kept = await keptWork(place);
  if (kept.length === 0) return;
  const { heads } = await (await openSharedHub(tasks, signal)).glance();
  const open = new Set(heads.flatMap(({ id, state }) => (state === 'open' ? [id] : [])));
  for (const task of kept) if (!open.has(task)) await forgetWork(place, task);
}

/** The claims of a workspace's agent, with what it did kept before where it had begun. */
async function giveBack(
  { place, tasks, signal }: LeftoversWish,
  record: WorkspaceRecord,
  hadBegun: boolean,
): Promise<void> {
  const { claims, store } = await openSharedHub({ ...tasks, ...hubPlace(place, record) }, signal);
  for (const lease of await claims.own()) {
    const task = hadBegun ? await store.get(lease.task) : undefined;
    if (task !== undefined) {
      const work = { branch: tasks.branch, task: task.id, message: commitMessage(task) };
      await keepLeftWork(place, record, work).catch(expectBroken);
    }
    await claims.release(lease, { attempt: { agent: lease.holder, outcome: 'killed' } });
  }
}

/** From a session's start until its work was judged. */
const WITH_WORK: ReadonlySet<string> = new Set(['working', 'checking', 'at the gate', 'landing']);

/** The agents of runs that were killed which had begun a session, and had not let go of what it left. */
async function agentsAtWork(fleet: string): Promise<ReadonlySet<string>> {
  const phases = new Map<string, string>();
  for (const run of (await runNames(fleet)).reverse()) {
    const read = await readFleetRun(fleet, run, new Date());
    if (read?.state !== 'died') continue;
    for (const { agent, phase } of read.standing.agents.values()) phases.set(agent, phase);
  }
  return new Set([...phases].flatMap(([agent, phase]) => (WITH_WORK.has(phase) ? [agent] : [])));
}

/** Where git can't be run any more there is nothing to take. */
function expectBroken(error: unknown): void {
  if (!(error instanceof SwarmError && ['workspace-tampered', 'git-failed'].includes(error.code)))
    throw error;
}
