// The server's sign of life: put there when it begins, replaced three times within its time to live, taken away at the end.

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SwarmError } from '@swarm/core';
import type { QueueServer, ServerSign } from '@swarm/tasks';

type Attendance = QueueServer['attendance'];

export interface SignOfLife {
  /** Called when another server has taken over. */
  onLost(react: (by: ServerSign) => void): void;
  end(): Promise<void>;
}

const RENEWALS = 3;
const LOOK_MS = 500;

/** Begin, once a server that was there is known to be gone. Throws `queue-served` (exit 1) when it lives. */
export async function keepAttending(
  attendance: Attendance,
  ttlMs: number,
  signal: AbortSignal,
  onWait: () => void,
): Promise<SignOfLife> {
  await begin(attendance, ttlMs, signal, onWait);
  let react: (by: ServerSign) => void = () => {};
  let lost: ServerSign | undefined;
  let renewing: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    // Somebody may have closed it, thinking that we are gone: then it is opened again.
    if (lost !== undefined || (await attendance.renew(ttlMs))) return;
    lost = await attendance.begin(ttlMs);
    if (lost !== undefined) react(lost);
  };
  // A hub that is away for a moment is asked again.
  const timer = setInterval(() => {
    renewing = renewing.then(renew).catch(() => {});
  }, ttlMs / RENEWALS);
  return {
    onLost: (wanted) => {
      react = wanted;
    },
    end: async () => {
      clearInterval(timer);
      await renewing;
      await attendance.end().catch(() => {});
    },
  };
}

async function begin(
  attendance: Attendance,
  ttlMs: number,
  signal: AbortSignal,
  onWait: () => void,
): Promise<void> {
  const first = await attendance.begin(ttlMs);
  if (first === undefined) return;
  onWait();
  const startedMs = performance.now();
  for (;;) {
    await sleep(LOOK_MS, undefined, { signal });
    const isOver = performance.now() - startedMs > first.ttlMs;
    const now = await attendance.begin(ttlMs, isOver ? first : undefined);
    if (now === undefined) return;
    if (now.token !== first.token) throw served(now);
  }
}

export const served = ({ by }: ServerSign): SwarmError =>
  new SwarmError(`queue: ${by} serves it`, {
    code: 'queue-served',
    exit: EXIT.refused,
    hint: 'one server is enough; stop that one first',
  });
