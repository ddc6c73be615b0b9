// Watches a program in its enclosure: what its processes take, and who of them is asked to end.

import type { Enclosure, ProcessUsage } from '@swarm/core';
import { endAtOnce } from './ending.js';
import { type ProcessTable, readTable } from './leader.js';
import { beneath, listProcesses, memoryOf, processesWithVariable, readProcess } from './process-table.js';

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

/** Programs that run inside, each started by itself with this variable in its environment; what holds one counts for nothing. */
export interface Marked {
  readonly variable: string;
  readonly value: string;
}

/** Watch what they take together, with all that they started; when it is too much, all of them are ended. Gives how to stop. */
export function watchMarked(
  by: Pick<Enclosure, 'exceeded'>,
  { variable, value }: Marked,
  onExcess: (what: string) => void,
): () => void {
  const find = () => {
    const roots = processesWithVariable(variable, (it) => it === value);
    return beneath(new Set(roots), listProcesses());
  };
  let stop = () => {};
  let stopped = false;
  const watch = () => {
    if (stopped) return;
    stop = watchUsage(by, find, (what) => {
      onExcess(what);
      void endAtOnce(find).then(watch);
    });
  };
  watch();
  return () => {
    stopped = true;
    stop();
  };
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
