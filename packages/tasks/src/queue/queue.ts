// The landing queue at a hub, as those see it who hand work in: one ref a candidate. With a claim, the claim goes over to the
// queue in the same push, so that the agent is free, the task stays held, and who has lost the lease hands in nothing.

import type { Lease } from '@swarm/core';
import { writeClaim } from '../claim-object.js';
import { fetchQueue, lookAt } from '../fetch.js';
import type { HubOptions } from '../hub.js';
import { LeaseFiles } from '../lease-files.js';
import { claimRef } from '../namespace.js';
import { declined } from '../refusal.js';
import { type HubRepository, openRepository } from '../repository.js';
import { transact } from '../transaction.js';
import {
  evictedRef,
  landingRef,
  type QueueNow,
  queueRef,
  readQueue,
  type Waiting,
  writeCandidate,
} from './candidate-object.js';

export interface HandIn {
  /** The claim whose task the work closes. Without one it is only landed, under the name `id`. */
  readonly lease?: Lease;
  readonly id: string;
  /** The id of a commit of the working repository. */
  readonly commit: string;
  readonly agent: string;
  readonly priority?: number;
  readonly note?: string;
}

export type HandInResult =
  | { readonly kind: 'queued'; readonly candidate: Waiting }
  | { readonly kind: 'lease-lost' }
  /** One of this id waits already. */
  | { readonly kind: 'waits' };

export interface Queue {
  /** Does all work land through a queue here? */
  isOpen(): Promise<boolean>;
  add(work: HandIn): Promise<HandInResult>;
  list(): Promise<QueueNow>;
  /** Take one out, and give its claim back; its work stays where `evictedRef` says. False when it is not there any more. */
  drop(candidate: Waiting): Promise<boolean>;
}

/** How long a task stays held though no queue works. */
const QUEUED_TTL_MS = 24 * 60 * 60_000;

export async function openQueue(options: HubOptions): Promise<Queue> {
  const repository = await openRepository(options);
  const { namespace } = repository;
  return {
    isOpen: async () => (await lookAt(repository, [landingRef(namespace)])).size > 0,
    add: (work) => add(repository, work),
    list: () => list(repository),
    drop: async (candidate) => {
      const { evicted } = await list(repository);
      const result = await transact(repository, {
        what: `dropping ${candidate.id}`,
        moves: [
          ...leavingMoves(namespace, candidate, evicted),
          ...(candidate.claim === undefined
            ? []
            : [{ ref: claimRef(namespace, candidate.id), from: candidate.claim, to: '' }]),
        ],
      });
      if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
      return result.kind === 'done';
    },
  };
}

export async function list(repository: HubRepository): Promise<QueueNow> {
  await fetchQueue(repository);
  return readQueue(repository);
}

/** Out of the queue, its work kept aside. */
export const leavingMoves = (namespace: string, { id, token }: Waiting, evicted: QueueNow['evicted']) => [
  { ref: queueRef(namespace, id), from: token, to: '' },
  { ref: evictedRef(namespace, id), from: evicted.get(id) ?? '', to: token },
];

async function add(repository: HubRepository, work: HandIn): Promise<HandInResult> {
  const { namespace } = repository;
  const { lease, id, commit, agent, priority = 0, note } = work;
  const held =
    lease &&
    (await writeClaim(repository, { ...lease, holder: `${lease.holder} (queued)`, ttlMs: QUEUED_TTL_MS }));
  const candidate = await writeCandidate(repository, {
    id,
    commit,
    agent,
    priority,
    ...(held === undefined ? {} : { claim: held.token }),
    ...(note === undefined ? {} : { note }),
  });
  const result = await transact(repository, {
    what: `queueing ${id}`,
    fromWork: true,
    moves: [
      { ref: queueRef(namespace, id), from: '', to: candidate.token },
      ...(held === undefined ? [] : [{ ref: claimRef(namespace, id), from: lease!.token, to: held.token }]),
    ],
  });
  if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
  if (result.kind === 'moved')
    return { kind: result.refs.includes(queueRef(namespace, id)) ? 'waits' : 'lease-lost' };
  if (lease !== undefined) await new LeaseFiles(repository.state).forget(lease);
  return { kind: 'queued', candidate };
}
