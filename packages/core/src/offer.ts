// Which task an agent is offered next. Agents that all take the most obvious task do each other's work; these are spread.
//
// Offered is what is open, not claimed, not a duplicate, and needs nothing that isn't done. The highest priority comes first;
// among equals the one whose paths overlap least with what is being worked on; among those any, by a number that depends on
// the agent's seed and the task alone, so that two agents see two orders, and one agent sees the same order each time.

import type { Task } from './task.js';

/** The tasks that may be claimed now, best first. `claimed`: ids of tasks with a live claim. */
export function offers(tasks: readonly Task[], claimed: ReadonlySet<string>, seed: string): Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const busy = busyPaths(tasks.filter((task) => claimed.has(task.id)));
  const start = hashed(HASH_START, `${seed}\0`);
  return tasks
    .filter((task) => isOffered(task) && !claimed.has(task.id) && waitsFor(task, byId).length === 0)
    .map((task) => ({ task, overlap: overlap(task, busy), lot: lot(start, task.id) }))
    .sort((a, b) => b.task.priority - a.task.priority || a.overlap - b.overlap || a.lot - b.lot)
    .map(({ task }) => task);
}

/** Open, and no duplicate of another one. */
const isOffered = (task: Task): boolean => task.state === 'open' && task.duplicateOf === undefined;

/** The ids that a task needs and that are not done. A need that was withdrawn or that nobody knows holds it back, too. */
export function waitsFor(task: Task, byId: ReadonlyMap<string, Task>): string[] {
  return task.needs.filter((id) => !isDone(byId.get(id)));
}

/**
 * Open tasks that can be worked on, now or once others are done: no doubles, and none that waits for what nobody will do.
 */
export function stillToDo(tasks: readonly Task[]): Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = new Map<string, boolean>();
  const original = (task: Task | undefined) =>
    task?.duplicateOf === undefined ? task : byId.get(task.duplicateOf);
  const canBeDone = (task: Task | undefined): boolean => {
    if (task === undefined || isDone(task)) return task !== undefined;
    const before = known.get(task.id);
    if (before !== undefined) return before;
    known.set(task.id, false); // Who needs itself in the end is never done.
    const answer = isOffered(task) && task.needs.every((id) => canBeDone(original(byId.get(id))));
    known.set(task.id, answer);
    return answer;
  };
  return tasks.filter((task) => task.state === 'open' && canBeDone(task));
}

const isDone = (task: Task | undefined): boolean => task?.state === 'landed' || task?.state === 'superseded';

/** What is being worked on: the paths, and the folders above them. */
interface Busy {
  readonly paths: ReadonlySet<string>;
  readonly above: ReadonlySet<string>;
}

function busyPaths(tasks: readonly Task[]): Busy {
  const paths = new Set(tasks.flatMap((task) => task.touches).map(plain));
  return { paths, above: new Set([...paths].flatMap(foldersAbove)) };
}

/** How many of a task's paths are being worked on: the same path, or one inside the other. */
function overlap(task: Task, busy: Busy): number {
  if (busy.paths.size === 0) return 0;
  let met = 0;
  for (const path of task.touches) if (meets(plain(path), busy)) met++;
  return met;
}

const meets = (path: string, busy: Busy): boolean =>
  busy.paths.has(path) || busy.above.has(path) || isInside(path, busy.paths);

function isInside(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (folders.has(path.slice(0, end))) return true;
  return false;
}

const plain = (path: string): string => (path.endsWith('/') ? path.replace(/\/+$/, '') : path);

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    folders.push(path.slice(0, end));
  return folders;
}

/** FNV-1a, 32 bits, gone on with from `hash`. */
function hashed(hash: number, text: string): number {
  let at = hash;
  for (let i = 0; i < text.length; i++) at = Math.imul(at ^ text.charCodeAt(i), 0x01000193);
  return at;
}

const HASH_START = 0x811c9dc5;

/** With a final mix (murmur3's): spreads, no secret. */
function lot(start: number, text: string): number {
  let hash = hashed(start, text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
