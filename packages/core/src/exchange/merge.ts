// A list from outside against the tasks that are there: what to add, change and close. Pure, for `TaskStore.change`.
//
// Taking over the same list twice changes nothing. A task that someone else made is never overwritten: only the list that
// made it (its `origin`) may change it.

import { moveTask, type Task, type TaskChange, type TaskState, taskOf } from '../task.js';
import { addTasks } from '../task-list.js';
import type { ListedTask, ListProblem } from './listed.js';

export interface MergeOptions {
  /** The list's name: the `origin` of tasks that have none of their own. */
  readonly origin: string;
  /** Open tasks again that are over, where the list says that they are open: for test reports, which are evidence. */
  readonly reopen: boolean;
}

/** What became of the tasks of a list, as ids in the list's order. */
export interface Merged {
  readonly added: readonly string[];
  /** Added, but the same work as a task that is there; never offered. */
  readonly duplicates: readonly string[];
  readonly updated: readonly string[];
  /** Over according to the list, and closed now. */
  readonly closed: readonly string[];
  readonly reopened: readonly string[];
  readonly unchanged: readonly string[];
  /** Over already in the list, and unknown here: not added. */
  readonly finished: readonly string[];
  /** Other tasks have these ids: left alone. */
  readonly foreign: readonly string[];
}

export interface MergePlan {
  readonly changes: readonly TaskChange[];
  readonly merged: Merged;
  /** Needs that nobody has, and circles; then there are no changes. */
  readonly problems: readonly ListProblem[];
}

type Lists = { -readonly [key in keyof Merged]: string[] };

export function mergeList(
  tasks: readonly Task[],
  list: readonly ListedTask[],
  options: MergeOptions,
): MergePlan {
  const present = new Map(tasks.map((task) => [task.id, task]));
  const listed = new Map(list.map((item) => [item.draft.id, item]));
  const merged: Lists = {
    added: [],
    duplicates: [],
    updated: [],
    closed: [],
    reopened: [],
    unchanged: [],
    finished: [],
    foreign: [],
  };
  const problems: ListProblem[] = [];
  const additions: Task[] = [];
  const changes: TaskChange[] = [];
  for (const item of list) {
    const needs = neededBy(item, present, listed, problems);
    const wanted = taskOf({ ...item.draft, needs, origin: item.draft.origin ?? options.origin });
    const task = present.get(wanted.id);
    if (task === undefined) {
      if (isOver(item)) merged.finished.push(wanted.id);
      else additions.push(item.state === 'blocked' ? { ...wanted, state: 'blocked' } : wanted);
    } else if (task.origin !== wanted.origin) {
      merged.foreign.push(wanted.id);
    } else {
      const { changed, as } = updated(task, item, wanted, options);
      merged[as].push(wanted.id);
      if (changed !== task) changes.push({ task: changed });
    }
  }
  for (const { task } of addTasks(
    tasks,
    additions.map((draft) => ({ draft })),
  )) {
    const blocked = additions.some(({ id, state }) => id === task.id && state === 'blocked');
    changes.push({ task: blocked ? { ...task, state: 'blocked' } : task });
    merged[task.duplicateOf === undefined ? 'added' : 'duplicates'].push(task.id);
  }
  problems.push(...circles(list, changes, tasks));
  return { changes: problems.length > 0 ? [] : changes, merged, problems };
}

const isOver = ({ state }: { readonly state: TaskState }): boolean =>
  state !== 'open' && state !== 'claimed' && state !== 'blocked';

/** What it needs, without what the list says is done and nobody here knows. */
function neededBy(
  { draft, where }: ListedTask,
  present: ReadonlyMap<string, Task>,
  listed: ReadonlyMap<string, ListedTask>,
  problems: ListProblem[],
): string[] {
  const needs = draft.needs ?? [];
  for (const id of needs)
    if (!present.has(id) && !listed.has(id))
      problems.push({ where, reason: `needs \`${id}\`, which is neither here nor in the list` });
  return needs.filter((id) => present.has(id) || (listed.has(id) && !isOver(listed.get(id)!)));
}

/** The task as the list has it. What the list doesn't say, and what was learned here, stays. */
function updated(
  task: Task,
  item: ListedTask,
  wanted: Task,
  options: MergeOptions,
): { changed: Task; as: 'updated' | 'closed' | 'reopened' | 'unchanged' } {
  if (isOver(item)) {
    if (isOver(task)) return { changed: task, as: 'unchanged' };
    const to = item.state === 'landed' && task.state === 'blocked' ? 'superseded' : item.state;
    const reason = item.draft.reason ?? `done according to ${options.origin}`;
    return { changed: moveTask(task, to, reason), as: 'closed' };
  }
  const said = Object.keys(item.draft) as (keyof Task)[];
  const kept = new Set<keyof Task>(['id', 'attempts', 'reason', 'duplicateOf']);
  const fields = Object.fromEntries(said.filter((key) => !kept.has(key)).map((key) => [key, wanted[key]]));
  const next: Task = { ...task, ...fields };
  if (options.reopen && item.state === 'open' && isOver(task) && task.duplicateOf === undefined)
    return { changed: moveTask(next, 'open'), as: 'reopened' };
  const same = said.every((key) => kept.has(key) || JSON.stringify(task[key]) === JSON.stringify(next[key]));
  return same ? { changed: task, as: 'unchanged' } : { changed: next, as: 'updated' };
}

/** Listed tasks that can never be begun, since they need themselves in the end. Takes away what can be done, again and again. */
function circles(
  list: readonly ListedTask[],
  changes: readonly TaskChange[],
  tasks: readonly Task[],
): ListProblem[] {
  const byId = new Map([...tasks, ...changes.map(({ task }) => task)].map((task) => [task.id, task]));
  const waiting = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const { id, needs } of byId.values()) {
    const known = [...new Set(needs)].filter((need) => byId.has(need));
    waiting.set(id, known.length);
    for (const need of known) neededBy.set(need, [...(neededBy.get(need) ?? []), id]);
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waiting.delete(id);
    for (const other of neededBy.get(id) ?? []) {
      const left = waiting.get(other)! - 1;
      waiting.set(other, left);
      if (left === 0) free.push(other);
    }
  }
  return list
    .filter(({ draft }) => waiting.has(draft.id))
    .map(({ draft, where }) => ({
      where,
      reason: `\`${draft.id}\` can never be begun: its needs go round in a circle`,
    }));
}
