// Trees of the working repository as the gate needs them: also what would be committed. Objects are written into the working repository, where git's housekeeping takes those that nothing refers
// to; no ref, index or file of the person's is touched.

import { copyFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openStateFolder } from '@swarm/host';
import { Git, type GitResult } from '../git.js';
import { localProblem } from '../git-problem.js';
import { findTree } from '../repository.js';
import { type TreeReader, treeReader } from './tree-reader.js';

export interface TreesOptions {
  /** Any folder of the working tree. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface Trees extends TreeReader {
  /** What a commit of all files would hold, those that git doesn't know yet among them. */
  snapshot(): Promise<string>;
  /** What a commit would hold now: the index, or the one that a hook was given (`GIT_INDEX_FILE`). */
  staged(indexFile: string | undefined): Promise<string>;
}

const SILENCE_MS = 10 * 60_000;

/** Throws `no-repository`, `no-git` (exit 3). */
export async function openTrees({ dir, env, signal }: TreesOptions): Promise<Trees> {
  const settings = { env, variables: {}, signal, silenceMs: SILENCE_MS, onGit: undefined };
  const { top } = await findTree(new Git({ ...settings, dir }), dir);
  const git = new Git({ ...settings, dir: top });
  const must = (result: GitResult): string => {
    if (result.kind === 'failed') throw localProblem(result, top);
    return result.stdout;
  };
  const index = (file: string) => git.adding({ GIT_INDEX_FILE: file });
  const inDraft = async (work: (draft: Git, file: string) => Promise<string>): Promise<string> => {
    const file = join(await openStateFolder(top), `gate-index-${process.pid}-${draftNumber++}`);
    try {
      return await work(index(file), file);
    } finally {
      await rm(file, { force: true });
    }
  };
  return {
    ...treeReader(git, top),
    snapshot: () =>
      inDraft(async (draft, file) => {
        const own = must(await git.run(['rev-parse', '--git-path', 'index'])).trim();
        await copyFile(resolve(top, own), file).catch(() => {}); // None before the first `git add`.
        must(await draft.run(['add', '--all', '--', '.']));
        return must(await draft.run(['write-tree'])).trim();
      }),
    staged: async (indexFile) =>
      must(await (indexFile === undefined ? git : index(resolve(top, indexFile))).run(['write-tree'])).trim(),
  };
}

let draftNumber = 0;
