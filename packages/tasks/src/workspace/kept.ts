// Work that outlives its workspace: between its session and its judgement a ref of the repository holds it, one for each task.

import { expectDone, gitIn, type Place } from './place.js';

const KEPT = 'refs/swarm-kept/';

export const keptRef = (task: string): string => `${KEPT}${task}`;

/** The tasks that work is kept of. Throws `git-failed` (exit 3). */
export async function keptWork(place: Place): Promise<string[]> {
  const { repository } = place;
  const listed = await gitIn(place, repository).run(['for-each-ref', '--format=%(refname)', KEPT]);
  return expectDone(listed, repository)
    .split('\n')
    .filter((ref) => ref !== '')
    .map((ref) => ref.slice(KEPT.length));
}

/** Throws `git-failed` (exit 3). */
export async function forgetWork(place: Place, task: string): Promise<void> {
  const { repository } = place;
  expectDone(await gitIn(place, repository).run(['update-ref', '-d', keptRef(task)]), repository);
}
