// A private copy of a commit's files, for programs that must not see anything else.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkDir, openStateFolder, sweepWorkDirs } from '@swarm/host';
import { Git, type GitOptions, type GitResult } from './git.js';
import { localProblem } from './git-problem.js';

export interface Checkout {
  readonly path: string;
  /** For `createRunner`: what programs leave behind is found by it. */
  readonly cookie: string;
  /** Undo whatever programs did to the files. */
  reset(): Promise<void>;
  remove(): Promise<void>;
}

interface CheckoutWish {
  /** A repository on this machine that has the commit. */
  readonly source: string;
  /** The working tree in whose state folder the copy is made. */
  readonly top: string;
  readonly commit: string;
}

/** A clone that shares the objects, so that nothing of it is known to the working repository. */
export async function checkOut(
  { source, top, commit }: CheckoutWish,
  settings: Omit<GitOptions, 'dir'>,
): Promise<Checkout> {
  const parent = join(await openStateFolder(top), 'checkouts');
  await sweepWorkDirs(parent);
  const { path: folder, cookie, remove } = await createWorkDir(parent);
  const path = join(folder, 'tree');
  const inTree = (words: readonly string[]) => new Git({ ...settings, dir: path }).run(words);
  const must = async (result: Promise<GitResult>): Promise<void> => {
    const ended = await result;
    if (ended.kind === 'failed') throw localProblem(ended, path);
  };
  try {
    await must(
      new Git({ ...settings, dir: top }).run([
        'clone',
        '--quiet',
        '--shared',
        '--no-checkout',
        '--',
        source,
        path,
      ]),
    );
    await must(inTree(['checkout', '--quiet', '--detach', commit]));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    path,
    cookie,
    reset: async () => {
      await rm(join(path, '.git', 'index.lock'), { force: true });
      await must(inTree(['reset', '--quiet', '--hard', commit]));
      await must(inTree(['clean', '--quiet', '-ffdx']));
    },
    remove,
  };
}
