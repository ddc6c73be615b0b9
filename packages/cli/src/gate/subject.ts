// What is held against what: the trees of the base and of the change, by whatever names they were given.

import { EXIT, SwarmError } from '@swarm/core';
import { openTrees, openWorkTree, type Trees, type WorkTree } from '@swarm/tasks';

/** The flags that say it, as typed. */
export interface SubjectFlags {
  readonly dir: string;
  readonly base?: string | undefined;
  readonly commit?: string | undefined;
  readonly staged?: boolean | undefined;
  readonly remote?: string | undefined;
  readonly branch?: string | undefined;
}

export interface Side {
  /** For people: what was typed, or what it is. */
  readonly name: string;
  readonly tree: string;
}

export interface Subject {
  readonly base: Side;
  readonly candidate: Side & {
    /** Left out for what no commit holds yet. */
    readonly commit?: string;
  };
}

export interface GateRepository {
  readonly trees: Trees;
  readonly workTree: WorkTree;
}

export async function openRepository(
  { dir, remote = 'origin', branch = 'main' }: SubjectFlags,
  signal: AbortSignal,
): Promise<GateRepository> {
  const [trees, workTree] = await Promise.all([
    openTrees({ dir, env: process.env, signal }),
    openWorkTree({ dir, remote, branch, signal }),
  ]);
  return { trees, workTree };
}

/** Throws `no-commit` (exit 2), and `no-base` (exit 2) where there is nothing to hold a change against. */
export async function subjectOf(
  { trees, workTree }: GateRepository,
  flags: SubjectFlags,
  indexFile: string | undefined,
): Promise<Subject> {
  const candidate = await candidateOf(trees, workTree, flags, indexFile);
  const base = flags.base ?? (await usualBase(workTree, candidate.commit));
  return { base: { name: base, tree: await treeOf(trees, base) }, candidate };
}

async function candidateOf(
  trees: Trees,
  workTree: WorkTree,
  { commit, staged }: SubjectFlags,
  indexFile: string | undefined,
): Promise<Subject['candidate']> {
  if (staged) return { name: 'the index', tree: await trees.staged(indexFile) };
  if (commit === undefined) return { name: 'the working tree', tree: await trees.snapshot() };
  const tree = await treeOf(trees, commit);
  const found = await workTree.resolve(commit);
  return { name: commit, tree, ...(found === undefined ? {} : { commit: found }) };
}

/** Where the work left the branch that it lands on; for a commit of that branch itself, the commit before it. */
async function usualBase(workTree: WorkTree, commit: string | undefined): Promise<string> {
  const base = await workTree.base();
  if (commit !== undefined && (base === undefined || (await workTree.contains(base, commit)))) {
    const parent = await workTree.resolve(`${commit}^`);
    if (parent !== undefined) return parent;
  } else if (base !== undefined) return base;
  throw new SwarmError('gate: there is no commit to hold the change against', {
    code: 'no-base',
    exit: EXIT.usage,
    hint: 'name one: --base REV',
  });
}

async function treeOf(trees: Trees, name: string): Promise<string> {
  const tree = await trees.treeOf(name);
  if (tree !== undefined) return tree;
  throw new SwarmError(`${JSON.stringify(name)}: there is no commit of that name`, {
    code: 'no-commit',
    exit: EXIT.usage,
    hint: 'name a commit of this repository, like HEAD or origin/main',
  });
}
