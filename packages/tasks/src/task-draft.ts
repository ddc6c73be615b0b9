// Making the next commit of the tasks, in one process that touches no working tree and no index: `git fast-import`.

import {
  EXIT,
  isAttachmentName,
  readTask,
  SwarmError,
  type Task,
  type TaskChange,
  taskText,
} from '@swarm/core';
import { createWorkDir, type WorkDir } from '@swarm/host';
import { localProblem } from './git-problem.js';
import type { HubRepository } from './repository.js';
import { taskFile, taskFolder } from './task-tree.js';

/** A commit that no ref at the hub has yet. */
interface Draft {
  readonly commit: string;
  remove(): Promise<void>;
}

/** Make a commit on top of `parent` (undefined: the first one) in which the tasks are changed so. */
export async function draftTasks(
  repository: HubRepository,
  parent: string | undefined,
  changes: readonly TaskChange[],
): Promise<Draft> {
  const folder = await createWorkDir(repository.drafts);
  try {
    const ref = `refs/draft/${folder.cookie}/tasks`;
    const made = await repository.git.run(
      ['fast-import', '--quiet', '--done', '--force'],
      importStream(ref, parent, changes),
    );
    if (made.kind === 'failed') throw localProblem(made, repository.top);
    return { commit: made.stdout.trim(), remove: () => removeDraft(folder) };
  } catch (error) {
    await removeDraft(folder);
    throw error;
  }
}

const removeDraft = (folder: WorkDir): Promise<void> => folder.remove();

/** Who commits to the store: nobody's name, since nobody wrote it by hand; the time is for people who look. */
export const committer = (): string => `swarm <swarm@localhost> ${Math.floor(Date.now() / 1000)} +0000`;

function importStream(ref: string, parent: string | undefined, changes: readonly TaskChange[]): Buffer {
  const parts: (string | Uint8Array)[] = [`commit ${ref}\nmark :1\ncommitter ${committer()}\n`];
  const data = (bytes: Uint8Array) => parts.push(`data ${bytes.length}\n`, bytes, '\n');
  data(Buffer.from(message(changes)));
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  for (const { task, attachments } of changes) {
    const kept =
      attachments === undefined ? task : { ...task, attachments: attachments.map(({ name }) => name) };
    if (attachments !== undefined) parts.push(`D ${taskFolder(task.id)}\n`);
    for (const { name, bytes } of attachments ?? []) {
      parts.push(`M 100644 inline ${taskFolder(task.id)}/${checkedName(task.id, name)}\n`);
      data(bytes);
    }
    parts.push(`M 100644 inline ${taskFile(task.id)}\n`);
    data(Buffer.from(checkedText(kept)));
  }
  parts.push('\nget-mark :1\ndone\n');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

const NAMED = 5;

const message = (changes: readonly TaskChange[]): string => {
  const named = changes.slice(0, NAMED).map(({ task }) => `${task.id}: ${task.state}`);
  const more = changes.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
};

/** The text of a task, if it will be read as that task. Throws `bad-task` (exit 2). */
function checkedText(task: Task): string {
  const text = taskText(task);
  const read = readTask(text);
  if (read.kind === 'task') return text;
  throw new SwarmError(`task ${task.id}: it can't be stored: ${read.reason}`, {
    code: 'bad-task',
    exit: EXIT.usage,
    hint: 'a title and a kind are one line; needs and duplicates are ids',
  });
}

function checkedName(id: string, name: string): string {
  if (isAttachmentName(name)) return name;
  throw new SwarmError(
    `task ${id}: ${JSON.stringify(name.slice(0, 80))} can't be the name of an attachment`,
    {
      code: 'bad-attachment-name',
      exit: EXIT.usage,
      hint: 'relative, with no `..`, of letters, digits and ._+,@=- only',
    },
  );
}
