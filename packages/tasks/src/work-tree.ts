// The working repository as commands need it: where it stands, what is uncommitted, what the hub's branch is, and a clean
// checkout of any commit. Nothing here moves a branch or touches a file of the person's.

import { type Checkout, checkOut } from './checkout.js';
import { fetchIntoWork } from './fetch.js';
import { Git, type GitResult } from './git.js';
import { localProblem } from './git-problem.js';
import type { FoundTree } from './hub.js';
import { branchRef } from './namespace.js';
import { findTree } from './repository.js';

export interface WorkTreeOptions {
  /** Any folder of the working repository. */
  readonly dir: string;
  readonly remote: string;
  readonly branch: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface WorkTree {
  /** The top of the working tree, absolute. */
  readonly top: string;
  /** For opening a hub without asking again. */
  readonly found: FoundTree;
  /** The commit that HEAD is at; undefined before the first one. */
  head(): Promise<string | undefined>;
  /** The commit that a name stands for; undefined when there is none. */
  resolve(name: string): Promise<string | undefined>;
  /** Files with changes that no commit has, as git names them; untracked ones are not among them. */
  uncommitted(): Promise<string[]>;
  /** Fetch the hub's branch; its newest commit. */
  fetchBase(): Promise<string>;
  /** Is the commit part of what `base` holds? */
  contains(base: string, commit: string): Promise<boolean>;
  /** A commit in a line: its short id, who made it, its subject. */
  describe(commit: string): Promise<string>;
  /** Who changed these paths on `base` since HEAD left it, newest first, each as in `describe`. */
  changersOf(base: string, paths: readonly string[]): Promise<string[]>;
  /** Where HEAD left the hub's branch, as far as this repository knows without asking; HEAD itself where it knows no such branch. */
  base(): Promise<string | undefined>;
  /** Files that differ from a commit, committed or not, and files that git doesn't know yet; relative to `top`. */
  changedSince(commit: string): Promise<string[]>;
  /** The paths that each of the last commits before this one changed, newest first; merges are left out. */
  pastChanges(commit: string, most: number): Promise<string[][]>;
  /** Check a commit out into a folder of its own. Those of killed processes are swept. */
  checkOut(commit: string): Promise<Checkout>;
}

const SILENCE_MS = 15 * 60_000;

/** Find the working tree around a folder. Throws `no-repository`, `no-git`. */
export async function openWorkTree(options: WorkTreeOptions): Promise<WorkTree> {
  const { dir, remote, branch, env = process.env, signal } = options;
  const settings = { env, variables: {}, signal, silenceMs: SILENCE_MS, onGit: undefined };
  const found = await findTree(new Git({ ...settings, dir }), dir);
  const { top } = found;
  const git = new Git({ ...settings, dir: top });
  const must = (result: GitResult): string => {
    if (result.kind === 'failed') throw localProblem(result, top);
    return result.stdout;
  };
  const resolve = async (name: string): Promise<string | undefined> => {
    const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const known = await git.run(words);
    return known.kind === 'done' ? known.stdout.trim() : undefined;
  };
  const ONE_LINE = ['--format=%h %an: %s', '--abbrev=10'];
  return {
    top,
    found,
    resolve,
    head: () => resolve('HEAD'),
    uncommitted: async () =>
      pathsOf(must(await git.run(['status', '--porcelain', '-z', '--untracked-files=no']))),
    fetchBase: () => fetchIntoWork(git, remote, branchRef(branch), top),
    contains: async (base, commit) =>
      (await git.run(['merge-base', '--is-ancestor', commit, base])).kind === 'done',
    describe: async (commit) => must(await git.run(['log', '-1', ...ONE_LINE, commit])).trim(),
    changersOf: async (base, paths) => {
      const words = [
        'log',
        '-5',
        ...ONE_LINE,
        `HEAD..${base}`,
        '--',
        ...paths.map((path) => `:(top,literal)${path}`),
      ];
      return must(await git.run(words))
        .split('\n')
        .filter((line) => line !== '');
    },
    base: async () => {
      const found = await git.run(['merge-base', 'HEAD', `refs/remotes/${remote}/${branch}`]);
      return found.kind === 'done' ? found.stdout.trim() : resolve('HEAD');
    },
    changedSince: async (commit) => {
      const tracked = must(await git.run(['diff', '--name-only', '-z', '--end-of-options', commit]));
      const fresh = must(await git.run(['ls-files', '--others', '--exclude-standard', '-z']));
      return `${tracked}${fresh}`.split('\0').filter((path) => path !== '');
    },
    pastChanges: async (commit, most) => {
      const words = ['log', `-${most}`, '--no-merges', '--no-renames', '--name-only', '-z', '--format=%x01'];
      const told = must(await git.run([...words, '--end-of-options', commit]));
      return told
        .split('\x01')
        .slice(1)
        .map((part) => part.split(/[\0\n]/).filter((path) => path !== ''));
    },
    checkOut: (commit) => checkOut({ source: top, top, commit }, settings),
  };
}

/** Has the repository around a folder a remote of this name? False where there is no repository. */
export async function hasRemote({
  dir,
  remote,
  env = process.env,
  signal,
}: WorkTreeOptions): Promise<boolean> {
  const git = new Git({ dir, env, variables: {}, signal, silenceMs: SILENCE_MS, onGit: undefined });
  return (await git.run(['remote', 'get-url', '--', remote])).kind === 'done';
}

/** The paths of `status --porcelain -z`; a rename's old name is not one. */
function pathsOf(status: string): string[] {
  const fields = status.split('\0');
  const paths: string[] = [];
  for (let i = 0; i < fields.length - 1; i++) {
    paths.push(fields[i]!.slice(3));
    if (/^[RC]/.test(fields[i]!)) i++;
  }
  return paths;
}
