// The fields of a task as they stand in JSON: checked one by one, with every problem told, never only the first.

import type { Attempt, TaskDraft } from '../task.js';
import { isTaskId, TASK_STATES } from '../task.js';
import { asTitle, ID_RULE, type ListedState, type ListProblem } from './listed.js';

type Fields = Partial<Omit<TaskDraft, 'title'>> & { title?: string };

/** What an object said: its fields, and its state where it gave one. */
export interface ReadFields {
  readonly fields: Fields;
  readonly state?: ListedState;
  readonly problems: readonly ListProblem[];
}

/** A check of one value: the value to keep, or what it must be. */
type Check = (value: unknown) => { readonly value: unknown } | { readonly must: string };

const ok = (value: unknown) => ({ value });
const text: Check = (value) => (typeof value === 'string' ? ok(value) : { must: 'must be text' });
const line: Check = (value) =>
  typeof value === 'string' && asTitle(value) !== ''
    ? ok(asTitle(value))
    : { must: 'must be a line of text' };
const id: Check = (value) => (typeof value === 'string' ? ok(value) : { must: `must be text: ${ID_RULE}` });
const reference: Check = (value) =>
  typeof value === 'string' && isTaskId(value) ? ok(value) : { must: `must be a task's id: ${ID_RULE}` };
const whole: Check = (value) =>
  Number.isSafeInteger(value) ? ok(value) : { must: 'must be a whole number' };

const listOf =
  (check: Check, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => 'value' in check(item))
      ? ok(value.map((item) => (check(item) as { value: unknown }).value))
      : { must: `must be a list of ${what}` };

const attempt: Check = (value) => {
  if (!isRecord(value)) return { must: 'must be an attempt' };
  const { agent, outcome, note, touched, at } = value as { [key in keyof Attempt]: unknown };
  const optional = (it: unknown) => it === undefined || typeof it === 'string';
  const paths = touched === undefined || 'value' in listOf(text, 'paths')(touched);
  const holds = typeof agent === 'string' && typeof outcome === 'string' && optional(note) && optional(at);
  return holds && paths ? ok(value) : { must: 'must be an attempt' };
};

const CHECKS: Readonly<Record<keyof Fields, Check>> = {
  id,
  title: line,
  priority: whole,
  body: text,
  reproduce: line,
  verify: line,
  members: listOf(text, 'texts'),
  kind: line,
  fingerprint: text,
  origin: text,
  needs: listOf(reference, 'task ids'),
  touches: listOf(text, 'paths'),
  labels: listOf(line, 'words'),
  attempts: listOf(attempt, 'attempts ({agent, outcome, note, touched, at})'),
  duplicateOf: reference,
  reason: text,
};

/** Keys of our own documents that say nothing of the draft. */
const PASSED_OVER = ['schema', 'attachments', 'claim', 'offered'];

/** Read an object's fields; `where` is its place in the list (`$[2]`). */
export function readFields(value: Readonly<Record<string, unknown>>, where: string): ReadFields {
  const fields: Record<string, unknown> = {};
  const problems: ListProblem[] = [];
  let state: ListedState | undefined;
  for (const [key, it] of Object.entries(value)) {
    if (it === undefined || it === null || PASSED_OVER.includes(key)) continue;
    if (key === 'state') {
      if (TASK_STATES.includes(it as ListedState))
        state = (it as string) === 'claimed' ? 'open' : (it as ListedState);
      else problems.push({ where: `${where}.state`, reason: `must be one of ${TASK_STATES.join(', ')}` });
      continue;
    }
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof Fields] : undefined;
    if (check === undefined) {
      const known = [...Object.keys(CHECKS), 'state'];
      problems.push({ where, reason: `unknown key \`${asTitle(key)}\``, unknownKey: { key, known } });
      continue;
    }
    const checked = check(it);
    if ('value' in checked) fields[key] = checked.value;
    else problems.push({ where: `${where}.${key}`, reason: checked.must });
  }
  return { fields: fields as Fields, problems, ...(state === undefined ? {} : { state }) };
}

/** The fields of a draft that differ from their defaults, in a fixed order: what has to be written down. */
export function writtenFields(draft: TaskDraft, state: ListedState): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const key of Object.keys(CHECKS) as (keyof Fields)[]) {
    const value = draft[key];
    const isDefault =
      value === undefined ||
      (Array.isArray(value) && value.length === 0) ||
      (key === 'priority' && value === 0) ||
      (key === 'body' && value === '') ||
      (key === 'kind' && value === 'task');
    if (!isDefault) written[key] = value;
  }
  if (state !== 'open') written.state = state;
  return written;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
