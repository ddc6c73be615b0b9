// Task lists in JSON: an array of titles, of objects with the fields of a task, or of both; or our own export, which
// holds such an array under `tasks`.

import type { TaskDraft } from '../task.js';
import { isRecord, readFields, writtenFields } from './fields.js';
import {
  asTitle,
  type ListedTask,
  type ListProblem,
  named,
  type TaskList,
  type UnnamedTask,
} from './listed.js';

/** Read a list that is parsed already. Problems name places as `$[2].title`. */
export function readJsonList(value: unknown): TaskList {
  const [items, root] =
    isRecord(value) && Array.isArray(value.tasks) ? [value.tasks, '$.tasks'] : [value, '$'];
  if (!Array.isArray(items)) {
    const reason =
      'must be a list of titles or of objects with a title, or an object with such a list as `tasks`';
    return { tasks: [], problems: [{ where: root, reason }], skipped: [] };
  }
  const problems: ListProblem[] = [];
  const tasks: UnnamedTask[] = [];
  items.forEach((item: unknown, index) => {
    const where = `${root}[${index}]`;
    const read = readItem(item, where);
    problems.push(...read.problems);
    if (read.task !== undefined) tasks.push(read.task);
  });
  const list = named(tasks);
  return { tasks: list.tasks, problems: [...problems, ...list.problems], skipped: [] };
}

function readItem(item: unknown, where: string): { task?: UnnamedTask; problems: readonly ListProblem[] } {
  if (typeof item === 'string') {
    const title = asTitle(item);
    if (title === '') return { problems: [{ where, reason: 'is an empty title' }] };
    return { task: { draft: { title }, state: 'open', where }, problems: [] };
  }
  if (!isRecord(item)) return { problems: [{ where, reason: 'must be a title or an object with a title' }] };
  const { fields, state = 'open', problems } = readFields(item, where);
  const { title } = fields;
  if (title !== undefined) return { task: { draft: { ...fields, title }, state, where }, problems };
  const missing = item.title === undefined || item.title === null;
  return { problems: missing ? [...problems, { where, reason: 'has no `title`' }] : problems };
}

/** The objects to write for tasks; what equals its default is left out. Reading them gives the same drafts. */
export const jsonListOf = (tasks: readonly Pick<ListedTask, 'draft' | 'state'>[]): unknown[] =>
  tasks.map(({ draft, state }) => writtenFields(draft satisfies TaskDraft, state));
