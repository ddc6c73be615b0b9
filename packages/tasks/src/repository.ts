// Our own bare repository under `.swarm/`: what was fetched from the hub, and what we make for it.
//
// The working repository is never written to, but by landing and syncing: no refs of ours, no locks, no housekeeping, whatever
// its hooks and settings are. Its config is included, so that a remote's address, credentials and proxies hold here too. It
// is a cache: removed as a whole, the next command fetches it again.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  clockEpoch,
  createWorkDir,
  makeFolder,
  monotonicMs,
  openStateFolder,
  sweepWorkDirs,
  writeFileAtomic,
} from '@swarm/host';
import { Git } from './git.js';
import { expectOwnFiles, gitPlace } from './git-folder.js';
import { localProblem } from './git-problem.js';
import type { Clock, FoundTree, HubOptions } from './hub.js';
import { hubNamespace } from './namespace.js';

export interface HubRepository {
  /** Runs git in our own repository. */
  readonly git: Git;
  /** Runs git in the working repository; it sees our objects, too. */
  readonly work: Git;
  /** The top of the working tree. */
  readonly top: string;
  /** Where this workspace's leases and sightings at this hub are kept. */
  readonly state: string;
  /** Where drafts of this and other processes have their refs. */
  readonly drafts: string;
  readonly remote: string;
  /** `refs/swarm`, without a slash at its end. */
  readonly namespace: string;
  /** The id of the empty tree, in the repository's hash. */
  readonly emptyTree: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Refs of our own repository: the hub's tasks, and the hub's claims under this. */
export const TASKS_REF = 'refs/hub/tasks';
export const CLAIMS_REFS = 'refs/hub/claims';

/** Work on a branch may be long: a hook that tests what lands, or much to send. */
const WORK_SILENCE_MS = 15 * 60_000;
const SILENCE_MS = 30_000;

/** Open, or make, our repository for the tree around `options.dir`, and remove what killed processes left in it. */
export async function openRepository(options: HubOptions): Promise<HubRepository> {
  const {
    dir,
    remote = 'origin',
    env = process.env,
    signal,
    random,
    silenceMs = SILENCE_MS,
    onGit,
  } = options;
  const namespace = hubNamespace(options.namespace);
  const pinned = options.apart === undefined ? {} : gitPlace(dir);
  const git = new Git({ dir, env, variables: pinned, signal, silenceMs, onGit });
  const place = options.tree ?? (await findTree(git, dir));
  const key = createHash('sha256').update(`${remote}\0${namespace}`).digest('hex').slice(0, 8);
  const state = join(options.apart ?? (await openStateFolder(place.top)), `hub-${key}`);
  const path = join(state, 'store.git');
  const own = new Git({ dir: place.top, env, variables: { GIT_DIR: path }, signal, silenceMs, onGit });
  const elsewhere = new Git({ dir: '/', env, variables: {}, signal, silenceMs, onGit });
  if (!existsSync(path)) await makeRepository(elsewhere, state, path, place.format);
  await includeConfig(path, place.commonDir);
  const drafts = join(path, 'refs', 'draft');
  await sweepWorkDirs(drafts);
  await tidy(own, path);
  return {
    git: own,
    work: new Git({
      dir: place.top,
      env,
      variables: { ...pinned, GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(join(path, 'objects')) },
      signal,
      silenceMs: Math.max(silenceMs, WORK_SILENCE_MS),
      onGit: (words) => {
        if (options.apart !== undefined) expectOwnFiles(place.top, place.top);
        return onGit?.(words);
      },
    }),
    top: place.top,
    state,
    drafts,
    remote,
    namespace,
    emptyTree: EMPTY_TREES[place.format] ?? EMPTY_TREES.sha1!,
    clock: options.clock ?? { nowMs: monotonicMs, epoch: clockEpoch() },
    random,
    signal,
  };
}

const EMPTY_TREES: Readonly<Record<string, string>> = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** Throws `no-repository`. */
export async function findTree(git: Git, dir: string): Promise<FoundTree> {
  const words = [
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--show-object-format',
    '--show-toplevel',
  ];
  const found = await git.run(words);
  if (found.kind === 'failed') throw localProblem(found, dir);
  const [commonDir = '', format = '', ...rest] = found.stdout.replace(/\n$/, '').split('\n');
  return { commonDir, format, top: rest.join('\n') };
}

/** Made aside and put in place whole: a killed start leaves nothing half made. */
async function makeRepository(git: Git, state: string, path: string, format: string): Promise<void> {
  makeFolder(state, 'hub folder');
  await sweepWorkDirs(state);
  const aside = await createWorkDir(state);
  try {
    const fresh = join(aside.path, 'store.git');
    const made = await git.run(['init', '--quiet', '--bare', `--object-format=${format}`, fresh]);
    if (made.kind === 'failed') throw localProblem(made, state);
    const tree = await git.adding({ GIT_DIR: fresh }).run(['hash-object', '-t', 'tree', '-w', '/dev/null']);
    if (tree.kind === 'failed') throw localProblem(tree, state);
    await appendFile(join(fresh, 'config'), '[include]\n\tpath = swarm.config\n');
    await rename(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // Another process was first: as good.
    });
  } finally {
    await aside.remove();
  }
}

/** Ours comes last, so that it holds. What is lost with the power is fetched again, so nothing waits for the disk. */
const OWN_CONFIG = `[core]
	bare = true
	logAllRefUpdates = false
	filesRefLockTimeout = 10000
	packedRefsTimeout = 10000
	hooksPath = /dev/null
	fsync = none
[gc]
	auto = 0
	packRefs = false
[fetch]
	recurseSubmodules = false
[push]
	recurseSubmodules = no
	followTags = false
	gpgSign = false
[transfer]
	unpackLimit = 1000
`;

async function includeConfig(path: string, commonDir: string): Promise<void> {
  const included = JSON.stringify(join(commonDir, 'config'));
  const wanted = `[include]\n\tpath = ${included}\n${OWN_CONFIG}`;
  const file = join(path, 'swarm.config');
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present !== wanted) await writeFileAtomic(file, wanted);
}

/** As git itself estimates it: loose objects are spread evenly over 256 folders. */
const MANY_LOOSE = 20;

/** Pack what has come together; what nothing points to goes, but for what another process may be about to push. */
async function tidy(own: Git, path: string): Promise<void> {
  const loose = await readdir(join(path, 'objects', '17')).catch(() => []);
  if (loose.length < MANY_LOOSE) return;
  // Another process may be at it; then there is nothing to do for this one.
  await own.run(['gc', '--quiet', '--prune=2.hours.ago']);
}

/** Paths in GIT_ALTERNATE_OBJECT_DIRECTORIES are separated by colons, unless quoted. */
export const quotePath = (path: string): string => JSON.stringify(path);
