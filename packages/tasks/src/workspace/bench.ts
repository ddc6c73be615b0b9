// A workspace as the place where one task after another is worked on: set to the hub's newest state before each, and what was left
// in it taken as one commit afterwards. Whatever programs did to it in between is gone at the next start.

import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { branchRef } from '../namespace.js';
import { forgetWork, keptRef, keptWork } from './kept.js';
import { expectDone, expectHub, gitIn, gitInTree, type Place } from './place.js';
import type { WorkspaceRecord } from './record.js';
import type { WorkspaceEntry } from './workspaces.js';

/** What programs left, as a commit on top of where they began. */
export interface LeftWork {
  readonly commit: string;
  readonly touched: readonly string[];
}

export interface WorkBench {
  /** Where the files are. */
  readonly path: string;
  /** Throws `workspace-tampered` (exit 1) where git can't be run in it any more. */
  expectSound(): void;
  /** Nothing but the hub's branch as it is now; its commit. */
  prepare(branch: string): Promise<string>;
  /** Undo what programs did to files that git knows, or would come to know; what it ignores stays, such as build outputs. */
  tidy(): Promise<void>;
  /** Everything since `base`, committed with this message where programs haven't done so; undefined: nothing has changed. */
  takeWork(base: string, message: string): Promise<LeftWork | undefined>;
  /** Has anything changed since `base`, committed or not? */
  hasChanged(base: string): Promise<boolean>;
  /** Make a commit of the workspace known to the repository that it was made for. */
  bring(commit: string): Promise<void>;
  /** The same, and keep it there as work on a task: it outlives the workspace. */
  keep(commit: string, task: string): Promise<void>;
  /** Set the files to the work that is kept of a task; false: there is none. */
  recall(task: string): Promise<boolean>;
  forget(task: string): Promise<void>;
}

/** Throws `workspace-tampered` (exit 1) where git's own files were replaced; its methods also throw `git-failed` and `hub-unreachable`. */
export function openBench(
  place: Place,
  { record, path }: Pick<WorkspaceEntry, 'record' | 'path'>,
): WorkBench {
  const git = async (words: readonly string[], input?: string): Promise<string> =>
    expectDone(await gitInTree(place, record).run(words, input), path);
  const repository = gitIn(place, place.repository);
  const changedPaths = async (base: string): Promise<string[]> => {
    const named = await git(['diff', '--name-only', '-z', '--no-renames', '--end-of-options', base, 'HEAD']);
    return named.split('\0').filter((name) => name !== '');
  };
  const bring = async (what: string): Promise<void> => {
    expectDone(await repository.run([...FETCH, '--', path, what]), place.repository);
  };
  return {
    path,
    expectSound: () => void gitInTree(place, record),
    prepare: async (branch) => {
      await dropLock(place, record);
      const fetch = [
        'fetch',
        '--quiet',
        '--no-tags',
        'origin',
        `+${branchRef(branch)}:refs/remotes/origin/${branch}`,
      ];
      expectHub(await gitInTree(place, record).run(fetch), place.hub);
      await git(['checkout', '--quiet', '--force', '-B', record.branch, `refs/remotes/origin/${branch}`]);
      await git([
        'clean',
        '--quiet',
        '-ffdx',
        '-e',
        '.swarm',
        ...record.keep.flatMap((kept) => ['-e', `/${kept}`]),
      ]);
      return git(['rev-parse', 'HEAD']);
    },
    tidy: async () => {
      await git(['reset', '--quiet', '--hard']);
      await git(['clean', '--quiet', '-ffd']);
    },
    takeWork: async (base, message) => {
      await stageAll(git);
      const staged = await git(['diff', '--cached', '--name-only']);
      if (staged !== '') await git(['commit', '--quiet', '--no-verify', '-m', message]);
      const touched = await changedPaths(base);
      return touched.length === 0 ? undefined : { commit: await git(['rev-parse', 'HEAD']), touched };
    },
    hasChanged: async (base) =>
      (await git(['status', '--porcelain', '--ignore-submodules=all'])) !== '' ||
      (await changedPaths(base)).length > 0,
    bring,
    keep: (commit, task) => bring(`+${commit}:${keptRef(task)}`),
    recall: async (task) => {
      const kept = await repository.run(['rev-parse', '--verify', '--quiet', `${keptRef(task)}^{commit}`]);
      if (kept.kind === 'failed') return false;
      await git([...FETCH, '--', place.repository, keptRef(task)]);
      await git(['checkout', '--quiet', '--force', '-B', record.branch, kept.stdout.trim()]);
      return true;
    },
    forget: (task) => forgetWork(place, task),
  };
}

/**
 * Keep what programs left in a workspace whose owner is gone, as work on a task, unless some is kept already; false: there is nothing. No
 * program may run in it any more. Throws as a bench's methods do.
 */
export async function keepLeftWork(
  place: Place,
  record: WorkspaceRecord,
  { branch, task, message }: { readonly branch: string; readonly task: string; readonly message: string },
): Promise<boolean> {
  const path = place.layout.tree(record.name);
  if ((await keptWork(place)).includes(task)) return true;
  await dropLock(place, record);
  const begun = await gitInTree(place, record).run(['merge-base', 'HEAD', `refs/remotes/origin/${branch}`]);
  const bench = openBench(place, { record, path });
  const work = await bench.takeWork(expectDone(begun, path), message);
  if (work !== undefined) await bench.keep(work.commit, task);
  return work !== undefined;
}

/** What a killed git left behind would stop every later one. A worktree has its index elsewhere. */
async function dropLock(place: Place, record: WorkspaceRecord): Promise<void> {
  const tree = place.layout.tree(record.name);
  const found = await gitInTree(place, record).run(['rev-parse', '--git-path', 'index.lock']);
  await rm(resolve(tree, expectDone(found, tree)), { force: true });
}

/** As `git add --all`, which would run git in repositories inside of the tree, by settings that programs there wrote: these are left out. */
async function stageAll(git: (words: readonly string[], input?: string) => Promise<string>): Promise<void> {
  const changed = ['ls-files', '-z', '--others', '--modified', '--deleted', '--exclude-standard'];
  const paths = (await git(changed)).split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  if (paths.length > 0)
    await git(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], paths.join('\0'));
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-auto-gc', '--no-write-fetch-head'];
