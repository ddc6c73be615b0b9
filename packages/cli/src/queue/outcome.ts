// Waiting for what the queue says of a candidate. No clocks are compared: a server is gone when its sign of life was the same one,
// or none, for longer than its time to live, as this process saw it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '@swarm/core';
import type { Queue, QueueNow, Waiting } from '@swarm/tasks';

export type QueueOutcome =
  | { readonly kind: 'landed' }
  | { readonly kind: 'evicted'; readonly evidence: Evidence }
  /** It still waits, and nobody serves the queue. */
  | { readonly kind: 'unserved' };

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3000;
/** For how long a queue without a sign of life is waited for, where none was ever seen. */
const USUAL_TTL_MS = 60_000;

export async function awaitOutcome(
  queue: Pick<Queue, 'list'>,
  candidate: Waiting,
  signal: AbortSignal,
  onLook: (now: QueueNow) => void,
): Promise<QueueOutcome> {
  let sign = { token: '', ttlMs: USUAL_TTL_MS, sinceMs: performance.now() };
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(1.3 * pauseMs, LONGEST_PAUSE_MS)) {
    const askedMs = performance.now();
    const now = await queue.list();
    if (!now.waiting.some(({ token }) => token === candidate.token)) return outcomeIn(now, candidate);
    const { server } = now;
    if (server !== undefined && server.token !== sign.token)
      sign = { token: server.token, ttlMs: server.ttlMs, sinceMs: performance.now() };
    if (askedMs - sign.sinceMs > sign.ttlMs) return { kind: 'unserved' };
    onLook(now);
    await sleep(pauseMs, undefined, { signal });
  }
}

/** It has left: where it was put says how. */
function outcomeIn({ evicted }: QueueNow, { id, token }: Waiting): QueueOutcome {
  const out = evicted.get(id);
  if (out?.candidate !== token) return { kind: 'landed' };
  return { kind: 'evicted', evidence: out.evidence ?? { outcome: 'rejected', note: 'nobody can read why' } };
}
