// `swarm task add`: one task, from flags.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import {
  type Attachment,
  addTasks,
  asTitle,
  EXIT,
  idFromWords,
  isTaskId,
  SwarmError,
  type TaskDraft,
} from '@swarm/core';
import type { Told } from '../terminal/told.js';
import { taskDocument } from './document.js';
import { findTask } from './find.js';
import type { Session } from './session.js';

/** The flags of `swarm task add`, as typed. */
export interface AddFlags {
  readonly id?: string | undefined;
  readonly body?: string | undefined;
  readonly 'body-file'?: string | undefined;
  readonly verify?: string | undefined;
  readonly reproduce?: string | undefined;
  readonly kind?: string | undefined;
  readonly priority?: number | undefined;
  readonly label?: readonly string[] | undefined;
  readonly needs?: readonly string[] | undefined;
  readonly touches?: readonly string[] | undefined;
  readonly member?: readonly string[] | undefined;
  readonly fingerprint?: string | undefined;
  readonly attach?: readonly string[] | undefined;
}

/** Add it. An id that is taken is an error when it was given; one made from the title gets a number. */
export async function addTask(session: Session, words: string, flags: AddFlags): Promise<Told> {
  const { store } = session.hub;
  const draft = await draftOf(session, words, flags);
  const attachments = await attachmentsFrom(flags.attach ?? []);
  const files = attachments.length > 0 ? { attachments } : {};
  let id = draft.id;
  await store.change((tasks) => {
    id = flags.id ?? freeId(draft.id, new Set(tasks.map((task) => task.id)));
    return addTasks(tasks, [{ draft: { ...draft, id }, ...files }]);
  });
  const task = (await store.get(id))!;
  const same =
    task.duplicateOf === undefined ? '' : `; the same work as ${task.duplicateOf}, so it is not offered`;
  return {
    document: taskDocument(task),
    lines: [`ADDED ${task.id}: ${task.title}${same}`],
    exit: EXIT.done,
  };
}

async function draftOf(session: Session, words: string, flags: AddFlags): Promise<TaskDraft> {
  const title = asTitle(words);
  if (title === '') throw usage('title: is empty', 'say in one line what is to be done');
  if (flags.id !== undefined && !isTaskId(flags.id))
    throw usage(
      `--id ${JSON.stringify(flags.id.slice(0, 80))}: not an id`,
      'lower-case letters, digits and hyphens, at most 64',
    );
  const needs: string[] = [];
  for (const given of flags.needs ?? []) needs.push((await findTask(session.hub, given)).id);
  const file = flags['body-file'];
  const body = file === undefined ? flags.body : await bodyFrom(file);
  const given = {
    body,
    verify: flags.verify,
    reproduce: flags.reproduce,
    kind: flags.kind,
    priority: flags.priority,
    labels: flags.label,
    touches: flags.touches,
    members: flags.member,
    fingerprint: flags.fingerprint,
    needs: needs.length > 0 ? needs : undefined,
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { id: flags.id ?? idFromWords(title), title, ...Object.fromEntries(present) };
}

const bodyFrom = async (file: string): Promise<string> =>
  file === '-' ? textOf(process.stdin) : Buffer.from(await bytesOf('--body-file', file)).toString('utf8');

async function attachmentsFrom(files: readonly string[]): Promise<Attachment[]> {
  const names = files.map((file) => basename(file));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usage(`--attach: two files are named ${twice}`, 'rename one of them');
  return Promise.all(
    files.map(async (file) => ({ name: basename(file), bytes: await bytesOf('--attach', file) })),
  );
}

async function bytesOf(flag: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(
      `${flag} ${file}: ${code === 'ENOENT' ? 'no such file' : message}`,
      'name a file that can be read',
    );
  }
}

const LONGEST = 64;

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? '' : `-${number}`;
    const next = `${id.slice(0, LONGEST - ending.length)}${ending}`;
    if (!taken.has(next)) return next;
  }
}

const usage = (message: string, hint: string): SwarmError =>
  new SwarmError(message, { code: 'bad-task', exit: EXIT.usage, hint });
