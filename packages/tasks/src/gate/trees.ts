// Trees as the gate needs them: what would be committed, what a change touches, a change on top of the base's own tests, and who
// signed for it. Objects are written into the working repository, where git's housekeeping takes those that nothing refers
// to; no ref, index or file of the person's is touched.

import { copyFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PathChange } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { Git, type GitResult } from '../git.js';
import { localProblem } from '../git-problem.js';
import { findTree } from '../repository.js';

export interface TreesOptions {
  /** Any folder of the working tree. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface Trees {
  /** The top of the working tree, absolute. */
  readonly top: string;
  /** The tree of a commit or of another name; undefined where there is none. */
  treeOf(name: string): Promise<string | undefined>;
  /** What a commit of all files would hold, those that git doesn't know yet among them. */
  snapshot(): Promise<string>;
  /** What a commit would hold now: the index, or the one that a hook was given (`GIT_INDEX_FILE`). */
  staged(indexFile: string | undefined): Promise<string>;
  /** From one tree to another, with renames. */
  changes(base: string, candidate: string): Promise<PathChange[]>;
  /** A tree with these paths as `base` has them: there or not. */
  withPathsOf(candidate: string, base: string, paths: readonly string[]): Promise<string>;
  /** A file's text; undefined where there is none. */
  read(tree: string, path: string): Promise<string | undefined>;
  /** All files of a tree. */
  files(tree: string): Promise<string[]>;
  /** A commit of a tree, the same one for the same tree, that no ref refers to. */
  commitOf(tree: string): Promise<string>;
  /** Who signed for the newest commit, in a trailer under a good signature of that commit. */
  signedApproval(commit: string): Promise<string | undefined>;
  /** Who git takes the person for: `Ann <ann@example.com>`. */
  identity(): Promise<string | undefined>;
}

const SILENCE_MS = 10 * 60_000;
const NOBODY = { NAME: 'swarm', EMAIL: 'swarm@localhost', DATE: '@0 +0000' };
const TRAILER = 'Swarm-Approved-by';

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
  const quiet = async (words: readonly string[]): Promise<string | undefined> => {
    const result = await git.run(words);
    return result.kind === 'done' ? result.stdout : undefined;
  };
  return {
    top,
    treeOf: async (name) =>
      (await quiet(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`]))?.trim(),
    snapshot: () =>
      inDraft(async (draft, file) => {
        const own = must(await git.run(['rev-parse', '--git-path', 'index'])).trim();
        await copyFile(resolve(top, own), file).catch(() => {}); // None before the first `git add`.
        must(await draft.run(['add', '--all', '--', '.']));
        return must(await draft.run(['write-tree'])).trim();
      }),
    staged: async (indexFile) =>
      must(await (indexFile === undefined ? git : index(resolve(top, indexFile))).run(['write-tree'])).trim(),
    changes: async (base, candidate) => {
      const words = ['diff-tree', '-r', '-z', '-M', '--name-status', '--end-of-options', base, candidate];
      return changesIn(must(await git.run(words)));
    },
    withPathsOf: (candidate, base, paths) =>
      paths.length === 0
        ? Promise.resolve(candidate)
        : inDraft(async (draft) => {
            must(await draft.run(['read-tree', candidate]));
            const entries = must(await git.run(['ls-tree', '-r', '-z', '--full-tree', base])).split('\0');
            const wanted = new Set(paths);
            const gone = paths.map((path) => `0 ${'0'.repeat(candidate.length)}\t${path}\0`);
            const kept = entries.filter((entry) => wanted.has(entry.slice(entry.indexOf('\t') + 1)));
            const input = [...gone, ...kept.map((entry) => `${entry}\0`)].join('');
            must(await draft.run(['update-index', '--replace', '-z', '--index-info'], input));
            return must(await draft.run(['write-tree'])).trim();
          }),
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
    signedApproval: async (commit) => {
      const words = ['log', '-1', `--format=%G?%x00%(trailers:key=${TRAILER},valueonly,separator=%x20)`];
      const [grade, name = ''] = ((await quiet([...words, '--end-of-options', commit])) ?? '').split('\0');
      return grade === 'G' && name.trim() !== '' ? name.trim() : undefined;
    },
    identity: async () => /^(.*>) /.exec((await quiet(['var', 'GIT_COMMITTER_IDENT'])) ?? '')?.[1],
  };
}

let draftNumber = 0;

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
