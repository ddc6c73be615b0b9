// The task store over a hub's refs.

import { settleDoubles, type Task, type TaskChange } from '@swarm/core';
import { fetchTasks, fetchTip } from './fetch.js';
import type { HubStore, TaskView } from './hub.js';
import { checkedTaskId, tasksRef } from './namespace.js';
import { declined } from './refusal.js';
import { type HubRepository, TASKS_REF } from './repository.js';
import { readObjects, taskFolder } from './task-tree.js';
import { settledTask, tasksAt, transact } from './transaction.js';

export class RefStore implements HubStore {
  constructor(private readonly repository: HubRepository) {}

  async list(): Promise<readonly Task[]> {
    return (await this.view()).tasks;
  }

  async view(): Promise<TaskView> {
    const view = await tasksAt(this.repository, await fetchTip(this.repository)).view();
    return { ...view, tasks: settleDoubles(view.tasks) };
  }

  async get(id: string): Promise<Task | undefined> {
    checkedTaskId(id);
    await fetchTasks(this.repository);
    return settledTask(tasksAt(this.repository, TASKS_REF), id);
  }

  async attachment(id: string, name: string): Promise<Uint8Array | undefined> {
    const task = await this.get(id);
    if (task === undefined || !task.attachments.includes(name)) return undefined;
    const [bytes] = await readObjects(this.repository, [`${TASKS_REF}:${taskFolder(id)}/${name}`]);
    return bytes;
  }

  async change(decide: (tasks: readonly Task[]) => readonly TaskChange[]): Promise<void> {
    const result = await transact(this.repository, {
      what: 'changing tasks',
      moves: [],
      decide: async (now) => ({ kind: 'change', changes: stored(decide((await now.view()).tasks)) }),
    });
    if (result.kind === 'declined')
      throw declined(this.repository, tasksRef(this.repository.namespace), result.reason);
  }
}

/** That a task is claimed is never stored. */
const stored = (changes: readonly TaskChange[]): TaskChange[] =>
  changes.map((change) =>
    change.task.state === 'claimed' ? { ...change, task: { ...change.task, state: 'open' } } : change,
  );
