// Which task is meant: ids may be cut to any beginning that only one task has.

import { EXIT, isTaskId, SwarmError, type Task } from '@swarm/core';
import { nearestName } from '@swarm/host';
import type { Hub } from '@swarm/tasks';
import { oneLine } from '../terminal/line.js';

const MOST_NAMED = 6;

/** The task that is meant. Throws `task-unknown` and `task-ambiguous` (exit 2). */
export async function findTask({ store }: Pick<Hub, 'store'>, given: string): Promise<Task> {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(given)) throw unknown(given, []);
  const exact = isTaskId(given) ? await store.get(given) : undefined;
  if (exact !== undefined) return exact;
  const tasks = await store.list();
  return onlyOne(given, tasks, ({ id }) => id);
}

/** The item whose id is given, or the only one whose id begins so. */
export function onlyOne<T>(given: string, items: readonly T[], idOf: (item: T) => string): T {
  const whole = items.find((item) => idOf(item) === given);
  if (whole !== undefined) return whole;
  const found = items.filter((item) => idOf(item).startsWith(given));
  if (found.length === 0) throw unknown(given, items.map(idOf));
  if (found.length === 1) return found[0]!;
  throw new SwarmError(`task ${shown(given)}: begins ${found.length} ids: ${named(found.map(idOf))}`, {
    code: 'task-ambiguous',
    exit: EXIT.usage,
    hint: 'give more of the id',
  });
}

function unknown(given: string, known: readonly string[]): SwarmError {
  const near = nearestName(given, known);
  return new SwarmError(`task ${shown(given)}: there is none`, {
    code: 'task-unknown',
    exit: EXIT.usage,
    hint: near === undefined ? '`swarm task list --state all` shows all' : `did you mean ${near}?`,
  });
}

/** A word as it was typed, safe to print. */
export const shown = (given: string): string => oneLine(JSON.stringify(given), 80);

/** A few ids, and how many more. */
export const named = (ids: readonly string[]): string =>
  ids.length <= MOST_NAMED
    ? ids.join(', ')
    : `${ids.slice(0, MOST_NAMED - 1).join(', ')} and ${ids.length - MOST_NAMED + 1} more`;
