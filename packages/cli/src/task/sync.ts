// `swarm sync`: the newest of the hub under one's own commits, or a plain word on why not; a sign of life for what is held.

import { EXIT } from '@swarm/core';
import type { SyncResult } from '@swarm/tasks';
import { count } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { ownLeases } from './own-leases.js';
import { refused } from './refused.js';
import type { Session } from './session.js';
import { refreshView } from './view.js';

/** Commands that have changed nothing yet when the tree isn't clean: exit 1, the files named. */
export async function needCleanTree({ workTree }: Session, what: string): Promise<void> {
  const paths = await workTree.uncommitted();
  if (paths.length === 0) return;
  const named = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  throw refused('dirty-tree', `${what}: uncommitted changes in ${named}`, {
    hint: 'commit them, or put them aside with `git stash`; nothing was touched',
  });
}

export async function syncWork(session: Session): Promise<Told> {
  const { hub, settings } = session;
  await needCleanTree(session, 'sync');
  const result = await hub.sync({ branch: settings.branch });
  if (result.kind !== 'synced') throw await syncProblem(session, 'sync', result);
  const lost = await renewAged(session);
  await refreshView(session);
  const own = result.rebased === 0 ? '' : `; ${count(result.rebased, 'commit')} of yours on top of it`;
  return {
    document: { schema: 'swarm.sync/1', base: result.base, rebased: result.rebased, lost },
    lines: [
      `SYNCED with ${settings.branch} at ${result.base.slice(0, 10)}${own}`,
      ...lost.map((task) => `LOST ${task}: the claim was taken over or released; stop working on it`),
    ],
    exit: lost.length > 0 ? EXIT.refused : EXIT.done,
  };
}

/** A claim needs no new sign of life before a quarter of its time is over. */
const FRESH = 0.25;

/** Renew own claims that are not fresh; the tasks whose claim is lost. */
async function renewAged(session: Session): Promise<string[]> {
  const { claims } = session.hub;
  const own = await ownLeases(session);
  const seen = own.length === 0 ? [] : await claims.list();
  const lost: string[] = [];
  for (const lease of own) {
    const age = seen.find(({ token }) => token === lease.token)?.unchangedMs ?? Number.POSITIVE_INFINITY;
    if (age < FRESH * lease.ttlMs) continue;
    if ((await claims.renew(lease)).kind === 'lost') lost.push(lease.task);
  }
  return lost;
}

/** Why own work could not be put on top of the hub's: the files, whose commits, and what to do. */
export async function syncProblem(
  { workTree, settings }: Session,
  what: string,
  result: Exclude<SyncResult, { kind: 'synced' }>,
): Promise<Error> {
  if (result.kind === 'refused')
    return refused('not-synced', `${what}: ${result.reason}`, {
      hint: 'finish or undo that first; nothing was touched',
    });
  const { base, commit, paths } = result;
  const [own, others] = await Promise.all([workTree.describe(commit), workTree.changersOf(base, paths)]);
  const theirs = others.length === 0 ? `${settings.branch} at ${base.slice(0, 10)}` : others.join(' / ');
  return refused(
    'sync-conflict',
    `${what}: your commit ${own} conflicts in ${paths.join(', ')} with ${theirs}`,
    {
      hint: `nothing was changed here; \`git rebase ${base.slice(0, 10)}\`, resolve, \`git rebase --continue\`, then run this again`,
    },
  );
}
