// Claims over a hub's refs: one ref a task, each change pinned to the object that was there.

import { type Lease, moveTask, type SeenClaim, type Task, withAttempt } from '@swarm/core';
import { untilDone } from './backoff.js';
import { type Found, readFound, writeClaim } from './claim-object.js';
import { fetchClaims, fetchTasks } from './fetch.js';
import type {
  ClaimRequest,
  ClaimResult,
  Claims,
  HubLook,
  ReleaseRequest,
  ReleaseResult,
  RenewResult,
} from './hub.js';
import { LeaseFiles } from './lease-files.js';
import { claimRef } from './namespace.js';
import type { RefMove } from './push.js';
import { declined } from './refusal.js';
import { type HubRepository, TASKS_REF } from './repository.js';
import { SightingFile } from './sighting-file.js';
import { lastSeen } from './task-tree.js';
import { type Decide, settledTask, tasksAt, transact } from './transaction.js';

export class RefClaims implements Claims {
  readonly #leases: LeaseFiles;
  readonly #sightings: SightingFile;

  constructor(private readonly repository: HubRepository) {
    this.#leases = new LeaseFiles(repository.state);
    this.#sightings = new SightingFile(repository.state, repository.clock);
  }

  async list(): Promise<readonly SeenClaim[]> {
    return (await this.#observe()).claims;
  }

  async own(): Promise<readonly Lease[]> {
    return (await this.look(() => fetchClaims(this.repository))).own;
  }

  /** One observation by a fetch that brings the claims, with what of them is this workspace's own. */
  async look(fetch: () => Promise<void>): Promise<Found & Pick<HubLook, 'claims' | 'own'>> {
    const found = await this.#leases.settle(() => this.#observe(fetch));
    return { ...found, own: found.own.map(({ lease }) => lease) };
  }

  #observe(fetch = () => fetchClaims(this.repository)) {
    return this.#sightings.observe(async () => {
      await fetch();
      return readFound(this.repository);
    });
  }

  async claim(request: ClaimRequest): Promise<ClaimResult> {
    const ref = claimRef(this.repository.namespace, request.task);
    const missing = await this.#unlessOpen(request.task);
    if (missing !== undefined) return missing;
    const lease = await writeClaim(this.repository, request);
    return untilDone(`claiming ${request.task}`, this.repository.random, this.repository.signal, async () => {
      const result = await this.#move(lease, { ref, from: '', to: lease.token });
      if (result === 'done') return this.#confirm(lease);
      const by = (await this.list()).find(({ task }) => task === request.task);
      if (by === undefined) return undefined; // It was released meanwhile.
      return by.expired ? this.takeOver(by, request) : { kind: 'held', by };
    });
  }

  async takeOver(seen: SeenClaim, request: ClaimRequest): Promise<ClaimResult> {
    const ref = claimRef(this.repository.namespace, request.task);
    const lease = await writeClaim(this.repository, request);
    const take = () =>
      transact<ClaimResult>(this.repository, {
        what: `taking over ${request.task}`,
        moves: [{ ref, from: seen.token, to: lease.token }],
        decide: expiring(request.task, seen.holder),
      });
    const result = await this.#leases.noting(lease, undefined, take);
    if (result.kind === 'done') return this.#confirm(lease, seen);
    await this.#leases.forget(lease);
    if (result.kind === 'declined') throw declined(this.repository, result.ref, result.reason);
    if (result.kind === 'moved') return this.claim(request);
    await transact(this.repository, {
      what: `clearing ${request.task}`,
      moves: [{ ref, from: seen.token, to: '' }],
    });
    return result.result;
  }

  async renew(lease: Lease): Promise<RenewResult> {
    const { token: from, ...claim } = lease;
    const next = await writeClaim(this.repository, claim);
    const ref = claimRef(this.repository.namespace, lease.task);
    if ((await this.#move(next, { ref, from, to: next.token }, from)) === 'done') {
      await this.#leases.forget(lease);
      return { kind: 'renewed', lease: next };
    }
    // An earlier renewal may have been made though its answer never came.
    const { own } = await this.#leases.settle(() => this.#observe());
    const renewed = own.find((note) => note.renews === from);
    return renewed === undefined ? { kind: 'lost' } : { kind: 'renewed', lease: renewed.lease };
  }

  async release(lease: Lease, request: ReleaseRequest = {}): Promise<ReleaseResult> {
    const { attempt, becomes } = request;
    const ref = claimRef(this.repository.namespace, lease.task);
    const result = await transact(this.repository, {
      what: `releasing ${lease.task}`,
      moves: [{ ref, from: lease.token, to: '' }],
      ...(attempt === undefined && becomes === undefined ? {} : { decide: leaving(lease.task, request) }),
    });
    if (result.kind === 'declined') throw declined(this.repository, result.ref, result.reason);
    await this.#leases.forget(lease);
    return { kind: result.kind === 'done' ? 'released' : 'lost' };
  }

  /** Put a lease's claim there: noted before, forgotten when somebody else was first. */
  async #move(lease: Lease, move: RefMove, renews?: string): Promise<'done' | 'moved'> {
    const result = await this.#leases.noting(lease, renews, () =>
      transact(this.repository, { what: `claiming ${lease.task}`, moves: [move] }),
    );
    if (result.kind === 'done') return 'done';
    await this.#leases.forget(lease);
    if (result.kind === 'declined') throw declined(this.repository, result.ref, result.reason);
    return 'moved';
  }

  /**
   * The claim is ours; is there still work? The task may have been landed between our look and our claim, but not after it:
   * that needs the claim.
   */
  async #confirm(lease: Lease, instead?: SeenClaim): Promise<ClaimResult> {
    await fetchTasks(this.repository);
    const task = await settledTask(tasksAt(this.repository, TASKS_REF), lease.task);
    if (isOpen(task)) return { kind: 'claimed', lease, task, ...(instead === undefined ? {} : { instead }) };
    await this.release(lease);
    return gone(task);
  }

  /** `gone` when there is nothing to claim, by what is known here, or else by a look at the hub. */
  async #unlessOpen(id: string): Promise<ClaimResult | undefined> {
    const known =
      lastSeen(this.repository, id) ?? (await settledTask(tasksAt(this.repository, TASKS_REF), id));
    if (isOpen(known)) return undefined;
    await fetchTasks(this.repository);
    const task = await settledTask(tasksAt(this.repository, TASKS_REF), id);
    return isOpen(task) ? undefined : gone(task);
  }
}

/** Open, and not a double that another task stands for. */
const isOpen = (task: Task | undefined): task is Task =>
  task?.state === 'open' && task.duplicateOf === undefined;

const gone = (task: Task | undefined): ClaimResult =>
  task === undefined ? { kind: 'gone' } : { kind: 'gone', task };

/** What a release says of its task. A task that is over by now keeps its state. */
const leaving =
  (id: string, { attempt, becomes }: ReleaseRequest): Decide<never> =>
  async (now) => {
    const task = await now.get(id);
    if (task === undefined) return { kind: 'change', changes: [] };
    const tried = attempt === undefined ? task : withAttempt(task, attempt);
    const moved =
      becomes === undefined || task.state !== 'open' ? tried : moveTask(tried, becomes.state, becomes.reason);
    return { kind: 'change', changes: [{ task: moved }] };
  };

/** What a takeover says of its task: that an attempt ended without a word. */
const expiring =
  (id: string, agent: string): Decide<ClaimResult> =>
  async (now) => {
    const task = await settledTask(now, id);
    if (!isOpen(task)) return { kind: 'stop', result: gone(task) };
    return { kind: 'change', changes: [{ task: withAttempt(task, { agent, outcome: 'expired' }) }] };
  };
