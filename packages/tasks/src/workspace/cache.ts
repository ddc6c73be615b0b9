// Build outputs that outlive a workspace: a folder per agent's name, which takes the place of paths in the tree. In a sandbox it
// is mounted there; elsewhere the path is a symbolic link to it.

import { appendFile, readdir, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder, removeTree } from '@swarm/host';
import { gitInTree, type Place } from './place.js';
import { folderNames, isSandboxed, type WorkspaceRecord } from './record.js';

/** Throws `cache-path` (exit 2) for a path that leaves the tree or is git's. */
export function checkKept(paths: readonly string[]): void {
  for (const path of paths) {
    const plain = normalize(path);
    if (
      plain === path &&
      !path.startsWith('/') &&
      !/^(\.|\.\.|\.git)(\/|$)/.test(path) &&
      !path.includes(',')
    )
      continue;
    throw new SwarmError(`workspace: ${JSON.stringify(path)} can't be kept`, {
      code: 'cache-path',
      exit: EXIT.usage,
      hint: 'name folders within the tree, as build or target/debug',
    });
  }
}

/** Put the kept paths in place. Throws `cache-path` (exit 2) where git tracks one or would take it for new work. */
export async function attachCache(place: Place, record: WorkspaceRecord): Promise<void> {
  const { layout } = place;
  makeFolder(layout.cache(record.name), 'cache');
  for (const path of record.keep) {
    const [inTree, inCache] = [join(layout.tree(record.name), path), join(layout.cache(record.name), path)];
    makeFolder(inCache, 'cache');
    makeFolder(dirname(inTree), 'cache');
    if (isSandboxed(record)) makeFolder(inTree, 'cache');
    else await symlink(inCache, inTree).catch((error) => refuseTracked(path, error));
    if (record.isolation !== 'worktree')
      await appendFile(join(layout.tree(record.name), '.git', 'info', 'exclude'), `/${path}\n`);
    else await expectIgnored(place, record, path);
  }
}

async function expectIgnored(place: Place, record: WorkspaceRecord, path: string): Promise<void> {
  const ignored = await gitInTree(place, record).run(['check-ignore', '--quiet', path]);
  if (ignored.kind === 'failed') refuseTracked(path);
}

function refuseTracked(path: string, cause?: unknown): never {
  throw new SwarmError(`workspace: ${path} can't be kept: git tracks it or doesn't ignore it`, {
    code: 'cache-path',
    exit: EXIT.usage,
    hint: `add /${path} (without a slash at its end) to .gitignore`,
    cause,
  });
}

/** Remove the caches of agents that have no workspace. Returns their names. */
export async function dropUnusedCaches(place: Place): Promise<string[]> {
  const { layout } = place;
  const used = new Set(folderNames(layout));
  const names = await readdir(dirname(layout.cache('x'))).catch(() => [] as string[]);
  const unused = names.filter((name) => !used.has(name));
  for (const name of unused) await removeTree(layout.cache(name));
  return unused;
}
