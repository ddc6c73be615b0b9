// The task store over files on the branch.

import { isAttachmentName, settleDouble, settleDoubles, type Task, type TaskChange } from '@swarm/core';
import type { HubStore, TaskView } from '../hub.js';
import { checkedTaskId } from '../namespace.js';
import { readObjects } from '../task-tree.js';
import type { Branch, FileChange } from './branch.js';
import { taskFiles } from './claims.js';
import { branchDeclined } from './declined.js';
import { attachmentFolder, taskFileText } from './layout.js';
import type { Snapshot } from './snapshot.js';

const NAMED = 5;

export class FileStore implements HubStore {
  constructor(private readonly branch: Branch) {}

  async list(): Promise<readonly Task[]> {
    return (await this.view()).tasks;
  }

  async view(): Promise<TaskView> {
    const { tasks, broken } = (await this.branch.look()).now;
    return { tasks: settleDoubles(tasks), broken };
  }

  async get(id: string): Promise<Task | undefined> {
    checkedTaskId(id);
    const { tasks } = (await this.branch.look()).now;
    const task = tasks.find((it) => it.id === id);
    return task === undefined
      ? undefined
      : settleDouble(
          task,
          tasks.find((it) => it.id === task.duplicateOf),
        );
  }

  async attachment(id: string, name: string): Promise<Uint8Array | undefined> {
    const { tip, tasks } = (await this.branch.look()).now;
    if (!tasks.find((it) => it.id === id)?.attachments.includes(name)) return undefined;
    const [bytes] = await readObjects(this.branch.repository, [`${tip}:${attachmentFolder(id)}/${name}`]);
    return bytes;
  }

  async change(decide: (tasks: readonly Task[]) => readonly TaskChange[]): Promise<void> {
    const result = await this.branch.change('changing tasks', async ({ now }) => {
      const changes = decide(settleDoubles(now.tasks)).filter((change) => isNews(now, change));
      const ids = changes.map(({ task }) => task.id);
      const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
      return {
        kind: 'commit',
        message: `Change tasks: ${ids.slice(0, NAMED).join(', ')}${more}`,
        files: changes.flatMap((change) => filesOf(now, change)),
      };
    });
    if (result.kind === 'declined') throw branchDeclined(this.branch, result.reason);
  }
}

const isNews = (now: Snapshot, { task, attachments }: TaskChange): boolean => {
  const present = now.taskPaths.has(task.id) ? now.tasks.find(({ id }) => id === task.id) : undefined;
  return attachments !== undefined || present === undefined || taskFileText(present) !== taskFileText(task);
};

function filesOf(now: Snapshot, { task, attachments }: TaskChange): FileChange[] {
  checkedTaskId(task.id);
  if (attachments === undefined) return taskFiles(now, task);
  const folder = attachmentFolder(task.id);
  const old = now.tasks.find(({ id }) => id === task.id)?.attachments ?? [];
  const gone = old.filter((name) => !attachments.some((it) => it.name === name));
  return [
    ...taskFiles(now, task),
    ...gone.map((name) => ({ path: `${folder}/${name}` })),
    ...attachments
      .filter(({ name }) => isAttachmentName(name))
      .map(({ name, bytes }) => ({ path: `${folder}/${name}`, bytes })),
  ];
}
