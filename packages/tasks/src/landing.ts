// Landing: the branch moves, the task is closed and the claim ends, in one atomic push fenced by the claim's token. Work and
// release can't come apart, and who lost the lease can't land.

import { EXIT, moveTask, SwarmError, type Task, withAttempt } from '@swarm/core';
import { lookAt } from './fetch.js';
import type { Git } from './git.js';
import { localProblem } from './git-problem.js';
import type { Landing, LandResult } from './hub.js';
import { LeaseFiles } from './lease-files.js';
import { branchRef, claimRef, tasksRef } from './namespace.js';
import { declined } from './refusal.js';
import type { HubRepository } from './repository.js';
import { type Decide, transact } from './transaction.js';

export async function land(repository: HubRepository, landing: Landing): Promise<LandResult> {
  const { lease, branch = 'main' } = landing;
  const main = branchRef(branch);
  const claim = claimRef(repository.namespace, lease.task);
  const commit = await commitOf(repository.work, landing.commit, repository.top);
  const touched = await changedPaths(repository, commit, branch, lease.base);
  const result = await transact<LandResult>(repository, {
    what: `landing ${lease.task}`,
    fromWork: true,
    moves: [
      { ref: main, to: commit },
      { ref: claim, from: lease.token, to: '' },
    ],
    decide: closing(landing, commit, touched),
  });
  switch (result.kind) {
    case 'done':
      await new LeaseFiles(repository.state).forget(lease);
      return { kind: 'landed', commit };
    case 'moved':
      if (result.refs.includes(claim)) return { kind: 'lease-lost' };
      return { kind: 'base-moved', base: (await lookAt(repository, [main])).get(main) ?? '' };
    case 'declined':
      if (result.ref === claim || result.ref === tasksRef(repository.namespace))
        throw declined(repository, result.ref, result.reason);
      return { kind: 'refused', reason: result.reason };
    case 'stop':
      return result.result;
  }
}

/** Close the task, unless that has been done, or it has been taken back. */
const closing =
  ({ lease, note, at }: Landing, commit: string, touched: readonly string[]): Decide<LandResult> =>
  async (now) => {
    const task: Task | undefined = await now.get(lease.task);
    if (task?.state !== 'open')
      return { kind: 'stop', result: task === undefined ? { kind: 'gone' } : { kind: 'gone', task } };
    const attempt = {
      agent: lease.holder,
      outcome: 'landed',
      touched,
      ...(note === undefined ? {} : { note }),
      ...(at === undefined ? {} : { at }),
    };
    return { kind: 'change', changes: [{ task: moveTask(withAttempt(task, attempt), 'landed', commit) }] };
  };

async function commitOf(git: Git, name: string, top: string): Promise<string> {
  const found = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (found.kind === 'done') return found.stdout.trim();
  if (found.status !== 1) throw localProblem(found, top);
  throw new SwarmError(`commit ${JSON.stringify(name)}: there is none of that name`, {
    code: 'no-commit',
    exit: EXIT.usage,
    hint: 'name a commit of this repository, like HEAD',
  });
}

/** Paths that the work changed, as far as this repository knows where it began: they are a hint for the next offers. */
async function changedPaths(
  { work, remote }: HubRepository,
  commit: string,
  branch: string,
  base: string | undefined,
): Promise<string[]> {
  for (const from of [`refs/remotes/${remote}/${branch}`, base]) {
    if (from === undefined) continue;
    const changed = await work.run([
      'diff',
      '--name-only',
      '-z',
      '--no-renames',
      '--end-of-options',
      `${from}...${commit}`,
    ]);
    if (changed.kind === 'done') return changed.stdout.split('\0').filter((path) => path !== '');
  }
  return [];
}
