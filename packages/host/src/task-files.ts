// Tasks in a plain folder, for where there is no git hub: `tasks.json` holds all tasks, and is replaced as a whole;
// attachments lie beside it, in `files/`, under names that only a finished `tasks.json` points to. Who reads sees one
// state or the next; who writes holds a lock that survives kill -9.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Attachment,
  EXIT,
  isAttachmentName,
  readTask,
  SwarmError,
  type Task,
  type TaskChange,
  type TaskStore,
  taskText,
} from '@swarm/core';
import { writeFileAtomic } from './atomic-file.js';
import { makeFolder } from './folder.js';
import { withLock } from './lock.js';
import { removeTree } from './work-dir.js';

const SCHEMA = 'swarm.task-store/1';

/** A task and the folder of its files, relative to the store's; '' where it has none. */
interface Kept {
  readonly task: Task;
  readonly files: string;
}

/** The store in a folder, which is made when there is something to keep. Throws `tasks-unreadable` (exit 3). */
export function openTaskFiles(folder: string): TaskStore {
  const index = join(folder, 'tasks.json');
  return {
    list: async () => (await readIndex(index)).map(({ task }) => task),
    async attachment(id, name) {
      const kept = (await readIndex(index)).find(({ task }) => task.id === id);
      if (kept === undefined || !kept.task.attachments.includes(name)) return undefined;
      return readFile(join(folder, kept.files, name));
    },
    async change(decide) {
      makeFolder(folder, 'task folder');
      await withLock(join(folder, 'lock'), async () => {
        const before = await readIndex(index);
        const changes = decide(before.map(({ task }) => task));
        if (changes.length === 0) return;
        const after = await changed(folder, before, changes);
        await writeFileAtomic(index, indexText(after));
        await sweep(folder, after);
      });
    },
  };
}

async function readIndex(index: string): Promise<Kept[]> {
  let text: string;
  try {
    text = await readFile(index, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(index, (error as Error).message);
  }
  try {
    const { schema, tasks } = JSON.parse(text) as {
      schema: string;
      tasks: { task: unknown; files: string }[];
    };
    if (schema !== SCHEMA) throw new Error(`its schema is not ${SCHEMA}`);
    return tasks.map(({ task, files }) => {
      const read = readTask(JSON.stringify(task));
      if (read.kind === 'garbage') throw new Error(read.reason);
      if (files !== '' && !isAttachmentName(files)) throw new Error(`files in ${JSON.stringify(files)}`);
      return { task: read.task, files };
    });
  } catch (error) {
    throw unreadable(index, (error as Error).message);
  }
}

const unreadable = (index: string, reason: string): SwarmError =>
  new SwarmError(`tasks ${index}: ${reason}`, {
    code: 'tasks-unreadable',
    exit: EXIT.environment,
    hint: 'mend the file, or move it away to begin anew',
  });

const indexText = (kept: readonly Kept[]): string => {
  const tasks = kept.map(({ task, files }) => ({ files, task: JSON.parse(taskText(task)) }));
  return `${JSON.stringify({ schema: SCHEMA, tasks }, undefined, 1)}\n`;
};

async function changed(folder: string, before: readonly Kept[], changes: readonly TaskChange[]) {
  const kept = new Map(before.map((each) => [each.task.id, each]));
  for (const { task, attachments } of changes) {
    const old = kept.get(task.id);
    const files =
      attachments === undefined ? (old?.files ?? '') : await keepFiles(folder, task.id, attachments);
    const names = attachments?.map(({ name }) => name) ?? old?.task.attachments ?? [];
    kept.set(task.id, { task: { ...task, attachments: names }, files });
  }
  return [...kept.values()].sort((a, b) => (a.task.id < b.task.id ? -1 : 1));
}

/** Write a task's files into a folder named by their content; its path, relative to the store's. */
async function keepFiles(folder: string, id: string, attachments: readonly Attachment[]): Promise<string> {
  if (attachments.length === 0) return '';
  const hash = createHash('sha256');
  for (const { name, bytes } of attachments) {
    if (!isAttachmentName(name))
      throw new SwarmError(
        `attachment ${JSON.stringify(name)} of ${id}: not a name for a file beside a task`,
        {
          code: 'bad-attachment',
          exit: EXIT.usage,
          hint: 'relative, of plain segments',
        },
      );
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  const files = `files/${id}-${hash.digest('hex').slice(0, 12)}`;
  for (const { name, bytes } of attachments) {
    const path = join(folder, files, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, bytes);
  }
  return files;
}

/** Remove files that no task has any more, of killed writers too. */
async function sweep(folder: string, kept: readonly Kept[]): Promise<void> {
  const wanted = new Set(kept.map(({ files }) => files));
  for (const name of await readdir(join(folder, 'files')).catch(() => [] as string[]))
    if (!wanted.has(`files/${name}`)) await removeTree(join(folder, 'files', name));
}
