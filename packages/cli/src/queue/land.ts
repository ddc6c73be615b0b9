// Landing through the queue: own work handed in with its claim, and the answer waited for. A queue whose server is gone holds nobody
// up: the work is taken back, with the claim, and the queue is closed.

import type { Evidence, Lease } from '@swarm/core';
import type { HandIn, Queue, QueueNow, ServerSign, Waiting } from '@swarm/tasks';
import { handIn, leaseLost } from './hand-in.js';
import { awaitOutcome } from './outcome.js';

export type QueueLanding =
  | { readonly kind: 'landed' }
  | { readonly kind: 'evicted'; readonly evidence: Evidence }
  /** It waits, and nobody here waits for it. */
  | { readonly kind: 'queued'; readonly candidate: Waiting }
  /** No queue is served: land directly, with this lease. */
  | { readonly kind: 'direct'; readonly lease: Lease };

export interface QueueLandingWish {
  readonly work: HandIn & { readonly lease: Lease };
  readonly wait: boolean;
  readonly signal: AbortSignal;
  readonly onLook: (now: QueueNow) => void;
}

/** Throws `lease-lost` and `queued-already` (exit 1). */
export async function landThroughQueue(queue: Queue, wish: QueueLandingWish): Promise<QueueLanding> {
  const { work, signal } = wish;
  const { lease } = work;
  const server = await servedNow(queue);
  if (server === undefined) return { kind: 'direct', lease };
  const candidate = await handIn(queue, work);
  if (!wish.wait) return { kind: 'queued', candidate };
  for (;;) {
    const outcome = await awaitOutcome(queue, candidate, signal, wish.onLook);
    if (outcome.kind !== 'unserved') return outcome;
    await closeIfGone(queue);
    const again = await queue.recall(candidate, lease);
    if (again !== undefined) return { kind: 'direct', lease: again };
    const { waiting } = await queue.list();
    if (waiting.some(({ token }) => token === candidate.token)) throw leaseLost(lease.task);
    // It has left the queue after all: the next look says how.
  }
}

/** Who serves it; a server that is known to be dead is not one any more. */
async function servedNow(queue: Queue): Promise<ServerSign | undefined> {
  const server = await queue.server();
  if (server?.isDead !== true) return server;
  await queue.close(server);
  return undefined;
}

async function closeIfGone(queue: Queue): Promise<void> {
  const server = await queue.server();
  if (server !== undefined) await queue.close(server);
}
