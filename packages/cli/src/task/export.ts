// `swarm task export`: the tasks as a list that `swarm task import` reads back. Attachments stay in the store.

import { jsonListOf, type ListedState, markdownListOf, type Task } from '@swarm/core';
import type { Session } from './session.js';

export type ExportFormat = 'markdown' | 'json';

/** The text of the list: ids in order, so that two exports of the same tasks are the same. */
export async function exportTasks(
  { hub }: Pick<Session, 'hub'>,
  format: ExportFormat,
  state: ListedState | 'active' | 'all',
): Promise<string> {
  const tasks = [...(await hub.store.list())].filter((task) => wanted(task, state));
  const items = tasks.sort((a, b) => (a.id < b.id ? -1 : 1)).map(listed);
  if (format === 'markdown') return markdownListOf(items).trimEnd();
  return JSON.stringify({ schema: 'swarm.list/1', tasks: jsonListOf(items) }, undefined, 2);
}

const wanted = ({ state }: Task, which: ListedState | 'active' | 'all'): boolean =>
  which === 'all' || (which === 'active' ? state === 'open' || state === 'blocked' : state === which);

function listed({ state, attachments: _, ...draft }: Task) {
  return { draft, state: state === 'claimed' ? 'open' : state } as const;
}
