// Watches a program in its enclosure: what its processes take, and who of them is asked to end.

import type { Enclosure, ProcessUsage } from '@swarm/core';
import { memoryOf, readProcess } from './process-table.js';

const LOOK_MS = 200;

/** Ask the enclosure a few times a second, until it says that the program took too much: once. Gives how to stop asking. */
export function watchUsage(
  { exceeded }: Pick<Enclosure, 'exceeded'>,
  find: () => readonly number[],
  onExcess: (what: string) => void,
): () => void {
  const timer = setInterval(() => {
    const excess = exceeded(usageOf(find()));
    if (excess === undefined) return;
    clearInterval(timer);
    onExcess(excess);
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Those of the members of a leader that are asked to end; who only holds others follows them. */
export const askedOf = (
  members: readonly number[],
  leader: number | undefined,
  holdsOthers: boolean,
): number[] =>
  members.filter((pid) => pid !== leader && !(holdsOthers && readProcess(pid)?.parent === leader));

const usageOf = (pids: readonly number[]): ProcessUsage => ({
  processes: pids.length,
  memoryBytes: pids.reduce((sum, pid) => sum + memoryOf(pid), 0),
});
