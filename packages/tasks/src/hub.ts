// The hub as the rest of swarm sees it: tasks, claims on them, and landing. Everything is a value: what could not be done since
// somebody was first is a result, and only what a person must mend (no hub, a refused namespace) is thrown.

import type { Attempt, Lease, SeenClaim, Task, TaskHead, TaskStore } from '@swarm/core';

/** Tasks and what of the store is no task. */
export interface TaskView {
  readonly tasks: readonly Task[];
  /** Files in the store that can't be read as tasks: they are left alone, and said. */
  readonly broken: readonly { readonly file: string; readonly reason: string }[];
}

export interface HubStore extends TaskStore {
  /** Like `list`, with what is broken. */
  view(): Promise<TaskView>;
  /** One task, from the hub; undefined when there is none. Costs the same however many tasks there are. */
  get(id: string): Promise<Task | undefined>;
}

export interface ClaimRequest {
  readonly task: string;
  readonly holder: string;
  /** At least 1,000. */
  readonly ttlMs: number;
  /** The commit that the work begins from. */
  readonly base?: string;
}

export type ClaimResult =
  /** `instead`: whose expired claim was taken over. */
  | { readonly kind: 'claimed'; readonly lease: Lease; readonly task: Task; readonly instead?: SeenClaim }
  | { readonly kind: 'held'; readonly by: SeenClaim }
  /** There is no such task, or it is not open (any more): `state` says what it is. */
  | { readonly kind: 'gone'; readonly task?: Task };

export type RenewResult =
  | { readonly kind: 'renewed'; readonly lease: Lease }
  /** Somebody took it over, or it was released. */
  | { readonly kind: 'lost' };

export interface ReleaseRequest {
  /** Recorded at the task. */
  readonly attempt?: Attempt;
  /** What the task becomes. Left out: it stays open. */
  readonly becomes?: { readonly state: 'superseded' | 'blocked' | 'withdrawn'; readonly reason: string };
}

export type ReleaseResult = { readonly kind: 'released' } | { readonly kind: 'lost' };

export interface Claims {
  /** All claims at the hub, with what this workspace has seen of them. Each call is one observation. */
  list(): Promise<readonly SeenClaim[]>;
  /** Take a free task, or one whose claim has expired. */
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /** Replace exactly the claim that was seen. The caller has made sure that it has expired, or knows better. */
  takeOver(seen: SeenClaim, request: ClaimRequest): Promise<ClaimResult>;
  renew(lease: Lease): Promise<RenewResult>;
  /** Give it back; the attempt and the new state are stored in the same push. */
  release(lease: Lease, request?: ReleaseRequest): Promise<ReleaseResult>;
  /** The leases that this workspace took and that the hub still shows as its own: how a later process goes on. */
  own(): Promise<readonly Lease[]>;
}

export interface Landing {
  readonly lease: Lease;
  /** What lands: anything that names a commit in the working repository. */
  readonly commit: string;
  /** The branch at the hub. Default `main`. */
  readonly branch?: string;
  /** Recorded at the task, with the paths that the work changed. */
  readonly note?: string;
  /** ISO 8601, for people: recorded at the task. */
  readonly at?: string;
}

export type LandResult =
  | { readonly kind: 'landed'; readonly commit: string }
  /** The claim was taken over or released: main did not move. */
  | { readonly kind: 'lease-lost' }
  /** The branch has moved to `base`: sync, check again, land again. */
  | { readonly kind: 'base-moved'; readonly base: string }
  /** The task was withdrawn or closed meanwhile. */
  | { readonly kind: 'gone'; readonly task?: Task }
  /** The hub said no (a hook, a protected branch): its words. */
  | { readonly kind: 'refused'; readonly reason: string };

export type SyncResult =
  | { readonly kind: 'synced'; readonly base: string; readonly rebased: number }
  /** Own commits and the base change the same lines: nothing was changed here. */
  | {
      readonly kind: 'conflict';
      readonly base: string;
      readonly commit: string;
      readonly paths: readonly string[];
    }
  /** There are uncommitted changes, or a rebase or merge is under way. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Tasks and claims together: what an offer is made from. */
export interface HubLook extends TaskView {
  readonly claims: readonly SeenClaim[];
  /** Those of the claims that this workspace made: as `Claims.own`. */
  readonly own: readonly Lease[];
}

/** The same without what a list doesn't show: costs much less where there are many tasks. */
export interface HubGlance extends Pick<HubLook, 'broken' | 'claims' | 'own'> {
  readonly heads: readonly TaskHead[];
}

export interface Hub {
  readonly store: HubStore;
  readonly claims: Claims;
  /** All that a command may want of the hub, from one look at it. */
  look(): Promise<HubLook>;
  /** What a list shows, from one look. */
  glance(): Promise<HubGlance>;
  /** Move the branch to the commit, close the task and end its claim, in one push that happens whole or not at all. */
  land(landing: Landing): Promise<LandResult>;
  /** Fetch the branch and put own commits on top of it. */
  sync(request?: { readonly branch?: string }): Promise<SyncResult>;
}

/** A monotonic clock: only differences mean anything, and only within one epoch. */
export interface Clock {
  readonly nowMs: () => number;
  readonly epoch: string;
}

/** A working tree, as git finds it around a folder. */
export interface FoundTree {
  readonly top: string;
  readonly commonDir: string;
  /** The name of the hash. */
  readonly format: string;
}

export interface HubOptions {
  /** A folder of the working repository. */
  readonly dir: string;
  /** A remote's name, or an address. Default `origin`. */
  readonly remote?: string;
  /** Where refs are kept: `refs/swarm` (default), or a branch prefix like `swarm` (branches `swarm/tasks`, ...). */
  readonly namespace?: string;
  /** Default: this process's. Of git's own variables only those that say how to reach a hub are passed on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** What leases are measured on. Default: this boot's monotonic clock. */
  readonly clock?: Clock;
  /** Uniform in [0, 1): for waiting times on contention. */
  readonly random: () => number;
  /** A git command that says nothing for this long is ended: the hub is away. Default 30,000. */
  readonly silenceMs?: number;
  /** The working tree around `dir`, where the caller has asked for it already. */
  readonly tree?: FoundTree;
  /**
   * For a tree in which hostile programs write: a folder that they don't reach. What is ours is kept there and not in the tree's own
   * state folder, and git follows nothing that `.git` in `dir`, the tree's top, says of other places.
   */
  readonly apart?: string;
  /** Called before each git command with its words; a test kills the process here. */
  readonly onGit?: (words: readonly string[]) => void | Promise<void>;
}
