// The layout of files that people know: `current_tasks/<name>.txt` says that a task is worked on, `tasks/<name>.md` what it is.
// Pure: names and texts only.
//
// Names are kept as they are, so that agents which only know files see what they wrote; a name that is no id stands for the
// id made of its words. What swarm writes in a claim file is for people in its first lines and for us in its last one.

import { createHash, randomUUID } from 'node:crypto';
import {
  type Claim,
  idFromWords,
  isTaskId,
  markdownListOf,
  type ReadTask,
  readMarkdownList,
  type Task,
  taskOf,
} from '@swarm/core';

export const CLAIMS = 'current_tasks';
export const TASKS = 'tasks';

export const claimPath = (id: string): string => `${CLAIMS}/${id}.txt`;
export const taskPath = (id: string): string => `${TASKS}/${id}.md`;
export const attachmentFolder = (id: string): string => `${TASKS}/${id}`;

/** The id that a file stands for; undefined for files that are neither claims nor tasks. */
export function idOfPath(path: string, folder: typeof CLAIMS | typeof TASKS): string | undefined {
  const ending = folder === CLAIMS ? '.txt' : '.md';
  if (!path.startsWith(`${folder}/`) || !path.endsWith(ending)) return undefined;
  const name = path.slice(folder.length + 1, -ending.length);
  if (name === '' || name.includes('/') || name.startsWith('.')) return undefined;
  if (folder === TASKS && name.toLowerCase() === 'readme') return undefined;
  return isTaskId(name) ? name : idFromWords(name);
}

/** The text of a claim, one that no other claim has. */
export function claimText(claim: Claim, title: string): string {
  const { task, holder, ttlMs, base } = claim;
  const said = { schema: 'swarm.claim/1', task, holder, ttlMs, ...(base === undefined ? {} : { base }) };
  const line = title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return `${line}\nheld by: ${holder}\nclaim: ${JSON.stringify({ ...said, nonce: randomUUID() })}\n`;
}

/** Nobody's claim holds a task for longer than this without a sign of life, whatever it says. */
const LONGEST_TTL_MS = 7 * 24 * 60 * 60_000;

/** What a claim file of ours says; undefined for one that somebody wrote by hand. */
export function readClaimText(task: string, text: string): Claim | undefined {
  const line = /^claim: (\{.*\})$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  try {
    const { holder, ttlMs, base } = JSON.parse(line) as Record<string, unknown>;
    if (typeof holder !== 'string' || typeof ttlMs !== 'number' || !(ttlMs > 0)) return undefined;
    const from = typeof base === 'string' ? { base } : {};
    return { task, holder: holder.slice(0, 200), ttlMs: Math.min(ttlMs, LONGEST_TTL_MS), ...from };
  } catch {
    return undefined;
  }
}

/** The text of a task: a list of one, that reads well and says everything. */
export function taskFileText({ state, attachments: _, ...draft }: Task): string {
  return markdownListOf([{ draft, state: state === 'claimed' ? 'open' : state }], draft.id);
}

const LONGEST_BYTES = 1024 * 1024;

/** The task of a file: the one box in it, or, written freely, its first line as the title and all of it as the body. */
export function readTaskFile(id: string, bytes: Uint8Array): ReadTask {
  if (bytes.length > LONGEST_BYTES) return garbage('it is longer than 1 MiB');
  const text = Buffer.from(bytes).toString('utf8');
  if (text.includes('\0')) return garbage('it is no text');
  const { tasks, problems } = readMarkdownList(text);
  const [only, ...more] = tasks;
  if (only === undefined || more.length > 0)
    return freeTask(id, text, tasks.length > 0 && tasks.every(isDone));
  if (problems.length > 0) return garbage(`${problems[0]!.where}: ${problems[0]!.reason}`);
  return { kind: 'task', task: { ...taskOf({ ...only.draft, id }), state: only.state } };
}

const garbage = (reason: string): ReadTask => ({ kind: 'garbage', reason });

const isDone = ({ state }: { readonly state: string }): boolean => state === 'landed';

function freeTask(id: string, text: string, done: boolean): ReadTask {
  const line = text.split('\n').find((it) => it.trim() !== '') ?? '';
  const title = line
    .replace(/^[#\s]+/, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const task = taskOf({ id, title: title === '' ? id : title, body: text.trim() });
  return { kind: 'task', task: done ? { ...task, state: 'landed' } : task };
}

/** The name that git gives a blob, in the repository's hash. */
export const blobId = (text: string, format: 'sha1' | 'sha256'): string =>
  createHash(format)
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex');
