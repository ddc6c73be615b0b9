// Trees as the gate reads them, in whatever repository they are: what a change touches, files and their texts, and who signed for it.

import type { PathChange } from '@swarm/core';
import type { Git, GitResult } from '../git.js';
import { localProblem } from '../git-problem.js';

export interface TreeReader {
  /** The top of the working tree, absolute. */
  readonly top: string;
  /** The tree of a commit or of another name; undefined where there is none. */
  treeOf(name: string): Promise<string | undefined>;
  /** From one tree to another, with renames. */
  changes(base: string, candidate: string): Promise<PathChange[]>;
  /** A file's text; undefined where there is none. */
  read(tree: string, path: string): Promise<string | undefined>;
  /** All files of a tree. */
  files(tree: string): Promise<string[]>;
  /** A commit of a tree, the same one for the same tree, that no ref refers to. */
  commitOf(tree: string): Promise<string>;
  /** The newest commit that two have in common; undefined where there is none. */
  forkOf(one: string, other: string): Promise<string | undefined>;
  /** Who signed for the newest commit, in a trailer under a good signature of that commit. */
  signedApproval(commit: string): Promise<string | undefined>;
  /** Who git takes the person for: `Ann <ann@example.com>`. */
  identity(): Promise<string | undefined>;
}

const NOBODY = { NAME: 'swarm', EMAIL: 'swarm@localhost', DATE: '@0 +0000' };
const TRAILER = 'Swarm-Approved-by';

/** `git` runs in the repository that has the trees. */
export function treeReader(git: Git, top: string): TreeReader {
  const must = (result: GitResult): string => {
    if (result.kind === 'failed') throw localProblem(result, top);
    return result.stdout;
  };
  const quiet = async (words: readonly string[]): Promise<string | undefined> => {
    const result = await git.run(words);
    return result.kind === 'done' ? result.stdout : undefined;
  };
  return {
    top,
    treeOf: async (name) =>
      (await quiet(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`]))?.trim(),
    changes: async (base, candidate) => {
      const words = ['diff-tree', '-r', '-z', '-M', '--name-status', '--end-of-options', base, candidate];
      return changesIn(must(await git.run(words)));
    },
    read: (tree, path) => quiet(['cat-file', 'blob', `${tree}:${path}`]),
    files: async (tree) =>
      must(await git.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree]))
        .split('\0')
        .filter((path) => path !== ''),
    commitOf: async (tree) => {
      const who = Object.fromEntries(
        Object.entries(NOBODY).flatMap(([key, value]) => [
          [`GIT_AUTHOR_${key}`, value],
          [`GIT_COMMITTER_${key}`, value],
        ]),
      );
      const made = await git.adding(who).run(['commit-tree', '--no-gpg-sign', '-m', 'gate', tree]);
      return must(made).trim();
    },
    forkOf: async (one, other) => (await quiet(['merge-base', one, other]))?.trim(),
    signedApproval: async (commit) => {
      const words = ['log', '-1', `--format=%G?%x00%(trailers:key=${TRAILER},valueonly,separator=%x20)`];
      const [grade, name = ''] = ((await quiet([...words, '--end-of-options', commit])) ?? '').split('\0');
      return grade === 'G' && name.trim() !== '' ? name.trim() : undefined;
    },
    identity: async () => /^(.*>) /.exec((await quiet(['var', 'GIT_COMMITTER_IDENT'])) ?? '')?.[1],
  };
}

/** The changes that `--name-status -z` tells. */
function changesIn(text: string): PathChange[] {
  const fields = text.split('\0');
  const changes: PathChange[] = [];
  for (let i = 0; i < fields.length - 1; ) {
    const status = fields[i]![0];
    const path = fields[i + 1]!;
    if (status === 'R' || status === 'C') {
      const to = fields[i + 2]!;
      changes.push(status === 'R' ? { kind: 'renamed', from: path, path: to } : { kind: 'added', path: to });
      i += 3;
    } else {
      changes.push({ kind: status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified', path });
      i += 2;
    }
  }
  return changes;
}
