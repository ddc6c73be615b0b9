// The queue of the hub that settings name, for those who hand work in.

import { EXIT, SwarmError } from '@swarm/core';
import type { Queue } from '@swarm/tasks';
import type { TaskSettings } from '../task/settings.js';

/** Throws `queue-needs-refs` (exit 2). */
export async function openSharedQueue(settings: TaskSettings, signal: AbortSignal): Promise<Queue> {
  const { openQueue } = await import('@swarm/tasks');
  const { dir, apart, remote, namespace } = settings;
  needRefs(settings);
  return openQueue({
    ...{ dir, remote, signal, random: Math.random },
    ...(apart === undefined ? {} : { apart }),
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/** Throws `queue-needs-refs` (exit 2) where tasks are files on the branch. */
export function needRefs({ store }: Pick<TaskSettings, 'store'>): void {
  if (store === 'refs') return;
  throw new SwarmError('queue: tasks are files here (tasks.store), and a queue needs refs at the hub', {
    code: 'queue-needs-refs',
    exit: EXIT.usage,
    hint: 'set tasks.store to refs, or land directly',
  });
}
