// `swarm task show`: all that is known of one task.

import { EXIT, SwarmError } from '@swarm/core';
import { count } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { type TaskEntry, taskDocument, taskEntry } from './document.js';
import { findTask } from './find.js';
import type { Session } from './session.js';

export async function showTask({ hub }: Session, given: string, full: boolean): Promise<Told> {
  const task = await findTask(hub, given);
  const claim = (await hub.claims.list()).find((it) => it.task === task.id);
  const entry = taskEntry(task, claim);
  return {
    document: taskDocument(entry),
    lines: full ? [...factLines(entry), ...entry.body.split('\n')] : taskLines(entry, 8),
    exit: EXIT.done,
    unlimited: full,
  };
}

/** The bytes of a file that comes with a task. */
export async function attachmentOf({ hub }: Session, given: string, name: string): Promise<Uint8Array> {
  const task = await findTask(hub, given);
  const bytes = await hub.store.attachment(task.id, name);
  if (bytes !== undefined) return bytes;
  const known = task.attachments.length === 0 ? 'it has none' : `it has ${task.attachments.join(', ')}`;
  throw new SwarmError(`task ${task.id}: there is no attachment ${JSON.stringify(name.slice(0, 80))}`, {
    code: 'no-attachment',
    exit: EXIT.usage,
    hint: known,
  });
}

/** A task in at most so many lines: its facts, then as much of its body as fits. */
export function taskLines(entry: TaskEntry, most: number): string[] {
  const facts = factLines(entry).slice(0, most);
  const body = entry.body.split('\n').filter((line) => line.trim() !== '');
  const room = most - facts.length;
  if (body.length <= room) return [...facts, ...body];
  const kept = body.slice(0, Math.max(0, room - 1));
  return [
    ...facts,
    ...kept,
    `${count(body.length - kept.length, 'line')} more: swarm task show --full ${entry.id}`,
  ];
}

function factLines(entry: TaskEntry): string[] {
  const { id, title, state, reason, claim, attempts } = entry;
  const last = attempts.at(-1);
  const list = (name: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${name}: ${items.join(', ')}`];
  return [
    `${id}: ${title}`,
    [
      `${state}${reason === undefined ? '' : `: ${reason}`}`,
      ...(claim === undefined ? [] : [`held by ${claim.holder}${claim.expired ? ', expired' : ''}`]),
      ...(entry.priority === 0 ? [] : [`priority ${entry.priority}`]),
      ...(entry.duplicateOf === undefined ? [] : [`same as ${entry.duplicateOf}`]),
      ...new Set([...(entry.kind === 'task' ? [] : [entry.kind]), ...entry.labels]),
    ].join(', '),
    ...list('needs', entry.needs),
    ...(entry.verify === undefined ? [] : [`verify: ${entry.verify}`]),
    ...(entry.reproduce === undefined ? [] : [`reproduce: ${entry.reproduce}`]),
    ...list('members', entry.members),
    ...list('touches', entry.touches),
    ...list('attachments', entry.attachments),
    ...(last === undefined
      ? []
      : [
          `${count(attempts.length, 'attempt')}; last: ${last.agent} ${last.outcome}${last.note === undefined ? '' : `: ${last.note}`}`,
        ]),
  ];
}
