// Claims as files on the branch: one file a claim, each change a commit that is pushed only onto what was looked at.

import { type Lease, moveTask, type SeenClaim, type Task, withAttempt } from '@swarm/core';
import type {
  ClaimRequest,
  ClaimResult,
  Claims,
  ReleaseRequest,
  ReleaseResult,
  RenewResult,
} from '../hub.js';
import type { LeaseFiles } from '../lease-files.js';
import { checkedTaskId } from '../namespace.js';
import type { Branch, FileChange } from './branch.js';
import { branchDeclined } from './declined.js';
import { blobId, claimPath, claimText, taskFileText, taskPath } from './layout.js';
import type { Snapshot } from './snapshot.js';

export class FileClaims implements Claims {
  constructor(
    private readonly branch: Branch,
    private readonly leases: LeaseFiles,
  ) {}

  async list(): Promise<readonly SeenClaim[]> {
    return (await this.branch.look()).claims;
  }

  async own(): Promise<readonly Lease[]> {
    const { own } = await this.leases.settle(() => this.branch.look());
    return own.map(({ lease }) => lease);
  }

  claim(request: ClaimRequest): Promise<ClaimResult> {
    return this.#take(request, (by) => by.expired);
  }

  takeOver(seen: SeenClaim, request: ClaimRequest): Promise<ClaimResult> {
    return this.#take(request, (by) => by.token === seen.token || by.expired);
  }

  async #take(request: ClaimRequest, mayReplace: (by: SeenClaim) => boolean): Promise<ClaimResult> {
    const id = checkedTaskId(request.task);
    let claimed: Extract<ClaimResult, { kind: 'claimed' }> | undefined;
    let text: string | undefined;
    const result = await this.branch.change<ClaimResult>(`claiming ${id}`, async ({ now, claims }) => {
      const task = now.tasks.find((it) => it.id === id);
      if (task?.state !== 'open')
        return { kind: 'stop', result: task === undefined ? { kind: 'gone' } : { kind: 'gone', task } };
      const by = claims.find((it) => it.task === id);
      if (by !== undefined && !mayReplace(by)) return { kind: 'stop', result: { kind: 'held', by } };
      text ??= claimText(request, task.title);
      const lease: Lease = { ...request, token: this.#token(text) };
      claimed = { kind: 'claimed', lease, task, ...(by === undefined ? {} : { instead: by }) };
      const path = now.claims.get(id)?.path ?? claimPath(id);
      const expired =
        by === undefined ? [] : taskFiles(now, withAttempt(task, { agent: by.holder, outcome: 'expired' }));
      return {
        kind: 'commit',
        message: `Claim ${id} for ${request.holder}`,
        files: [
          ...(path === claimPath(id) ? [] : [{ path }]),
          { path: claimPath(id), bytes: text },
          ...expired,
        ],
        around: (push) => this.leases.noting(lease, undefined, push),
      };
    });
    if (result.kind === 'done') return claimed!;
    if (claimed !== undefined) await this.leases.forget(claimed.lease);
    if (result.kind === 'declined') throw branchDeclined(this.branch, result.reason);
    return result.result;
  }

  async renew(lease: Lease): Promise<RenewResult> {
    const { token, ...claim } = lease;
    let next: Lease | undefined;
    let text: string | undefined;
    const result = await this.branch.change<RenewResult>(`renewing ${lease.task}`, async ({ now }) => {
      const present = now.claims.get(lease.task);
      if (present?.lease.token !== token) return { kind: 'stop', result: { kind: 'lost' } };
      const title = now.tasks.find(({ id }) => id === lease.task)?.title ?? lease.task;
      text ??= claimText(claim, title);
      const renewed = { ...claim, token: this.#token(text) };
      next = renewed;
      return {
        kind: 'commit',
        message: `Renew the claim on ${lease.task}`,
        files: [{ path: present.path, bytes: text }],
        around: (push) => this.leases.noting(renewed, token, push),
      };
    });
    if (result.kind === 'declined') throw branchDeclined(this.branch, result.reason);
    if (result.kind === 'stop') return result.result;
    await this.leases.forget(lease);
    return { kind: 'renewed', lease: next! };
  }

  async release(lease: Lease, { attempt, becomes }: ReleaseRequest = {}): Promise<ReleaseResult> {
    const result = await this.branch.change<ReleaseResult>(`releasing ${lease.task}`, async ({ now }) => {
      const present = now.claims.get(lease.task);
      if (present?.lease.token !== lease.token) return { kind: 'stop', result: { kind: 'lost' } };
      const task = now.tasks.find(({ id }) => id === lease.task);
      const tried = task === undefined || attempt === undefined ? task : withAttempt(task, attempt);
      const moved =
        tried?.state !== 'open' || becomes === undefined
          ? tried
          : moveTask(tried, becomes.state, becomes.reason);
      return {
        kind: 'commit',
        message: `Release ${lease.task}`,
        files: [
          { path: present.path },
          ...(moved === undefined || moved === task ? [] : taskFiles(now, moved)),
        ],
      };
    });
    if (result.kind === 'declined') throw branchDeclined(this.branch, result.reason);
    await this.leases.forget(lease);
    return { kind: result.kind === 'done' ? 'released' : 'lost' };
  }

  #token(text: string): string {
    return blobId(text, this.branch.repository.emptyTree.length === 64 ? 'sha256' : 'sha1');
  }
}

/** The change that writes a task, where its file is. */
export const taskFiles = (now: Snapshot, task: Task): FileChange[] => [
  { path: now.taskPaths.get(task.id) ?? taskPath(task.id), bytes: taskFileText(task) },
];
