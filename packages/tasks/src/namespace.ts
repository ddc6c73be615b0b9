// Where at the hub our refs are: names made from checked parts only.

import { EXIT, isTaskId, SwarmError } from '@swarm/core';

const DEFAULT = 'refs/swarm';

/**
 * The prefix of all refs: as given when it begins with `refs/`, else a prefix of branches. Throws `bad-namespace` (exit 2)
 * for what can't be the beginning of a ref.
 */
export function hubNamespace(given = DEFAULT): string {
  const full = (given.startsWith('refs/') ? given : `refs/heads/${given}`).replace(/\/+$/, '');
  const parts = full.split('/');
  const isPart = (part: string) =>
    /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part) && !/\.\.|\.$|\.lock$/.test(part);
  if (parts.length >= 2 && parts.every(isPart) && !RESERVED.test(full)) return full;
  throw new SwarmError(`namespace ${JSON.stringify(given)}: it can't be the beginning of a ref`, {
    code: 'bad-namespace',
    exit: EXIT.usage,
    hint: 'refs/swarm is the default; where a hub refuses that, a branch prefix like `swarm`',
  });
}

/** Everyone's own names at a hub. */
const RESERVED = /^refs\/(heads|tags|remotes|notes|replace|stash)$/;

export const tasksRef = (namespace: string): string => `${namespace}/tasks`;

export const claimRef = (namespace: string, task: string): string =>
  `${namespace}/claims/${checkedTaskId(task)}`;

/** The id, as it is. Throws `bad-task-id` (exit 2) for anything that is none: nothing else becomes a ref or a path. */
export function checkedTaskId(id: string): string {
  if (isTaskId(id)) return id;
  throw new SwarmError(`task ${JSON.stringify(id.slice(0, 80))}: this can't be a task's id`, {
    code: 'bad-task-id',
    exit: EXIT.usage,
    hint: 'an id is of lower-case letters, digits and hyphens, at most 64',
  });
}

/** The full name of a branch. Throws `bad-branch` (exit 2) for what git takes for no branch's name. */
export function branchRef(branch: string): string {
  const isPart = (part: string) =>
    /^[^\s~^:?*[\\\p{Cc}.-][^\s~^:?*[\\\p{Cc}]*$/u.test(part) && !/\.\.|\.$|@\{|\.lock$/.test(part);
  if (branch.split('/').every(isPart)) return `refs/heads/${branch}`;
  throw new SwarmError(`branch ${JSON.stringify(branch)}: it can't be a branch's name`, {
    code: 'bad-branch',
    exit: EXIT.usage,
    hint: 'name a branch of the hub, like main',
  });
}
