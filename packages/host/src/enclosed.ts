// Watches a program in its enclosure: what its processes take, and who of them is asked to end.

import type { Enclosure, ProcessUsage } from '@swarm/core';
import { type ProcessTable, readTable } from './leader.js';
import { memoryOf, readProcess } from './process-table.js';

const LOOK_MS = 200;
/** The machine's processes are read for all programs at once, and so seldom that it takes a small share of the time. */
const SHARE = 20;

/** Ask the enclosure a few times a second, until it says that the program took too much: once. Gives how to stop asking. */
export function watchUsage(
  { exceeded }: Pick<Enclosure, 'exceeded'>,
  find: (table: ProcessTable) => readonly number[],
  onExcess: (what: string) => void,
): () => void {
  if (exceeded === undefined) return () => {};
  const timer = setInterval(() => {
    const excess = exceeded(usageOf(find(recentTable())));
    if (excess === undefined) return;
    clearInterval(timer);
    onExcess(excess);
  }, LOOK_MS);
  return () => clearInterval(timer);
}

let recent: { readonly table: ProcessTable; readonly untilMs: number } | undefined;

function recentTable(): ProcessTable {
  const startedMs = performance.now();
  if (recent !== undefined && startedMs < recent.untilMs) return recent.table;
  const table = readTable();
  const readMs = performance.now();
  recent = { table, untilMs: readMs + Math.max(LOOK_MS / 2, SHARE * (readMs - startedMs)) };
  return table;
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
