// The next commit of the tasks: which files it changes, and that each will be read as it is meant.

import {
  EXIT,
  isAttachmentName,
  readTask,
  SwarmError,
  type Task,
  type TaskChange,
  taskText,
} from '@swarm/core';
import { type Draft, draftCommit, type FileEdit } from './draft.js';
import type { HubRepository } from './repository.js';
import { taskFile, taskFolder } from './task-tree.js';

/** Make a commit on top of `parent` (undefined: the first one) in which the tasks are changed so. */
export const draftTasks = (
  repository: HubRepository,
  parent: string | undefined,
  changes: readonly TaskChange[],
): Promise<Draft> =>
  draftCommit(repository, { parent, message: message(changes), edits: changes.flatMap(editsOf) });

function editsOf({ task, attachments }: TaskChange): FileEdit[] {
  const folder = taskFolder(task.id);
  const kept =
    attachments === undefined ? task : { ...task, attachments: attachments.map(({ name }) => name) };
  const files = (attachments ?? []).map(({ name, bytes }): FileEdit => {
    return { kind: 'write', path: `${folder}/${checkedName(task.id, name)}`, bytes };
  });
  return [
    ...(attachments === undefined ? [] : [{ kind: 'delete' as const, path: folder }]),
    ...files,
    { kind: 'write', path: taskFile(task.id), bytes: Buffer.from(checkedText(kept)) },
  ];
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
