// Looking at the hub: into our own repository, one connection a look.

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SwarmError } from '@swarm/core';
import type { Git, GitFailure } from './git.js';
import { hubProblem, localProblem } from './git-problem.js';
import { type HubRepository, TASKS_REF } from './repository.js';

/** Fetch the hub's tasks into `TASKS_REF`; where there are none, it is gone. */
export const fetchTasks = (repository: HubRepository): Promise<void> =>
  fetchRefs(repository, [`+${repository.namespace}/task*:refs/hub/task*`]);

/** Fetch the hub's tasks; the id of their newest commit, or undefined where there are none yet. */
export async function fetchTip(repository: HubRepository): Promise<string | undefined> {
  await fetchTasks(repository);
  return readRef(repository, TASKS_REF);
}

/** Fetch the hub's certificates; the id of their newest commit, or undefined where there are none yet. */
export async function fetchCertificates(repository: HubRepository): Promise<string | undefined> {
  // With a star, since a name that isn't there would be a mistake.
  await fetchRefs(repository, [`+${repository.namespace}/certificates*:refs/hub/certificates*`]);
  return readRef(repository, 'refs/hub/certificates');
}

/** Fetch the sign of life of who serves the queue. */
export const fetchLanding = (repository: HubRepository): Promise<void> =>
  fetchRefs(repository, [`+${repository.namespace}/landing*:refs/hub/landing*`]);

/** Fetch what waits in the queue and was taken out of it, and who serves it. */
export const fetchQueue = (repository: HubRepository): Promise<void> =>
  fetchRefs(repository, [
    `+${repository.namespace}/landing*:refs/hub/landing*`,
    `+${repository.namespace}/queue/*:refs/hub/queue/*`,
    `+${repository.namespace}/evicted/*:refs/hub/evicted/*`,
  ]);

/** Fetch one branch of the hub; its newest commit. */
export async function fetchBranch(repository: HubRepository, ref: string): Promise<string> {
  const own = ref.replace('refs/heads/', 'refs/hub/branch/');
  await fetchRefs(repository, [`+${ref}:${own}`]);
  const tip = await readRef(repository, own);
  if (tip !== undefined) return tip;
  throw new SwarmError(`hub ${repository.remote}: ${ref} was there, and is gone`, {
    code: 'no-branch',
    exit: EXIT.environment,
    hint: 'run it again',
  });
}

/** Fetch the hub's claims. */
export const fetchClaims = (repository: HubRepository): Promise<void> =>
  fetchRefs(repository, [`+${repository.namespace}/claims/*:refs/hub/claims/*`]);

/** Fetch both, in one connection. */
export const fetchAll = (repository: HubRepository): Promise<void> =>
  fetchRefs(repository, [
    `+${repository.namespace}/task*:refs/hub/task*`,
    `+${repository.namespace}/claims/*:refs/hub/claims/*`,
  ]);

/** Processes that share a workspace may fetch at once: one of them finds a ref moved under it, and looks again. */
const LOCAL_TRIES = 40;
const LOCAL_RACE =
  /cannot lock ref|unable to (update local|resolve) ref|reference broken|could not (delete|remove) reference|packed-refs|local refs could not be updated/i;

/** Longer with each try, and another one in each process. */
const pauseMs = (tries: number): number => tries * (3 + (process.pid % 13));

async function fetchRefs(repository: HubRepository, refspecs: readonly string[]): Promise<void> {
  const { git, remote } = repository;
  await fetch(git, remote, ['--prune', '--no-write-fetch-head', '--refmap=', remote, ...refspecs]);
}

/**
 * Fetch a branch into the working repository itself; its newest commit. Linked working trees share the refs that git updates
 * on the way, so that several of them may be in each other's way: then it is tried again.
 */
export async function fetchIntoWork(work: Git, remote: string, ref: string, top: string): Promise<string> {
  await fetch(work, remote, ['--recurse-submodules=no', remote, ref]);
  const found = await work.run(['rev-parse', '--verify', 'FETCH_HEAD']);
  if (found.kind === 'failed') throw localProblem(found, top);
  return found.stdout.trim();
}

async function fetch(git: Git, remote: string, words: readonly string[]): Promise<void> {
  let failure: GitFailure | undefined;
  for (let tries = 0; tries < LOCAL_TRIES; tries++) {
    // Verbose, since simple-git waits 50 ms longer for a command that says nothing.
    const done = await git.run(['fetch', '--verbose', '--no-tags', ...words]);
    if (done.kind === 'done') return;
    failure = done;
    if (!LOCAL_RACE.test(done.stderr)) break;
    await sleep(pauseMs(tries));
  }
  throw hubProblem(failure!, remote);
}

/** What a ref of our own repository points to. */
async function readRef({ git, top }: HubRepository, ref: string): Promise<string | undefined> {
  const found = await git.run(['rev-parse', '--verify', '--quiet', ref]);
  if (found.kind === 'done') return found.stdout.trim();
  if (found.status === 1) return undefined;
  throw localProblem(found, top);
}

/** What refs at the hub point to, by name; those that aren't there are left out. Full names only. */
export async function lookAt(
  repository: HubRepository,
  refs: readonly string[],
): Promise<Map<string, string>> {
  const found = await repository.git.run(['ls-remote', '--quiet', repository.remote, ...refs]);
  if (found.kind === 'failed') throw hubProblem(found, repository.remote);
  const lines = found.stdout.split('\n').filter((line) => line !== '');
  const all = new Map(lines.map((line) => line.split('\t', 2).reverse() as [string, string]));
  return new Map([...all].filter(([ref]) => refs.includes(ref)));
}

/** Was this thrown since the hub did not answer, rather than since it said no? */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof SwarmError && error.code === 'hub-unreachable';
