// The one way in which anything changes at the hub: refs to move, and with them a change of tasks, in one push.
//
// Only the tasks are tried again when somebody else was first, since a decision about them can be made anew on what is there
// now; that another ref has moved is the caller's business, and a result. When a push was not answered, the hub is asked
// what it holds: the change was made exactly if our commit of the tasks is part of the hub's, or our refs are where we put them.

import { settleDouble, type Task, type TaskChange } from '@swarm/core';
import { untilDone } from './backoff.js';
import { fetchTip, isUnreachable, lookAt } from './fetch.js';
import type { GitFailure } from './git.js';
import { hubProblem, localProblem } from './git-problem.js';
import type { TaskView } from './hub.js';
import { tasksRef } from './namespace.js';
import { push, type RefMove } from './push.js';
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
  const tries = new Tries(repository, transaction);
  return untilDone(transaction.what, repository.random, repository.signal, () => tries.next());
}

export const tasksAt = (repository: HubRepository, tip: string | undefined): TasksNow => ({
  get: async (id) => (tip === undefined ? undefined : readOne(repository, tip, id)),
  view: async () => (tip === undefined ? { tasks: [], broken: [] } : readTasks(repository, tip)),
});

/** A task, with its link followed when it is a double. */
export async function settledTask(now: TasksNow, id: string): Promise<Task | undefined> {
  const task = await now.get(id);
  return task?.duplicateOf === undefined ? task : settleDouble(task, await now.get(task.duplicateOf));
}

/** The pushes of one transaction. */
class Tries<Stop> {
  readonly #tasksRef: string;
  /** Our commits of the tasks whose pushes got no answer: each may still come to the hub, until another one of ours has. */
  readonly #sent: string[] = [];
  #unanswered = 0;

  constructor(
    private readonly repository: HubRepository,
    private readonly transaction: Transaction<Stop>,
  ) {
    this.#tasksRef = tasksRef(repository.namespace);
  }

  /** One try; undefined when somebody else was first and there may be another. */
  async next(): Promise<TransactionResult<Stop> | undefined> {
    const { repository } = this;
    const { decide, moves } = this.transaction;
    if (decide === undefined) return this.#push(moves);
    const tip = await fetchTip(repository);
    if (await this.#arrived(tip)) return { kind: 'done' };
    const decision = await decide(tasksAt(repository, tip));
    if (decision.kind === 'stop') return decision;
    if (decision.changes.length === 0) return this.#push(moves);
    const draft = await draftTasks(repository, tip, decision.changes);
    try {
      const tasks = { ref: this.#tasksRef, from: tip ?? '', to: draft.commit };
      return await this.#push([...moves, tasks], draft.commit);
    } finally {
      await draft.remove();
    }
  }

  async #push(moves: readonly RefMove[], commit?: string): Promise<TransactionResult<Stop> | undefined> {
    if (moves.length === 0) return { kind: 'done' };
    const { repository, transaction } = this;
    const git = transaction.fromWork === true ? repository.work : repository.git;
    const result = await push(git, repository.remote, moves);
    if (result.kind === 'raced') return undefined;
    if (result.kind === 'unanswered') return this.#afterSilence(result.failure, commit);
    if (result.kind !== 'moved') return result;
    const others = result.refs.filter((ref) => ref !== this.#tasksRef);
    if (others.length === 0) return undefined;
    // It may have been an earlier push of ours, which came late.
    return this.#unanswered > 0 && (await this.#happened())
      ? { kind: 'done' }
      : { kind: 'moved', refs: others };
  }

  /** A push without an answer may have been made all the same: ask. Throws when the hub doesn't tell. */
  async #afterSilence(
    failure: GitFailure,
    commit: string | undefined,
  ): Promise<{ kind: 'done' } | undefined> {
    const problem = hubProblem(failure, this.repository.remote);
    if (!isUnreachable(problem)) throw problem;
    if (commit !== undefined) this.#sent.push(commit);
    this.#unanswered += 1;
    if (await this.#happened()) return { kind: 'done' };
    if (this.#unanswered >= UNANSWERED) throw problem;
    return undefined;
  }

  async #happened(): Promise<boolean> {
    if (this.#sent.length > 0) return this.#arrived(await fetchTip(this.repository));
    const { moves } = this.transaction;
    const there = await lookAt(
      this.repository,
      moves.map(({ ref }) => ref),
    );
    return moves.every(({ ref, from, to }) => {
      const now = there.get(ref) ?? '';
      return to === '' ? now !== from : now === to;
    });
  }

  /** Is one of our commits part of the hub's? */
  async #arrived(tip: string | undefined): Promise<boolean> {
    if (tip === undefined) return false;
    for (const commit of this.#sent) {
      const found = await this.repository.git.run(['merge-base', '--is-ancestor', commit, tip]);
      if (found.kind === 'done') return true;
      if (found.status !== 1) throw localProblem(found, this.repository.top);
    }
    return false;
  }
}
