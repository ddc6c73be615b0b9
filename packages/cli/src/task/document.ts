// The documents of the commands about tasks: tasks as they are now, with who works on them.

import type { Lease, SeenClaim, Task } from '@swarm/core';

/** A claim as documents show it. */
interface ClaimEntry {
  readonly holder: string;
  readonly ttlMs: number;
  /** For how long it is known to be without a sign of life. */
  readonly unchangedMs: number;
  readonly expired: boolean;
}

/** A task, or what is known of one, with its claim: `claimed` is derived here, it is never stored. */
export type EntryOf<T> = T & { readonly claim?: ClaimEntry };
export type TaskEntry = EntryOf<Task>;

type Stated = Pick<Task, 'id' | 'state'>;

/** Tasks and claims together. */
export function taskEntries<T extends Stated>(
  tasks: readonly T[],
  claims: readonly SeenClaim[],
): EntryOf<T>[] {
  const byTask = new Map(claims.map((claim) => [claim.task, claim]));
  return tasks.map((task) => taskEntry(task, byTask.get(task.id)));
}

export function taskEntry<T extends Stated>(task: T, claim: SeenClaim | undefined): EntryOf<T> {
  if (claim === undefined) return task;
  const { holder, ttlMs, unchangedMs, expired } = claim;
  const entry = { holder, ttlMs, unchangedMs: Math.round(unchangedMs), expired };
  return { ...task, state: task.state === 'open' ? 'claimed' : task.state, claim: entry };
}

/** `swarm.task/1`. */
export const taskDocument = (entry: TaskEntry) => ({ schema: 'swarm.task/1', ...entry }) as const;

/** `swarm.claim/1`. */
export const claimDocument = (task: Task, lease: Lease, instead?: SeenClaim) =>
  ({
    schema: 'swarm.claim/1',
    task: { ...task, state: 'claimed' },
    lease,
    ...(instead === undefined ? {} : { instead: { holder: instead.holder } }),
  }) as const;
