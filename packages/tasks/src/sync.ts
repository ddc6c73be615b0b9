// Syncing: the working repository's own commits are put on top of the hub's branch, or nothing is changed and the conflict is
// told. A sync that was killed half way is undone by the next one.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@swarm/host';
import { fetchIntoWork } from './fetch.js';
import type { Git, GitResult } from './git.js';
import { localProblem, saying } from './git-problem.js';
import type { SyncResult } from './hub.js';
import { branchRef } from './namespace.js';
import type { HubRepository } from './repository.js';

/** Repositories inside of the tree are not asked: git would run there by their settings, and who wrote those isn't known. */
const NOT_INSIDE = ['--ignore-submodules=all'];

export async function sync(repository: HubRepository, branch = 'main'): Promise<SyncResult> {
  const { work, remote, top } = repository;
  const ref = branchRef(branch);
  const must = mustIn(top);
  const busy = await undoKilled(repository, must);
  if (busy !== undefined) return busy;
  const changes = must(await work.run(['status', '--porcelain', '--untracked-files=no', ...NOT_INSIDE]));
  if (changes !== '')
    return { kind: 'refused', reason: `there are uncommitted changes: ${changes.slice(3).split('\n')[0]}` };
  const base = await fetchIntoWork(work, remote, ref, top);
  const own = must(await work.run(['rev-list', '--count', '--left-right', `${base}...HEAD`])).trim();
  const [behind, ahead] = own.split('\t').map(Number);
  if (behind === 0) return { kind: 'synced', base, rebased: 0 };
  return ahead === 0 ? fastForward(work, base, top) : rebase(repository, base, ahead!);
}

async function fastForward(work: Git, base: string, top: string): Promise<SyncResult> {
  const moved = await work.run(['merge', '--quiet', '--ff-only', base]);
  if (moved.kind === 'done') return { kind: 'synced', base, rebased: 0 };
  if (/would be overwritten/.test(moved.stderr))
    return { kind: 'refused', reason: overwritten(moved.stderr) };
  throw localProblem(moved, top);
}

async function rebase(repository: HubRepository, base: string, ahead: number): Promise<SyncResult> {
  const { work, top } = repository;
  const mark = markOf(repository);
  const git = await withCommitter(work);
  await writeFileAtomic(mark, `${base}\n`);
  const done = await git.run([
    'rebase',
    '--quiet',
    '--no-autostash',
    '--no-gpg-sign',
    '--no-autosquash',
    '--no-update-refs',
    base,
  ]);
  if (done.kind === 'done') {
    await rm(mark, { force: true });
    return { kind: 'synced', base, rebased: ahead };
  }
  const paths = mustIn(top)(await work.run(['diff', '--name-only', '--diff-filter=U', '-z', ...NOT_INSIDE]));
  const stopped = await work.run(['rev-parse', '--verify', '--quiet', 'REBASE_HEAD']);
  await work.run(['rebase', '--abort']);
  await rm(mark, { force: true });
  if (stopped.kind === 'failed' || paths === '') {
    if (/would be overwritten/.test(done.stderr))
      return { kind: 'refused', reason: overwritten(done.stderr) };
    throw localProblem(done, top);
  }
  const conflicted = paths.split('\0').filter((path) => path !== '');
  return { kind: 'conflict', base, commit: stopped.stdout.trim(), paths: conflicted };
}

const markOf = ({ state }: HubRepository): string => join(state, 'syncing');

/** End a rebase of ours that was killed; `refused` when somebody else's rebase or merge is under way. */
async function undoKilled(repository: HubRepository, must: Must): Promise<SyncResult | undefined> {
  const { work } = repository;
  const words = [
    'rev-parse',
    '--path-format=absolute',
    '--git-path',
    'rebase-merge',
    '--git-path',
    'rebase-apply',
    '--git-path',
    'MERGE_HEAD',
  ];
  const [merge = '', apply = '', merging = ''] = must(await work.run(words)).split('\n');
  const mark = markOf(repository);
  if (existsSync(mark)) {
    if (existsSync(merge) || existsSync(apply)) must(await work.run(['rebase', '--abort']));
    await rm(mark, { force: true });
    return undefined;
  }
  if (existsSync(merge) || existsSync(apply)) return { kind: 'refused', reason: 'a rebase is under way' };
  return existsSync(merging) ? { kind: 'refused', reason: 'a merge is under way' } : undefined;
}

/** A rebase needs a committer; where the machine has none, it is ours. */
async function withCommitter(work: Git): Promise<Git> {
  const known = await work.run(['var', 'GIT_COMMITTER_IDENT']);
  return known.kind === 'done'
    ? work
    : work.adding({ GIT_COMMITTER_NAME: 'swarm', GIT_COMMITTER_EMAIL: 'swarm@localhost' });
}

type Must = (result: GitResult) => string;

const mustIn =
  (top: string): Must =>
  (result) => {
    if (result.kind === 'failed') throw localProblem(result, top);
    return result.stdout;
  };

const overwritten = (stderr: string): string => {
  const file = /\n\t(.*)\n/.exec(stderr)?.[1];
  return file === undefined ? saying({ stderr, status: 1 }) : `an untracked file is in the way: ${file}`;
};
