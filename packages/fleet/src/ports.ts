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
  /** Main has moved: own work is on top of the new main now, and must be checked again. */
  | { readonly kind: 'moved'; readonly commit: string }
  /** It doesn't fit on top of the new main. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Someone closed the task meanwhile. */
  | { readonly kind: 'over' };

export interface SessionWish {
  readonly prompt: string;
  readonly limits: SessionLimits;
  /** A name for its logs, unique in the run. */
  readonly session: string;
}

/** One agent's place: its workspace, and its way to the hub. */
export interface Desk {
  /** Claim the best task that is offered to this agent. */
  claim(): Promise<Claimed>;
  /** The lease in its new form; undefined: it was lost. */
  renew(lease: Lease): Promise<Lease | undefined>;
  /** Give a claim back with what was learned, the task in its new state where it gets one. A lost lease is no error. */
  release(lease: Lease, attempt: Attempt | undefined, becomes?: Closing): Promise<void>;
  /** The workspace on the hub's newest main, with nothing in it from before. */
  prepare(): Promise<void>;
  /** Is the task done already, on that main? Green: it is. */
  verify(task: Task): Promise<Check>;
  /** Run one session; the last event is `finished`. */
  session(wish: SessionWish, cancel: Cancel): AsyncIterable<SessionEvent>;
  harvest(task: Task): Promise<Harvest | undefined>;
  /** A quick check of the work, on a sample of the tests. */
  sample(task: Task): Promise<Check>;
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
