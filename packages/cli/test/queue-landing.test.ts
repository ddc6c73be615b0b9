// An agent's landing through a queue, on a hub and a queue in memory: what becomes of its claim on the way.

import type { Attempt, Evidence, Lease } from '@swarm/core';
import type { Hub, Queue, QueueNow, ServerSign, Waiting } from '@swarm/tasks';
import { describe, expect, test } from 'vitest';
import { QueueLanding } from '../src/fleet/queue-landing.js';

const LEASE: Lease = { task: 'mend', holder: 'ann', ttlMs: 60_000, token: 'first' };
const ALIVE: ServerSign = { token: 's', by: 'here', ttlMs: 60_000, isDead: false };

/** `answer`: what the queue says once something was handed in. */
function world(server: ServerSign | undefined, answer: (candidate: Waiting) => Partial<QueueNow>) {
  const released: { lease: Lease; attempt?: Attempt; becomes?: object }[] = [];
  let candidate: Waiting | undefined;
  const queue = {
    server: async () => server,
    close: async () => true,
    add: async (work: { id: string; commit: string; agent: string }) => {
      candidate = { ...work, priority: 0, token: 'c' };
      return { kind: 'queued', candidate };
    },
    list: async () => ({ server, waiting: [], broken: [], evicted: new Map(), ...answer(candidate!) }),
    recall: async () => ({ ...LEASE, token: 'recalled' }),
  } as unknown as Queue;
  const hub = {
    store: { get: async () => ({ priority: 3, reason: 'commit on main' }) },
    claims: {
      claim: async () => ({ kind: 'claimed', lease: { ...LEASE, token: 'again' } }),
      release: async (lease: Lease, request: object) => released.push({ lease, ...request }),
    },
  } as unknown as Hub;
  const signal = new AbortController().signal;
  return { released, landing: new QueueLanding({ hub, queue, agent: 'ann', signal }) };
}

const evictedWith = (evidence: Evidence) => () => ({
  evicted: new Map([['mend', { object: 'o', candidate: 'c', evidence }]]),
});
const never = async (): Promise<never> => {
  throw new Error('not asked for');
};
const FAILED: Attempt = { agent: 'ann', outcome: 'refused', note: 'x fails' };

describe('landing through a queue', () => {
  test('leaves the gate to it, and says where on main the work is', async () => {
    const { landing } = world(ALIVE, () => ({}));
    expect(await landing.gate()).toMatchObject({ verdict: 'green' });
    expect(await landing.land(LEASE, 'own', never, never)).toEqual({
      kind: 'landed',
      commit: 'commit on main',
    });
  });

  test('claims what it gives back, so that the task can be blocked, and tells no attempt twice', async () => {
    const { landing, released } = world(ALIVE, evictedWith({ outcome: 'rejected', note: 'x fails' }));
    expect(await landing.land(LEASE, 'own', never, never)).toEqual({ kind: 'refused', reason: 'x fails' });
    const becomes = { state: 'blocked', reason: 'tried enough' } as const;
    await landing.release(LEASE, FAILED, becomes);
    await landing.release(LEASE, FAILED, undefined);
    expect(released).toEqual([
      { lease: { ...LEASE, token: 'again' }, becomes },
      { lease: LEASE, attempt: FAILED },
    ]);
  });

  test('lands directly where nobody serves, and is gated first when the server died meanwhile', async () => {
    const direct = async ({ token }: Lease) => ({ kind: 'landed', commit: token }) as const;
    const dead = { ...ALIVE, isDead: true };
    const unserved = world(dead, () => ({}));
    expect(await unserved.landing.gate()).toBeUndefined();
    expect(await unserved.landing.land(LEASE, 'own', never, direct)).toMatchObject({ commit: 'first' });
    const gone = world({ ...ALIVE, ttlMs: 1 }, (candidate) => ({ waiting: [candidate] }));
    const red = async () => ({ verdict: 'red', detail: 'y fails' }) as const;
    expect(await gone.landing.land(LEASE, 'own', red, never)).toEqual({ kind: 'refused', reason: 'y fails' });
    const green = async () => ({ verdict: 'green', detail: '' }) as const;
    expect(await gone.landing.land(LEASE, 'own', green, direct)).toMatchObject({ commit: 'recalled' });
  });
});
