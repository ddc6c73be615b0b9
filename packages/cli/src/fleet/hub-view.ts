// What the hub shows of all fleets that share it: how many tasks are in which state, and who holds what.

import { TASK_STATES, type TaskState } from '@swarm/core';
import { taskEntries } from '../task/document.js';
import { openSharedHub } from '../task/session.js';
import type { TaskSettings } from '../task/settings.js';

interface HeldAt {
  readonly holder: string;
  readonly task: string;
  readonly expired: boolean;
}

export type HubView =
  | {
      readonly kind: 'seen';
      readonly counts: Readonly<Record<TaskState, number>>;
      readonly held: readonly HeldAt[];
    }
  /** It could not be asked. */
  | { readonly kind: 'away'; readonly reason: string };

export async function viewHub(settings: TaskSettings, signal: AbortSignal): Promise<HubView> {
  try {
    const { heads, claims } = await (await openSharedHub(settings, signal)).glance();
    const entries = taskEntries(heads, claims);
    const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;
    for (const { state } of entries) counts[state] += 1;
    const held = claims.map(({ holder, task, expired }) => ({ holder, task, expired }));
    return { kind: 'seen', counts, held };
  } catch (error) {
    return { kind: 'away', reason: error instanceof Error ? error.message : String(error) };
  }
}
