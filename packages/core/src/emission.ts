// What a finished search means for the tasks that earlier ones left: which are made, brought up to date, closed or opened
// again. Pure; the same findings decided twice change nothing the second time.
//
// A task is the same piece of work as a finding of its origin when their fingerprints agree, or their members do, or one
// of the two is known by functions and the other only by the units that these lie in, or one has all members of the other:
// a cause turned out to be that of more of them, or of fewer.

import { moveTask, type Task, type TaskChange, type TaskDraft } from './task.js';
import { addTasks, type NewTask } from './task-list.js';

/** One thing that was found, as the task that it should be. */
export interface Finding extends NewTask {
  readonly draft: TaskDraft & { readonly members: readonly string[] };
  /** The units that the members lie in. */
  readonly units: readonly string[];
}

export interface Emission {
  /** Whose tasks these are, equal for all runs of one job: only tasks of this origin are touched. */
  readonly origin: string;
  /** The search was conclusive: what it did not find is not there any more. */
  readonly settled: boolean;
}

/**
 * The changes that bring the tasks of an origin in line with what was found.
 *
 * - A finding without a task becomes one; where its id is taken, with a number.
 * - A task that is found again keeps its id, state, priority, needs and attempts, and gets the new text. One that was `landed`
 *   or `superseded` is open again; `withdrawn` was a person's decision and stays.
 * - A task that isn't found any more is `superseded`, if the search was conclusive, and none of its units is part of another
 *   finding (a fault may hide behind one that shares a unit) or all of its members are part of one. One that is claimed is
 *   left to its holder.
 */
export function emission(
  tasks: readonly Task[],
  findings: readonly Finding[],
  { origin, settled }: Emission,
): TaskChange[] {
  const mine = tasks.filter((task) => task.origin === origin);
  const matches = matched(mine, findings);
  const updates = findings.flatMap((finding) => {
    const task = matches.get(finding);
    return task === undefined ? [] : updated(task, finding);
  });
  const found = new Set(matches.values());
  const inUse = new Set(findings.flatMap(({ units }) => units));
  const isGone = (task: Task) =>
    !liesIn(task, inUse) || findings.some(({ draft }) => isWithin(task.members, draft.members));
  const gone = mine.filter((task) => settled && !found.has(task) && ENDABLE.has(task.state) && isGone(task));
  const closed = gone.map((task) => ({ task: moveTask(task, 'superseded', 'it is not found any more') }));
  const fresh = findings.filter((finding) => !matches.has(finding));
  return [...updates, ...closed, ...added(tasks, [...updates, ...closed], fresh, origin)];
}

const ENDABLE: ReadonlySet<Task['state']> = new Set(['open', 'blocked']);
const OVER: ReadonlySet<Task['state']> = new Set(['landed', 'superseded']);

/**
 * Each finding's task, at most one finding a task: the surest agreement first, and what is over last: it is only taken up
 * again when it is the very same.
 */
function matched(mine: readonly Task[], findings: readonly Finding[]): Map<Finding, Task> {
  const matches = new Map<Finding, Task>();
  const take = (tasks: ReadonlySet<Task>, agrees: (task: Task, finding: Finding) => boolean) => {
    const free = new Set(tasks);
    for (const task of matches.values()) free.delete(task);
    for (const finding of findings) {
      if (matches.has(finding)) continue;
      const task = [...free].find((each) => agrees(each, finding));
      if (task === undefined) continue;
      matches.set(finding, task);
      free.delete(task);
    }
  };
  const among = (wanted: (task: Task) => boolean) => new Set(mine.filter(wanted));
  const over = among(({ state }) => OVER.has(state));
  const withdrawn = among(({ state }) => state === 'withdrawn');
  const standing = among((task) => !over.has(task) && !withdrawn.has(task));
  const exactly = (tasks: ReadonlySet<Task>) => {
    take(tasks, (task, finding) => sameFingerprint(task, finding) && sameMembers(task, finding));
    take(tasks, sameFingerprint);
    take(tasks, sameMembers);
  };
  exactly(standing);
  exactly(withdrawn);
  take(standing, samePlace);
  take(standing, contained);
  exactly(over);
  return matches;
}

const sameFingerprint = (task: Task, { draft }: Finding): boolean =>
  draft.fingerprint !== undefined && task.fingerprint === draft.fingerprint;

const sameMembers = (task: Task, { draft }: Finding): boolean =>
  task.kind === draft.kind && sameSet(task.members, draft.members);

/** One is known by functions, the other by units: a search that looked closer, or could not. */
function samePlace(task: Task, { draft, units }: Finding): boolean {
  if (task.kind !== draft.kind) return false;
  const finer = sameSet(task.members, units);
  const coarser = sameSet(draft.members, units) && sameSet(unitsOf(task.members, units), units);
  return finer || coarser;
}

/** One has all members of the other. */
const contained = (task: Task, { draft }: Finding): boolean =>
  task.kind === draft.kind &&
  task.members.length > 0 &&
  (isWithin(task.members, draft.members) || isWithin(draft.members, task.members));

const isWithin = (some: readonly string[], all: readonly string[]): boolean =>
  some.length > 0 && some.every((each) => all.includes(each));

/** Members as units, where these are among `units`. */
const unitsOf = (members: readonly string[], units: readonly string[]): string[] =>
  members.map((member) => units.find((unit) => member === unit || member.startsWith(`${unit}:`)) ?? member);

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((each) => right.has(each));
}

const liesIn = (task: Task, units: ReadonlySet<string>): boolean =>
  unitsOf(task.members, [...units]).some((unit) => units.has(unit));

/** The task with what is known now; nothing where that is what it says already. */
function updated(task: Task, { draft, attachments }: Finding): TaskChange[] {
  if (task.state === 'withdrawn') return [];
  const { priority: _priority, needs: _needs, attempts: _attempts, duplicateOf: _double, ...said } = draft;
  const names = attachments?.map(({ name }) => name);
  const now: Task = {
    ...task,
    ...said,
    id: task.id,
    labels: [...new Set([...task.labels, ...(draft.labels ?? [])])],
    touches: [...new Set([...task.touches, ...(draft.touches ?? [])])],
    ...(task.origin === undefined ? {} : { origin: task.origin }),
    ...(names === undefined ? {} : { attachments: names }),
  };
  const next = OVER.has(task.state) ? moveTask(now, 'open', `fails again (was ${task.state})`) : now;
  if (sameTask(next, task)) return [];
  return [attachments === undefined ? { task: next } : { task: next, attachments }];
}

/** Every field equal; all of them are texts, numbers and lists of such. */
function sameTask(a: Task, b: Task): boolean {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Task)[];
  return keys.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

/** New tasks, under ids that are free. */
function added(
  tasks: readonly Task[],
  changes: readonly TaskChange[],
  findings: readonly Finding[],
  origin: string,
): TaskChange[] {
  const changed = new Map(changes.map(({ task }) => [task.id, task]));
  const now = tasks.map((task) => changed.get(task.id) ?? task);
  const ids = new Set(now.map(({ id }) => id));
  const drafts = findings.map(({ draft, attachments }): NewTask => {
    const id = freeId(draft.id, ids);
    ids.add(id);
    const named = { draft: { ...draft, id, origin } };
    return attachments === undefined ? named : { ...named, attachments };
  });
  return addTasks(now, drafts).map(withNames);
}

/** A new task says which files come with it. */
const withNames = (change: TaskChange): TaskChange =>
  change.attachments === undefined
    ? change
    : { ...change, task: { ...change.task, attachments: change.attachments.map(({ name }) => name) } };

const LONGEST = 64;

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? '' : `-${number}`;
    const next = `${id.slice(0, LONGEST - ending.length).replace(/-+$/, '')}${ending}`;
    if (!taken.has(next)) return next;
  }
}
