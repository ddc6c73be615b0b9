// A worktree of the local repository as a workspace: quickest and smallest, but it shares refs and settings with the person's
// own checkout. It is locked, so that nobody else's `git worktree prune` takes it, and only what is ours is ever removed.

import { existsSync, realpathSync } from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import { removeTree } from '@swarm/host';
import { expectDone, gitIn, type Place } from './place.js';
import type { WorkspaceRecord } from './record.js';

/** A worktree shares the remote's address: it must hold in another folder, too. Throws `relative-hub` (exit 2). */
export function checkAddress({ hub, remote }: Place): void {
  if (remote === undefined || remote.address === hub) return;
  throw new SwarmError(
    `workspace: the address of ${remote.name}, ${remote.address}, is relative to the checkout`,
    {
      code: 'relative-hub',
      exit: EXIT.usage,
      hint: `git remote set-url ${remote.name} ${hub}, or use --isolation clone`,
    },
  );
}

/** Make the tree. Throws `branch-exists` (exit 1) where the branch has commits that the base hasn't. */
export async function makeWorktree(place: Place, record: WorkspaceRecord): Promise<void> {
  const git = gitIn(place, place.repository);
  const ref = `refs/heads/${record.branch}`;
  const there = await git.run(['rev-parse', '--quiet', '--verify', ref]);
  if (there.kind === 'done') {
    const merged = await git.run(['merge-base', '--is-ancestor', ref, record.base]);
    if (merged.kind === 'failed')
      throw new SwarmError(
        `workspace ${record.name}: branch ${record.branch} is there and has work of its own`,
        {
          code: 'branch-exists',
          exit: EXIT.refused,
          hint: `land it or delete it with git branch -D ${record.branch}`,
        },
      );
  }
  const reason = `swarm workspace ${record.name}`;
  const words = [
    'worktree',
    'add',
    '--quiet',
    '--lock',
    '--reason',
    reason,
    '--no-track',
    '-B',
    record.branch,
  ];
  const added = await git.run([...words, place.layout.tree(record.name), record.base]);
  expectDone(added, place.repository);
}

/** Remove the tree, git's own entry for it, and its branch; what isn't there (any more) is no problem. */
export async function dropWorktree(place: Place, record: WorkspaceRecord): Promise<void> {
  const tree = place.layout.tree(record.name);
  const git = gitIn(place, place.repository);
  if (await isListed(place, tree)) {
    // Twice --force: also when it is locked. A tree that is gone is no obstacle.
    const removed = await git.run(['worktree', 'remove', '--force', '--force', tree]);
    if (removed.kind === 'failed') {
      await removeTree(tree);
      expectDone(
        await git.run(['worktree', 'remove', '--force', '--force', tree]),
        `workspace ${record.name}`,
      );
    }
  }
  await removeTree(tree);
  await git.run(['branch', '--quiet', '-D', record.branch]);
}

async function isListed(place: Place, tree: string): Promise<boolean> {
  const list = await gitIn(place, place.repository).run(['worktree', 'list', '--porcelain', '-z']);
  const real = existsSync(tree) ? realpathSync(tree) : tree;
  const paths = expectDone(list, place.repository).split('\0');
  return paths.some((line) => line === `worktree ${tree}` || line === `worktree ${real}`);
}
