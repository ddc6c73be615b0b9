// The landing queue as it is served: combinations of candidates on main, and the two ways out. Main moves to exactly the commit
// that was given, from exactly the one that it was made on; in the same push each candidate leaves, its claim ends and
// its task is closed. A push is whole or not at all, so a server that is killed anywhere left nothing half done.

import { join } from 'node:path';
import { type Evidence, moveTask, type TaskChange, withAttempt } from '@swarm/core';
import { createWorkDir } from '@swarm/host';
import { type Checkout, checkOut } from '../checkout.js';
import { fetchBranch } from '../fetch.js';
import { type TreeReader, treeReader } from '../gate/tree-reader.js';
import { localProblem } from '../git-problem.js';
import type { HubOptions } from '../hub.js';
import { branchRef, claimRef } from '../namespace.js';
import type { RefMove } from '../push.js';
import { declined } from '../refusal.js';
import { type HubRepository, openRepository } from '../repository.js';
import { type Decide, transact } from '../transaction.js';
import { ArrivalFile } from './arrival-file.js';
import { Attendance } from './attendance.js';
import { type QueueNow, queueRef, type Waiting } from './candidate-object.js';
import { type Combination, combine, type Placed } from './combine.js';
import { leavingMoves, list } from './queue.js';

export type LandedResult =
  | { readonly kind: 'landed' }
  /** Main, a candidate or a claim is not what it was. */
  | { readonly kind: 'moved' }
  /** The hub said no: its words. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface QueueServer {
  /** Saying at the hub that work lands through this queue. */
  readonly attendance: Attendance;
  /** Reads what is at the hub, and combinations. */
  readonly trees: TreeReader;
  /** What waits, in the order in which this server first saw it. */
  list(): Promise<QueueNow & { readonly base: string }>;
  combine(base: string, candidates: readonly Waiting[]): Promise<Combination>;
  /** The files of a commit, in a folder of its own. */
  checkOut(commit: string): Promise<Checkout>;
  /** Move main to a combination, all of it. */
  land(combination: Combination, candidates: readonly Waiting[]): Promise<LandedResult>;
  /** Take one out and give its task back with what was learned. False when it had left by itself. */
  evict(candidate: Waiting, evidence: Evidence): Promise<boolean>;
  /** Let go of the combinations that were made. */
  close(): Promise<void>;
}

export async function openQueueServer(
  options: HubOptions & { readonly branch?: string },
): Promise<QueueServer> {
  const repository = await openRepository(options);
  const main = branchRef(options.branch ?? 'main');
  const arrivals = new ArrivalFile(repository.state);
  const kept = await createWorkDir(repository.drafts);
  return {
    attendance: new Attendance(repository),
    trees: treeReader(repository.git, repository.top),
    list: async () => {
      const base = await fetchBranch(repository, main);
      const queue = await list(repository);
      return { ...queue, base, waiting: await arrivals.inOrder(queue.waiting) };
    },
    combine: async (base, candidates) => {
      const combination = await combine(repository, base, candidates);
      const { commit } = combination;
      await must(repository, ['update-ref', `refs/draft/${kept.cookie}/${commit}`, commit]);
      return combination;
    },
    checkOut: (commit) => {
      const { env = process.env, signal, onGit } = options;
      const source = join(repository.state, 'store.git');
      const settings = { env, variables: {}, signal, silenceMs: CHECKOUT_SILENCE_MS, onGit };
      return checkOut({ source, top: repository.top, commit }, settings);
    },
    land: (combination, candidates) => land(repository, main, combination, candidates),
    evict: (candidate, evidence) => evict(repository, candidate, evidence),
    close: () => kept.remove(),
  };
}

const CHECKOUT_SILENCE_MS = 15 * 60_000;

async function must({ git, top }: HubRepository, words: readonly string[]): Promise<void> {
  const done = await git.run(words);
  if (done.kind === 'failed') throw localProblem(done, top);
}

/** For people: nothing is decided by it. */
const at = (): string => new Date().toISOString();

async function land(
  repository: HubRepository,
  main: string,
  { base, commit, placed }: Combination,
  candidates: readonly Waiting[],
): Promise<LandedResult> {
  const { namespace } = repository;
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const landing = placed.map((place) => ({ place, candidate: byId.get(place.id)! }));
  const result = await transact<LandedResult>(repository, {
    what: `landing ${placed.length} candidates`,
    moves: [
      { ref: main, from: base, to: commit },
      ...landing.flatMap(({ candidate }) => leaving(namespace, candidate)),
    ],
    decide: closing(landing),
  });
  if (result.kind === 'declined') return { kind: 'refused', reason: result.reason };
  return result.kind === 'stop' ? result.result : { kind: result.kind === 'done' ? 'landed' : 'moved' };
}

/** Its ref and its claim end. */
const leaving = (namespace: string, { id, token, claim }: Waiting) => [
  { ref: queueRef(namespace, id), from: token, to: '' },
  ...(claim === undefined ? [] : [{ ref: claimRef(namespace, id), from: claim, to: '' }]),
];

interface Landing {
  readonly place: Placed;
  readonly candidate: Waiting;
}

/** Close the tasks; nothing lands when one of them was closed or taken back meanwhile. */
const closing =
  (landing: readonly Landing[]): Decide<LandedResult> =>
  async (now) => {
    const changes: TaskChange[] = [];
    for (const { place, candidate } of landing) {
      if (candidate.claim === undefined) continue;
      const task = await now.get(candidate.id);
      if (task?.state !== 'open') return { kind: 'stop', result: { kind: 'moved' } };
      const { agent, note } = candidate;
      const said = note === undefined ? {} : { note };
      const attempt = { agent, outcome: 'landed', touched: place.touched, at: at(), ...said };
      changes.push({ task: moveTask(withAttempt(task, attempt), 'landed', place.commit) });
    }
    return { kind: 'change', changes };
  };

async function evict(repository: HubRepository, candidate: Waiting, evidence: Evidence): Promise<boolean> {
  const { namespace } = repository;
  const { id, claim, agent } = candidate;
  const { outcome, note, touched = [] } = evidence;
  const out = await leavingMoves(repository, candidate, evidence);
  if (claim === undefined) return evictBy(repository, out);
  const decide: Decide<never> = async (now) => {
    const task = await now.get(id);
    if (task === undefined) return { kind: 'change', changes: [] };
    const attempt = { agent, outcome, note, touched: [...touched], at: at() };
    return { kind: 'change', changes: [{ task: withAttempt(task, attempt) }] };
  };
  const ended = [...out, { ref: claimRef(namespace, id), from: claim, to: '' }];
  // Its claim may be lost: then somebody else has the task, and only the candidate goes.
  return (await evictBy(repository, ended, decide)) || evictBy(repository, out);
}

async function evictBy(
  repository: HubRepository,
  moves: readonly RefMove[],
  decide?: Decide<never>,
): Promise<boolean> {
  const result = await transact(repository, {
    what: 'taking a candidate out',
    moves,
    ...(decide === undefined ? {} : { decide }),
  });
  if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
  return result.kind === 'done';
}
