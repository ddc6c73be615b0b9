// The one way in which anything changes at the hub: refs to move, and with them a change of tasks, in one push.
//
// Only the tasks are tried again when somebody else was first, since a decision about them can be made anew on what is there
// now; that another ref has moved is the caller's business, and a result. When a push was not answered, the hub is asked
// what it holds: the change was made exactly if our commit of the tasks is part of the hub's, or our refs are where we put them.

import type { Task, TaskChange } from '@swarm/core';
import { untilDone } from './backoff.js';
import { fetchTip, isUnreachable, lookAt } from './fetch.js';
import type { GitFailure } from './git.js';
import { hubProblem, localProblem } from './git-problem.js';
import type { TaskView } from './hub.js';
import { tasksRef } from './namespace.js';
import { type PushResult, push, type RefMove } from './push.js';
import type { HubRepository } from './repository.js';
import { draftTasks } from './task-draft.js';
import { readOne, readTasks } from './task-tree.js';

/** The tasks as they are at the hub now, for a decision. */
export interface TasksNow {
  get(id: string): Promise<Task | undefined>;
  view(): Promise<TaskView>;
}

/** What shall become of them; `kind: 'stop'` ends it without a push. */
type Decision<Stop> =
  | { readonly kind: 'change'; readonly changes: readonly TaskChange[] }
  | { readonly kind: 'stop'; readonly result: Stop };

export type Decide<Stop> = (now: TasksNow) => Promise<Decision<Stop>>;

export type TransactionResult<Stop> =
  | { readonly kind: 'done' }
  | { readonly kind: 'moved'; readonly refs: readonly string[] }
  | { readonly kind: 'declined'; readonly ref: string; readonly reason: string }
  | { readonly kind: 'stop'; readonly result: Stop };

export interface Transaction<Stop> {
  /** For messages: what is being done. */
  readonly what: string;
  readonly moves: readonly RefMove[];
  readonly decide?: Decide<Stop>;
  /** Push from the working repository: what lands is there. */
  readonly fromWork?: boolean;
}

/** How many pushes may go without an answer, and without having been made, before it is the hub's fault. */
const UNANSWERED = 3;

/** Do it, or say why not. Throws what is wrong with the hub (exit 3): then, too, it is done or not done. */
export function transact<Stop = never>(
  repository: HubRepository,
  transaction: Transaction<Stop>,
): Promise<TransactionResult<Stop>> {
  const { what, decide } = transaction;
  let unanswered = 0;
  const tolerate = (failure: GitFailure): void => {
    if (++unanswered >= UNANSWERED) throw hubProblem(failure, repository.remote);
  };
  return untilDone(what, repository.random, repository.signal, async () => {
    if (decide === undefined) return attempt(repository, transaction, undefined, tolerate);
    const tip = await fetchTip(repository);
    const decision = await decide(tasksAt(repository, tip));
    if (decision.kind === 'stop') return decision;
    if (decision.changes.length === 0) return attempt(repository, transaction, undefined, tolerate);
    const draft = await draftTasks(repository, tip, decision.changes);
    try {
      return await attempt(repository, transaction, { from: tip ?? '', to: draft.commit }, tolerate);
    } finally {
      await draft.remove();
    }
  });
}

export const tasksAt = (repository: HubRepository, tip: string | undefined): TasksNow => ({
  get: async (id) => (tip === undefined ? undefined : readOne(repository, tip, id)),
  view: async () => (tip === undefined ? { tasks: [], broken: [] } : readTasks(repository, tip)),
});

/** One push; undefined when it should be tried again. */
async function attempt(
  repository: HubRepository,
  { moves, fromWork }: Transaction<unknown>,
  tasks: { readonly from: string; readonly to: string } | undefined,
  tolerate: (failure: GitFailure) => void,
): Promise<Exclude<TransactionResult<never>, { kind: 'stop' }> | undefined> {
  const ref = tasksRef(repository.namespace);
  const all = tasks === undefined ? moves : [...moves, { ref, ...tasks }];
  if (all.length === 0) return { kind: 'done' };
  const git = fromWork === true ? repository.work : repository.git;
  const result = await push(git, repository.remote, all);
  switch (result.kind) {
    case 'moved':
      return movedResult(result.refs, ref);
    case 'raced':
      return undefined;
    case 'unanswered':
      if (await happened(repository, moves, tasks?.to, result.failure)) return { kind: 'done' };
      tolerate(result.failure);
      return undefined;
    default:
      return result;
  }
}

function movedResult(
  refs: readonly string[],
  tasks: string,
): Extract<PushResult, { kind: 'moved' }> | undefined {
  const others = refs.filter((it) => it !== tasks);
  return others.length === 0 ? undefined : { kind: 'moved', refs: others };
}

/** Whether a push without an answer was made all the same. Throws when the hub doesn't tell. */
async function happened(
  repository: HubRepository,
  moves: readonly RefMove[],
  tasks: string | undefined,
  failure: GitFailure,
): Promise<boolean> {
  const problem = hubProblem(failure, repository.remote);
  if (!isUnreachable(problem)) throw problem;
  if (tasks !== undefined) return isPartOf(repository, tasks, await fetchTip(repository));
  const there = await lookAt(
    repository,
    moves.map(({ ref }) => ref),
  );
  return moves.every(({ ref, from, to }) => {
    const now = there.get(ref) ?? '';
    return to === '' ? now !== from : now === to;
  });
}

async function isPartOf(
  repository: HubRepository,
  commit: string,
  tip: string | undefined,
): Promise<boolean> {
  if (tip === undefined) return false;
  const found = await repository.git.run(['merge-base', '--is-ancestor', commit, tip]);
  if (found.kind === 'failed' && found.status !== 1) throw localProblem(found, repository.top);
  return found.kind === 'done';
}
