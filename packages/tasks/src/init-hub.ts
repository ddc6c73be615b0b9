// Making a hub: a bare repository that many may push to at once.

import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder } from '@swarm/host';
import { guardHub } from './gate/gated-hub.js';
import { Git } from './git.js';
import { localProblem } from './git-problem.js';
import { branchRef } from './namespace.js';

/** How long a push waits for another one that holds a ref, or the list of packed refs. */
const LOCK_WAIT_MS = 10_000;

const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.filesRefLockTimeout', `${LOCK_WAIT_MS}`],
  ['core.packedRefsTimeout', `${LOCK_WAIT_MS}`],
  // Leases are replaced by objects that don't descend from each other.
  ['receive.denyNonFastForwards', 'false'],
  ['receive.denyDeletes', 'false'],
  // Landing moves several refs at once; whatever the machine's own settings say.
  ['receive.advertiseAtomic', 'true'],
  ['transfer.hideRefs', '!refs/swarm'],
  ['receive.hideRefs', '!refs/swarm'],
  ['uploadpack.hideRefs', '!refs/swarm'],
  // Each claim leaves an object behind; no push is under way for longer than this.
  ['gc.pruneExpire', '1.day.ago'],
];

/** The hub's own hooks run, whatever the machine's settings say. */
const OWN_HOOKS = ['core.hooksPath', 'hooks'] as const;

export interface HubWish {
  /** Where work lands. Default `main`. */
  readonly branch?: string;
  /**
   * Public keys, as in their files, whose certificates count: the branch then moves to nothing else. Left out: it is not
   * guarded, or as it was.
   */
  readonly signers?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Make a hub in a new or empty folder; done on a hub it changes nothing but settings. Throws `not-bare` (exit 2) where there is
 * a repository with a working tree, `not-a-hub` (exit 2) where there is anything else, `bad-branch` (exit 2).
 */
export async function initHub(dir: string, wish: HubWish = {}): Promise<void> {
  const { branch = 'main', signers, env = process.env } = wish;
  const ref = branchRef(branch);
  if (!existsSync(dir)) makeFolder(dir, 'hub');
  const git = new Git({ dir, env, variables: {}, signal: undefined, silenceMs: 30_000, onGit: undefined });
  const names = await readdir(dir).catch((cause: Error) => {
    throw notHub(dir, 'not-a-hub', 'it is no folder that can be read', cause);
  });
  if (names.includes('.git')) throw notHub(dir, 'not-bare', 'it is a repository with a working tree');
  if (names.length > 0 && !(await isBare(git, dir)))
    throw notHub(dir, 'not-a-hub', `it is not empty, and no bare repository: ${names[0]} is in it`);
  const made = await git.run(['init', '--quiet', '--bare', `--initial-branch=${branch}`]);
  if (made.kind === 'failed') throw localProblem(made, dir);
  for (const [name, value] of signers === undefined ? SETTINGS : [...SETTINGS, OWN_HOOKS]) {
    const set = await git.run(['config', name, value]);
    if (set.kind === 'failed') throw localProblem(set, dir);
  }
  if (signers !== undefined) await guardHub(dir, ref, signers);
}

/** Is it itself a bare repository, not only inside of one? */
async function isBare(git: Git, dir: string): Promise<boolean> {
  const found = await git.run(['rev-parse', '--is-bare-repository', '--path-format=absolute', '--git-dir']);
  return found.kind === 'done' && found.stdout.trimEnd() === `true\n${await realpath(dir)}`;
}

const notHub = (dir: string, code: string, what: string, cause?: Error): SwarmError =>
  new SwarmError(`hub ${dir}: ${what}`, {
    code,
    exit: EXIT.usage,
    hint: 'give a new or empty folder',
    ...(cause === undefined ? {} : { cause }),
  });
