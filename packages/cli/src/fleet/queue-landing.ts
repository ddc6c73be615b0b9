// An agent's landing where the hub has a queue: the queue gates what lands, and may give it back. The claim changes its form on the
// way, and the loop knows only the one that it handed over; what has become of it is kept here.

import type { Attempt, Lease } from '@swarm/core';
import type { Check, Closing, Landed } from '@swarm/fleet';
import type { Hub, Queue } from '@swarm/tasks';
import { landThroughQueue } from '../queue/land.js';

export interface QueueLandingParts {
  readonly hub: Hub;
  readonly queue: Queue;
  readonly agent: string;
  /** Ends the waiting for its answer; what was handed in stays in the queue. */
  readonly signal: AbortSignal;
}

export class QueueLanding {
  #instead: { readonly lease: Lease; readonly isTold: boolean } | undefined;

  constructor(private readonly parts: QueueLandingParts) {}

  /** Green where a queue is served: then it is the one that gates. */
  async gate(): Promise<Check | undefined> {
    const server = await this.parts.queue.server();
    if (server === undefined || server.isDead) return undefined;
    return { verdict: 'green', detail: `left to the queue: ${server.by}` };
  }

  /** `directly`: land without the queue; `gate`: what the queue was to do first. */
  async land(
    lease: Lease,
    commit: string,
    gate: () => Promise<Check>,
    directly: (lease: Lease) => Promise<Landed>,
  ): Promise<Landed> {
    const { queue, hub, agent, signal } = this.parts;
    const { task } = lease;
    const priority = (await hub.store.get(task))?.priority ?? 0;
    const work = { lease, id: task, commit, agent, priority };
    const landing = await landThroughQueue(queue, { work, wait: true, signal, onLook: () => {} });
    switch (landing.kind) {
      case 'direct': {
        if (landing.lease === lease) return directly(lease);
        this.#instead = { lease: landing.lease, isTold: false };
        const check = await gate();
        return check.verdict === 'green'
          ? directly(landing.lease)
          : { kind: 'refused', reason: check.detail };
      }
      case 'evicted':
        await this.#claimAgain(lease);
        return { kind: 'refused', reason: landing.evidence.note };
      default:
        return { kind: 'landed', commit: (await hub.store.get(task))?.reason ?? commit };
    }
  }

  /** The queue has given the task back and said why: what becomes of it is still ours to say. */
  async #claimAgain({ task, holder, ttlMs }: Lease): Promise<void> {
    const result = await this.parts.hub.claims.claim({ task, holder, ttlMs });
    if (result.kind === 'claimed') this.#instead = { lease: result.lease, isTold: true };
  }

  /** Give the claim back in the form that it has now; an attempt that the queue has told is not told again. */
  async release(lease: Lease, attempt: Attempt | undefined, becomes: Closing | undefined): Promise<void> {
    const other = this.#instead?.lease.task === lease.task ? this.#instead : undefined;
    this.#instead = undefined;
    await this.parts.hub.claims.release(other?.lease ?? lease, {
      ...(attempt === undefined || other?.isTold === true ? {} : { attempt }),
      ...(becomes === undefined ? {} : { becomes }),
    });
  }
}
