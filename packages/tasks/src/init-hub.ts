// Making a hub: a bare repository that many may push to at once.

import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder } from '@swarm/host';
import { Git } from './git.js';
import { localProblem } from './git-problem.js';

/** How long a push waits for another one that holds a ref, or the list of packed refs. */
const LOCK_WAIT_MS = 10_000;

const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.filesRefLockTimeout', `${LOCK_WAIT_MS}`],
  ['core.packedRefsTimeout', `${LOCK_WAIT_MS}`],
  // Leases are replaced by objects that don't descend from each other.
  ['receive.denyNonFastForwards', 'false'],
  ['receive.denyDeletes', 'false'],
];

/**
 * Make a hub in a new or empty folder; done on a hub it changes nothing but settings. Throws `not-bare` (exit 2) where there is
 * a repository with a working tree.
 */
export async function initHub(
  dir: string,
  options: { readonly branch?: string; readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<void> {
  const { branch = 'main', env = process.env } = options;
  makeFolder(dir, 'hub');
  const git = new Git({ dir, env, variables: {}, signal: undefined, silenceMs: 30_000, onGit: undefined });
  const inside = await git.run(['rev-parse', '--is-inside-work-tree', '--show-cdup']);
  if (inside.kind === 'done' && inside.stdout === 'true\n\n')
    throw new SwarmError(`hub ${dir}: it is a repository with a working tree`, {
      code: 'not-bare',
      exit: EXIT.usage,
      hint: 'give a new folder: a hub is a bare repository',
    });
  const made = await git.run(['init', '--quiet', '--bare', `--initial-branch=${branch}`]);
  if (made.kind === 'failed') throw localProblem(made, dir);
  for (const [name, value] of SETTINGS) {
    const set = await git.run(['config', name, value]);
    if (set.kind === 'failed') throw localProblem(set, dir);
  }
}
