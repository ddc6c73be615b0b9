// `swarm task list`: which tasks there are, those that are not over unless asked for more.

import { EXIT, type Lease, TASK_STATES, type Task, type TaskHead, type TaskState } from '@swarm/core';
import { count } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { type EntryOf, taskEntries } from './document.js';
import { meant } from './own-leases.js';
import type { Session } from './session.js';
import { refreshView } from './view.js';

export interface ListFilter {
  /** `active` are those that are not over. */
  readonly state: TaskState | 'active' | 'all';
  readonly kind?: string;
  readonly label?: string;
  /** In the id, the title or the body; case doesn't count. */
  readonly text?: string;
  /** Only what this agent holds in this working copy. */
  readonly mine: boolean;
}

/** Rows that are printed, with the last line, unless more are asked for. */
const ROWS = 9;

/** `whole`: the document will be read, which has the tasks with all that they say. */
export async function listTasks(
  session: Session,
  filter: ListFilter,
  limit: number | undefined,
  whole: boolean,
): Promise<Told> {
  const view = whole || filter.text !== undefined ? await lookAtAll(session) : await session.hub.glance();
  const own = meant(session, view.own);
  const all: readonly ListEntry[] = taskEntries(view.heads, view.claims);
  await refreshView(session, all);
  const found = all.filter((entry) => matches(entry, filter, own)).sort(inOrder);
  const rows = found.slice(0, limit ?? ROWS - Math.min(1, view.broken.length));
  const more = found.length - rows.length;
  const counts = countStates(all);
  return {
    document: {
      schema: 'swarm.tasks/1',
      tasks: limit === undefined ? found : rows,
      total: found.length,
      counts,
      broken: view.broken,
    },
    lines: [
      ...rows.map(rowOf),
      ...(view.broken.length > 0 ? [brokenLine(view.broken)] : []),
      [
        stateCounts(counts, all.length),
        ...(found.length < all.length ? [`${found.length} match`] : []),
        ...(more > 0 ? [`${more} not shown: --limit ${found.length}`] : []),
      ].join('; '),
    ],
    exit: EXIT.done,
    unlimited: limit !== undefined,
  };
}

type ListEntry = EntryOf<TaskHead & Partial<Pick<Task, 'body'>>>;

async function lookAtAll({ hub }: Session) {
  const { tasks, ...rest } = await hub.look();
  return { ...rest, heads: tasks };
}

function matches(entry: ListEntry, filter: ListFilter, own: readonly Lease[]): boolean {
  const { state, kind, label, text, mine } = filter;
  const active = entry.state === 'open' || entry.state === 'claimed' || entry.state === 'blocked';
  return (
    (state === 'all' || (state === 'active' ? active : entry.state === state)) &&
    (kind === undefined || entry.kind === kind) &&
    (label === undefined || entry.labels.includes(label)) &&
    (text === undefined || wordsOf(entry).includes(text.toLowerCase())) &&
    (!mine || own.some(({ task }) => task === entry.id))
  );
}

const wordsOf = ({ id, title, body = '' }: ListEntry): string => `${id}\n${title}\n${body}`.toLowerCase();

const RANK: readonly TaskState[] = ['claimed', 'open', 'blocked', 'landed', 'superseded', 'withdrawn'];

const inOrder = (a: ListEntry, b: ListEntry): number =>
  RANK.indexOf(a.state) - RANK.indexOf(b.state) || b.priority - a.priority || (a.id < b.id ? -1 : 1);

function rowOf(entry: ListEntry): string {
  const { id, state, title, priority, claim, duplicateOf } = entry;
  const notes = [
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(claim === undefined ? [] : [`${claim.expired ? 'expired, was ' : ''}${claim.holder}`]),
    ...(duplicateOf === undefined ? [] : [`same as ${duplicateOf}`]),
  ];
  return `${state} ${id}: ${title}${notes.length > 0 ? ` [${notes.join(', ')}]` : ''}`;
}

type StateCounts = Readonly<Record<TaskState, number>>;

function countStates(entries: readonly ListEntry[]): StateCounts {
  const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
  for (const { state } of entries) counts[state] += 1;
  return counts;
}

function stateCounts(counts: StateCounts, total: number): string {
  const parts = Object.entries(counts).filter(([, n]) => n > 0);
  const states = parts.map(([state, n]) => `${n} ${state}`).join(', ');
  return parts.length === 0 ? 'no tasks' : `${count(total, 'task')}: ${states}`;
}

const brokenLine = (broken: readonly { file: string; reason: string }[]): string =>
  `note: ${count(broken.length, 'file')} in the store can't be read as tasks: ${broken[0]!.file}: ${broken[0]!.reason}`;
