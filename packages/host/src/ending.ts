// Ending processes: politely first, then for good, looking again until none is left.

import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from './process-table.js';

/** Processes that are just about to end by themselves are not called leaked. */
export const LINGER_MS = 50;
/** How long processes may take to end after TERM. */
const GRACE_MS = 500;

const LOOK_MS = 10;
/** A process in uninterruptible sleep outlives KILL; don't wait for it for ever. */
const PATIENCE_MS = 10_000;

/** Finds what is still alive, anew at each call. */
export type Finder = () => readonly number[];

/**
 * TERM, a grace, KILL, until nothing is found. What is killed is found by `doomed`, which may name whole groups (as negative
 * numbers): in a group that is killed as one, nobody can start processes faster than they are ended.
 */
export async function endPolitely(find: Finder, doomed = find): Promise<void> {
  for (const pid of find()) {
    signalProcess(pid, 'SIGTERM');
    signalProcess(pid, 'SIGCONT');
  }
  if (!(await goneWithin(find, GRACE_MS))) await endAtOnce(doomed);
}

/** KILL until `find` finds nothing; false when something can't be ended. */
export async function endAtOnce(find: Finder): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let found = find(); found.length > 0; found = find()) {
    if (performance.now() >= deadline) return false;
    for (const pid of found) signalProcess(pid, 'SIGKILL');
    await sleep(LOOK_MS);
  }
  return true;
}

/**
 * True as soon as `find` finds nothing, twice in a row: to look through all processes takes more than a moment, in which one that starts
 * another and ends can hide both.
 */
export async function goneWithin(find: Finder, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (let empty = 0; ; ) {
    empty = find().length === 0 ? empty + 1 : 0;
    if (empty === 2) return true;
    if (empty === 0 && performance.now() >= deadline) return false;
    await sleep(LOOK_MS);
  }
}
