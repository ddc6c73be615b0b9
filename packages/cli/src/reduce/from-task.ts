// A culprit out of a task: its members, and the settings of its job as its `verify` says them. So a fresh clone can reduce what another
// machine has found.

import type { Task } from '@swarm/core';
import { culpritId } from '../bisect/document.js';
import { placeOf } from '../bisect/member.js';
import { repositoryRoot } from '../emit/emit.js';
import { openStore } from '../emit/store.js';
import { settingsOfVerify } from '../verify/flags.js';
import { type FoundBefore, refused } from './found.js';

/** The culprit of a task by its id or a beginning that no other has; undefined where there is no such task. */
export async function culpritOfTask(
  dir: string,
  named: string,
  signal: AbortSignal,
): Promise<FoundBefore | undefined> {
  const root = repositoryRoot(dir);
  const { store } = await openStore(root, signal);
  const tasks = await store.list();
  const begins = tasks.filter(({ id }) => named !== '' && id.startsWith(named));
  const task = tasks.find(({ id }) => id === named) ?? (begins.length === 1 ? begins[0] : undefined);
  if (task === undefined) return undefined;
  const settings = task.verify === undefined ? undefined : await settingsOfVerify(task.verify, root);
  if (settings === undefined || task.members.length === 0)
    throw refused(`task ${task.id}: is not about members of a build that was bisected`);
  if (task.kind === 'link' || task.kind === 'rejected')
    throw refused(
      `task ${task.id}: ${task.kind === 'link' ? 'does not link' : 'is not compiled'}, so there is no run`,
    );
  const members = membersOf(task);
  const level = members.every(isFunction) ? 'function' : 'unit';
  return {
    culprit: { id: culpritId(level, members), members },
    units: [...new Set(members.map((member) => (isFunction(member) ? unitOf(member) : member)))],
    settings,
    task: task.id,
  };
}

/** Of several culprits with one cause any shows it: the task's title counts them, and the first one is taken. */
const membersOf = ({ members, title }: Task): readonly string[] =>
  /\(\d+ culprits: /.test(title) ? members.slice(0, 1) : members;

const unitOf = (member: string): string => member.replace(/:[^:/]*$/, '');

const isFunction = (member: string): boolean =>
  placeOf(member, new Set([unitOf(member)]))?.function !== undefined;
