// Decisions about a list of tasks, for `TaskStore.change`: adding without doubles, recording attempts, closing. Pure.

import { EXIT, SwarmError } from './errors.js';
import {
  type Attachment,
  type Attempt,
  moveTask,
  type Task,
  type TaskChange,
  type TaskDraft,
  taskOf,
} from './task.js';

/** A task to add, with its files. */
export interface NewTask {
  readonly draft: TaskDraft;
  readonly attachments?: readonly Attachment[];
}

/**
 * The changes that add tasks. A draft whose fingerprint is that of a task that isn't over is linked to that one (of several:
 * the first) and never offered. Throws `task-exists` (exit 2) for an id that is taken.
 */
export function addTasks(tasks: readonly Task[], added: readonly NewTask[]): TaskChange[] {
  const ids = new Set(tasks.map(({ id }) => id));
  const first = new Map<string, string>();
  for (const task of tasks)
    if (standsFor(task)) first.set(task.fingerprint!, first.get(task.fingerprint!) ?? task.id);
  return added.map(({ draft, attachments }) => {
    if (ids.has(draft.id))
      throw new SwarmError(`task ${draft.id}: there is one of that id`, {
        code: 'task-exists',
        exit: EXIT.usage,
        hint: 'give it another id, or change the one that is there',
      });
    ids.add(draft.id);
    const task = linked(taskOf(draft), first);
    return attachments === undefined ? { task } : { task, attachments };
  });
}

const standsFor = (task: Task): boolean =>
  task.fingerprint !== undefined &&
  task.duplicateOf === undefined &&
  (task.state === 'open' || task.state === 'blocked' || task.state === 'claimed');

function linked(task: Task, first: Map<string, string>): Task {
  if (task.fingerprint === undefined || task.duplicateOf !== undefined) return task;
  const other = first.get(task.fingerprint);
  if (other !== undefined) return { ...task, duplicateOf: other };
  first.set(task.fingerprint, task.id);
  return task;
}

/** The longest list of attempts and of paths that a task keeps. */
const KEPT_ATTEMPTS = 20;
const KEPT_PATHS = 50;

/** A task with one more attempt: what it changed is what the next one will likely touch. */
export function withAttempt(task: Task, attempt: Attempt): Task {
  const touches = [...new Set([...(attempt.touched ?? []), ...task.touches])].slice(0, KEPT_PATHS);
  return { ...task, touches, attempts: [...task.attempts, attempt].slice(-KEPT_ATTEMPTS) };
}

/**
 * Tasks with their links followed: the double of a task that is done is `superseded` by it, and the double of one that was
 * withdrawn, or that isn't there, stands for itself again. Derived by readers, so that closing a task changes one task.
 */
export function settleDoubles<T extends Linked>(tasks: readonly T[]): T[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return tasks.map((task) => settleDouble(task, byId.get(task.duplicateOf ?? '')));
}

type Linked = Pick<Task, 'id' | 'state' | 'reason' | 'duplicateOf'>;

/** One task with its link followed to `original`. */
export function settleDouble<T extends Linked>(task: T, original: T | undefined): T {
  if (task.duplicateOf === undefined || task.state !== 'open') return task;
  if (original?.state === 'landed' || original?.state === 'superseded')
    return moveTask(task, 'superseded', `by ${original.id}`);
  if (original !== undefined && original.state !== 'withdrawn') return task;
  const { duplicateOf: _, ...free } = task;
  return free as T;
}
