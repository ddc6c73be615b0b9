// The landing queue at a hub, as those see it who hand work in: one ref a candidate. With a claim, the claim goes over to the
// queue in the same push, so that the agent is free, the task stays held, and who has lost the lease hands in nothing.

import type { Evidence, Lease } from '@swarm/core';
import { writeClaim } from '../claim-object.js';
import { fetchQueue } from '../fetch.js';
import type { HubOptions } from '../hub.js';
import { LeaseFiles } from '../lease-files.js';
import { claimRef } from '../namespace.js';
import { declined } from '../refusal.js';
import { type HubRepository, openRepository } from '../repository.js';
import { transact } from '../transaction.js';
import { lookForServer, removeSign, type ServerSign } from './attendance.js';
import {
  evictedRef,
  type QueueNow,
  queueRef,
  readQueue,
  type Waiting,
  writeCandidate,
  writeEviction,
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
  /** Who serves it; undefined where work lands directly. */
  server(): Promise<ServerSign | undefined>;
  add(work: HandIn): Promise<HandInResult>;
  list(): Promise<QueueNow>;
  /** Take one out and give its claim back; its work stays where `evictedRef` says. False when it is not there any more. */
  drop(candidate: Waiting, note?: string): Promise<boolean>;
  /** Take own work back, with its claim as a lease like the one it had. Undefined when it has left the queue. */
  recall(candidate: Waiting, lease: Lease): Promise<Lease | undefined>;
  /** Close a queue whose server is gone. False when it has another one by now, or none. */
  close(server: ServerSign): Promise<boolean>;
}

/** How long a task stays held though no queue works. */
const QUEUED_TTL_MS = 24 * 60 * 60_000;

export async function openQueue(options: HubOptions): Promise<Queue> {
  const repository = await openRepository(options);
  return {
    server: () => lookForServer(repository),
    add: (work) => add(repository, work),
    list: () => list(repository),
    drop: (candidate, note = 'taken out by hand') => drop(repository, candidate, note),
    recall: (candidate, lease) => recall(repository, candidate, lease),
    close: (server) => removeSign(repository, server),
  };
}

export async function list(repository: HubRepository): Promise<QueueNow> {
  await fetchQueue(repository);
  return readQueue(repository);
}

/** Out of the queue, its work kept aside with the reason. */
export async function leavingMoves(repository: HubRepository, candidate: Waiting, evidence: Evidence) {
  const { namespace } = repository;
  const { evicted } = await list(repository);
  const { id, token } = candidate;
  return [
    { ref: queueRef(namespace, id), from: token, to: '' },
    {
      ref: evictedRef(namespace, id),
      from: evicted.get(id)?.object ?? '',
      to: await writeEviction(repository, candidate, evidence),
    },
  ];
}

async function drop(repository: HubRepository, candidate: Waiting, note: string): Promise<boolean> {
  const { id, claim } = candidate;
  const out = await leavingMoves(repository, candidate, { outcome: 'dropped', note });
  const ended = claim === undefined ? [] : [{ ref: claimRef(repository.namespace, id), from: claim, to: '' }];
  return isMade(repository, `dropping ${id}`, [...out, ...ended]);
}

async function recall(
  repository: HubRepository,
  { id, token, claim }: Waiting,
  lease: Lease,
): Promise<Lease | undefined> {
  const { namespace, state } = repository;
  const again = await writeClaim(repository, lease);
  const moves = [
    { ref: queueRef(namespace, id), from: token, to: '' },
    { ref: claimRef(namespace, id), from: claim ?? '', to: again.token },
  ];
  const what = `recalling ${id}`;
  return new LeaseFiles(state).noting(again, undefined, async () =>
    (await isMade(repository, what, moves)) ? again : undefined,
  );
}

async function isMade(
  repository: HubRepository,
  what: string,
  moves: Parameters<typeof transact>[1]['moves'],
): Promise<boolean> {
  const result = await transact(repository, { what, moves });
  if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
  return result.kind === 'done';
}

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
