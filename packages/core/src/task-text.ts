// A task as text: one JSON document, `swarm.task/1`, the same bytes for the same task. What is read was written by anyone
// who may push to the hub, so every field is checked, and text that is no task is a value that says why.

import { isTaskId, TASK_STATES, type Task } from './task.js';

const SCHEMA = 'swarm.task/1';

/** The text of a task: a line a field, in a fixed order, with a newline at the end. */
export function taskText(task: Task): string {
  const ordered = FIELDS.flatMap(({ name }) => (task[name] === undefined ? [] : [[name, task[name]]]));
  return `${JSON.stringify({ schema: SCHEMA, ...Object.fromEntries(ordered) }, undefined, 1)}\n`;
}

export type ReadTask =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'garbage'; readonly reason: string };

/** The task that a text says. Fields that this version doesn't know are dropped. */
export function readTask(text: string): ReadTask {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return garbage('it is no JSON');
  }
  if (!isRecord(value)) return garbage('it is no object');
  if (value.schema !== SCHEMA) return garbage(`its schema is not ${SCHEMA}`);
  const task: Record<string, unknown> = {};
  for (const { name, holds, absent } of FIELDS) {
    const found = value[name] ?? absent;
    if (found === undefined) continue;
    if (!holds(found)) return garbage(`\`${name}\` is not what it must be`);
    task[name] = found;
  }
  const missing = REQUIRED.find((name) => task[name] === undefined);
  return missing === undefined
    ? { kind: 'task', task: task as unknown as Task }
    : garbage(`\`${missing}\` is missing`);
}

const garbage = (reason: string): ReadTask => ({ kind: 'garbage', reason });

/** A name for a file beside a task: relative, of plain segments, nothing of git's own. */
export const isAttachmentName = (name: string): boolean =>
  name.length <= 200 &&
  name
    .split('/')
    .every((part) => /^[A-Za-z0-9_+,@=-][A-Za-z0-9._+,@=-]*$/.test(part) && !/\.lock$/.test(part));

type Check = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isLine: Check = (value) => typeof value === 'string' && !/[\r\n\0]/.test(value);
const isId: Check = (value) => typeof value === 'string' && isTaskId(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isAttempt: Check = (value) =>
  isRecord(value) &&
  isText(value.agent) &&
  isText(value.outcome) &&
  (value.note === undefined || isText(value.note)) &&
  (value.touched === undefined || listOf(isText)(value.touched)) &&
  (value.at === undefined || isText(value.at));

interface Field {
  readonly name: keyof Task;
  readonly holds: Check;
  /** What stands for a field that isn't there. */
  readonly absent?: unknown;
}

const FIELDS: readonly Field[] = [
  { name: 'id', holds: isId },
  { name: 'title', holds: isLine },
  {
    name: 'state',
    holds: (value) => value !== 'claimed' && (TASK_STATES as readonly unknown[]).includes(value),
  },
  { name: 'priority', holds: (value) => typeof value === 'number' && Number.isFinite(value), absent: 0 },
  { name: 'kind', holds: isLine, absent: 'task' },
  { name: 'body', holds: isText, absent: '' },
  { name: 'reproduce', holds: isText },
  { name: 'verify', holds: isText },
  { name: 'members', holds: listOf(isText), absent: [] },
  { name: 'fingerprint', holds: isText },
  { name: 'origin', holds: isText },
  { name: 'needs', holds: listOf(isId), absent: [] },
  { name: 'touches', holds: listOf(isText), absent: [] },
  { name: 'labels', holds: listOf(isText), absent: [] },
  { name: 'attempts', holds: listOf(isAttempt), absent: [] },
  { name: 'duplicateOf', holds: isId },
  { name: 'reason', holds: isText },
  {
    name: 'attachments',
    holds: listOf((name) => typeof name === 'string' && isAttachmentName(name)),
    absent: [],
  },
];

const REQUIRED: readonly (keyof Task)[] = ['id', 'title', 'state'];
