// What git knows of the work at hand: where it began, and what it touches. Without git both are nothing.

import { relative, resolve, sep } from 'node:path';
import { SwarmError } from '@swarm/core';
import { openWorkTree, type WorkTree } from '@swarm/tasks';
import type { SampleSettings } from './settings.js';

type Where = Pick<SampleSettings, 'root' | 'remote' | 'branch'>;

/** What the round is pinned to: the commit that the work began at; '' where there is none. */
export async function pinOf(where: Where): Promise<string> {
  return (await (await treeOf(where))?.base()) ?? '';
}

/** Files that differ from where the work began, relative to `root`; those elsewhere are left out. */
export async function changedFiles(where: Where): Promise<string[]> {
  const tree = await treeOf(where);
  const base = await tree?.base();
  if (tree === undefined || base === undefined) return [];
  const paths = (await tree.changedSince(base)).map((path) => relative(where.root, resolve(tree.top, path)));
  return paths.filter((path) => !path.startsWith('..')).map((path) => path.split(sep).join('/'));
}

async function treeOf({ root, remote, branch }: Where): Promise<WorkTree | undefined> {
  try {
    return await openWorkTree({ dir: root, remote, branch });
  } catch (error) {
    if (error instanceof SwarmError && (error.code === 'no-repository' || error.code === 'no-git'))
      return undefined;
    throw error;
  }
}
