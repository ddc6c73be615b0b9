// What the loop needs of the world, and nothing of how it is done: a place for each agent, a clock, and someone to tell.
// Whatever a port throws is trouble of the machine or the hub; what is about the work is a value.

import type { Attempt, Cancel, Lease, SessionEvent, SessionLimits, Task } from '@swarm/core';
import type { FleetEvent } from './event.js';

/** An answer about work; `unclear`: the check itself could not be made. */
export interface Check {
  readonly verdict: 'green' | 'red' | 'unclear';
  /** One line; for red what failed. */
  readonly detail: string;
}

/** What is to be done about a task. `hopeless`: the base itself can't be built here, so whatever a session did could not be judged. */
export type Need = Check | { readonly verdict: 'hopeless'; readonly detail: string };

export type Claimed =
  | { readonly kind: 'claimed'; readonly task: Task; readonly lease: Lease }
  /** Nothing is offered. `left`: tasks that are claimed or wait for others, and may come back. */
  | { readonly kind: 'nothing'; readonly left: number };

/** What an agent left in its workspace, as one commit on top of its base; undefined when it changed nothing. */
export interface Harvest {
  readonly commit: string;
  readonly touched: readonly string[];
}

export type Landed =
  | { readonly kind: 'landed'; readonly commit: string }
  /** Main has moved: the work must be put on top of it, and checked again. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Someone closed the task meanwhile. */
  | { readonly kind: 'over' };

/** Work on top of the newest main. */
export type Rebased =
  | { readonly kind: 'ready'; readonly commit: string }
  /** It doesn't fit there. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] }
  /** Nothing is left of it: main has it already. */
  | { readonly kind: 'over' };

export interface SessionWish {
  readonly prompt: string;
  readonly limits: SessionLimits;
  /** A name for its logs, unique in the run. */
  readonly session: string;
}

/** One agent's place: its workspace, and its way to the hub. */
export interface Desk {
  /** Claim the best task that is offered to this agent, or one that it still holds since it couldn't be given back. */
  claim(): Promise<Claimed>;
  /** The lease in its new form; undefined: it was lost. */
  renew(lease: Lease): Promise<Lease | undefined>;
  /** Give a claim back with what was learned, the task in its new state where it gets one. A lost lease is no error. */
  release(lease: Lease, attempt: Attempt | undefined, becomes?: Closing): Promise<void>;
  /** The workspace on the hub's newest main, with nothing in it from before. */
  prepare(): Promise<void>;
  /** Is the task done already, on that main? Green: it is. */
  verify(task: Task): Promise<Need>;
  /** Run one session; the last event is `finished`. */
  session(wish: SessionWish, cancel: Cancel): AsyncIterable<SessionEvent>;
  /** Take what the session left, and keep it safe: it outlives this process, until it is forgotten. */
  harvest(task: Task): Promise<Harvest | undefined>;
  /** Put work that an earlier session left for the task, and that nobody has judged, into the workspace; false: there is none. */
  recall(task: Task): Promise<boolean>;
  /** What was harvested has been judged, or is of no use any more. */
  forget(task: Task): Promise<void>;
  /** A quick check of the work, on a sample of the tests. */
  sample(task: Task): Promise<Check>;
  /** Put the work on top of the hub's newest main. */
  rebase(task: Task): Promise<Rebased>;
  /** The check that decides, on a clean checkout of the commit. */
  gate(task: Task, commit: string): Promise<Check>;
  land(lease: Lease, commit: string): Promise<Landed>;
}

export interface Closing {
  readonly state: 'superseded' | 'blocked' | 'withdrawn';
  readonly reason: string;
}

export interface Clock {
  /** Monotonic. */
  nowMs(): number;
  /** The day that money is counted for, such as `2026-03-01`. */
  day(): string;
  /** Resolves early when cancelled. */
  sleep(ms: number, cancel: Cancel): Promise<void>;
}

export type Tell = (event: FleetEvent) => void;
