// What would be lost with a workspace: changes that no commit has, and commits that no branch of the hub has.

import { existsSync } from 'node:fs';
import type { Git } from '../git.js';
import { gitInTree, type Place } from './place.js';
import type { WorkspaceRecord } from './record.js';

export interface Unsaved {
  /** Files that are changed, added or not ignored; a stash counts as one. */
  readonly uncommitted: number;
  /** Commits that the hub hasn't, as far as is known here; one that landed as an equal change doesn't count. */
  readonly unpushed: number;
}

/** Comparing changes costs their diffs. */
const MOST_COMPARED = 500;

const NOTHING: Unsaved = { uncommitted: 0, unpushed: 0 };

/** Throws `workspace-tampered` (exit 1) where it can't be told. */
export async function findUnsaved(place: Place, record: WorkspaceRecord): Promise<Unsaved> {
  const { layout } = place;
  if (!existsSync(layout.tree(record.name))) return NOTHING;
  const git = gitInTree(place, record);
  // Submodules are not looked into: their settings would be read, and a sandbox may have written them.
  const status = await git.run(['status', '--porcelain', '-z', '--ignore-submodules=all', '--no-renames']);
  if (status.kind === 'failed') return { uncommitted: 1, unpushed: 0 };
  const uncommitted = status.stdout.split('\0').filter((line) => line !== '').length;
  const stash = await git.run(['rev-parse', '--quiet', '--verify', 'refs/stash']);
  const ownStash = record.isolation !== 'worktree' && stash.kind === 'done';
  return { uncommitted: uncommitted + (ownStash ? 1 : 0), unpushed: await countUnpushed(git, record) };
}

/** A clone's branches are all its own; of a worktree's repository only the one that is checked out is. */
async function countUnpushed(git: Git, record: WorkspaceRecord): Promise<number> {
  const known = ['--not', '--remotes', record.base];
  const ofHead = await count(git, ['HEAD', ...known]);
  const others = record.isolation === 'worktree' ? 0 : await count(git, ['--branches', ...known, 'HEAD']);
  return others + (ofHead === 0 ? 0 : Math.min(ofHead, await countNotLanded(git, ofHead)));
}

/** Of HEAD's commits, those whose change isn't on main in another commit either: landing may rebase. */
async function countNotLanded(git: Git, ofHead: number): Promise<number> {
  if (ofHead > MOST_COMPARED) return ofHead;
  const main = 'refs/remotes/origin/main';
  if ((await git.run(['rev-parse', '--quiet', '--verify', main])).kind === 'failed') return ofHead;
  return count(git, ['--cherry-pick', '--right-only', `${main}...HEAD`]);
}

/** One where git can't tell: then nothing is thrown away. */
async function count(git: Git, words: readonly string[]): Promise<number> {
  const result = await git.run(['rev-list', '--count', ...words]);
  return result.kind === 'done' ? Number(result.stdout.trim()) : 1;
}
