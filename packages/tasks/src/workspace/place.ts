// Where workspaces are: a root folder, the repository that they belong to, and git for both. Git is never run with what a
// workspace's own programs may have written into its configuration.

import { join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { Git, type GitResult } from '../git.js';
import { expectNoLoan, expectOwnFiles, expectOwnFolder, gitPlace } from '../git-folder.js';
import { hubProblem, localProblem } from '../git-problem.js';
import { isSandboxed, Layout, type WorkspaceRecord } from './record.js';

export interface PlaceOptions {
  /** A folder of the repository that workspaces are made for. */
  readonly dir: string;
  /** Where workspaces are. Default: `.swarm/workspaces` at the repository's top. */
  readonly root?: string;
  /** A remote's name or an address. Default `origin`. */
  readonly remote?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** How long git may say nothing. */
const SILENCE_MS = 120_000;

export interface Place {
  readonly layout: Layout;
  /** The repository's top. */
  readonly repository: string;
  /** The hub's address; a path is absolute. */
  readonly hub: string;
  /** The remote's name, where it has one, and its address as it is written. */
  readonly remote: { readonly name: string; readonly address: string } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** Throws `not-a-repository` and `no-hub` (exit 2). */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const { dir, remote = 'origin', env = process.env, signal } = options;
  const git = new Git({ dir, env, variables: {}, signal, silenceMs: SILENCE_MS, onGit: undefined });
  const top = await git.run(['rev-parse', '--show-toplevel']);
  if (top.kind === 'failed')
    throw new SwarmError(`workspace: ${dir} is in no repository`, {
      code: 'not-a-repository',
      exit: EXIT.usage,
      hint: 'run it in a working tree of the project',
    });
  const repository = top.stdout.replace(/\n$/, '');
  const url = await git.run(['config', '--get', `remote.${remote}.url`]);
  const named = url.kind === 'done';
  const address = named ? url.stdout.trim() : remote;
  const local = /^(\/|\.\.?(\/|$))/.test(address) || (named && !/^[^/]*:/.test(address));
  if (!named && !local && !address.includes(':'))
    throw new SwarmError(`workspace: ${repository} has no remote ${remote}`, {
      code: 'no-hub',
      exit: EXIT.usage,
      hint: `add the hub with git remote add ${remote} ADDRESS`,
    });
  const root = options.root ?? join(await openStateFolder(repository), 'workspaces');
  return {
    layout: new Layout(resolve(root)),
    repository,
    hub: local ? resolve(repository, address) : address,
    remote: named ? { name: remote, address } : undefined,
    env,
    signal,
  };
}

/** Git in a folder of ours, or in the local repository. */
export const gitIn = (place: Place, dir: string, variables: Readonly<Record<string, string>> = {}): Git =>
  new Git({ dir, env: place.env, variables, signal: place.signal, silenceMs: SILENCE_MS, onGit: undefined });

/**
 * Git in a workspace's tree. A program in a sandbox may write there what it likes, and must not get git to run or to write something
 * outside: its settings and hooks are mounted read-only, and what leads elsewhere is not followed. Throws `workspace-tampered` (exit 1).
 */
export function gitInTree(place: Place, record: WorkspaceRecord): Git {
  const tree = place.layout.tree(record.name);
  // A clone has its author in its settings; a worktree has those of the repository.
  if (record.isolation === 'worktree') return gitIn(place, tree, authorVariables(record));
  const who = `workspace ${record.name}`;
  expectOwnFolder(tree, who);
  if (isSandboxed(record)) {
    expectOwnFiles(tree, who);
    expectNoLoan(tree, who, record.borrows);
  }
  return gitIn(place, tree, gitPlace(tree));
}

/** Who commits, for git's environment. */
export const authorVariables = ({ author: { name, email } }: WorkspaceRecord): Record<string, string> => ({
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: email,
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: email,
});

/** What git said. Throws `disk-full` and `git-failed` (exit 3). */
export function expectDone(result: GitResult, dir: string): string {
  if (result.kind === 'failed') throw localProblem(result, dir);
  return result.stdout.trimEnd();
}

/** The same for a command that asks the hub. Throws `no-hub`, `hub-denied` and `hub-unreachable` (exit 3). */
export function expectHub(result: GitResult, hub: string): void {
  if (result.kind === 'failed') throw hubProblem(result, hub);
}
