// Roles: which tasks each takes, and when a role that works without a task has its next round.

import { EXIT, globMatcher, SwarmError, type Task } from '@swarm/core';
import { readDuration } from './duration.js';

/** What a role takes: a task that has one of the kinds, one of the labels and one of the paths, as far as they are given. */
export interface Takes {
  readonly kinds?: readonly string[];
  readonly labels?: readonly string[];
  /** Globs; the paths that a task is likely to change, and the files that it is about. */
  readonly paths?: readonly string[];
}

/** How long from one round to the next: a time, or so many tasks landed by others. */
export type Every = { readonly afterMs: number } | { readonly landings: number };

/** A role of a run, as far as it matters for who does what. */
export interface Duty {
  readonly role: string;
  readonly takes: Takes | undefined;
  /** It works without a task. */
  readonly every: Every | undefined;
}

/**
 * Which tasks a role of a run takes: those that it names; without a word of its own, all that no other role of the run names.
 */
export function takenBy(role: string, duties: readonly Duty[]): (task: Task) => boolean {
  const own = duties.find((duty) => duty.role === role)?.takes;
  if (own !== undefined) return matcher(own);
  const others = duties.flatMap(({ takes }) => (takes === undefined ? [] : [matcher(takes)]));
  return (task) => !others.some((matches) => matches(task));
}

function matcher({ kinds, labels, paths }: Takes): (task: Task) => boolean {
  const globs = paths?.map(globMatcher);
  return (task) =>
    (kinds === undefined || kinds.includes(task.kind)) &&
    (labels === undefined || labels.some((label) => task.labels.includes(label))) &&
    (globs === undefined || pathsOf(task).some((path) => globs.some((matches) => matches(path))));
}

/** Members are files, or functions of files: `src/a.c:parse`. */
const pathsOf = ({ touches, members }: Task): string[] => [
  ...touches,
  ...members.map((member) => member.replace(/:[^/]*$/, '')),
];

/** How the last round stands: so long ago, and so many tasks landed since. */
export interface SinceLast {
  readonly ms: number;
  readonly landings: number;
}

/** Is a role's next round due? At once where there was none. */
export function isDue(every: Every, since: SinceLast | undefined): boolean {
  if (since === undefined) return true;
  return 'afterMs' in every ? since.ms >= every.afterMs : since.landings >= every.landings;
}

/** `2h`, `30m`, `20 landings`. Throws `bad-every` (exit 2). */
export function readEvery(text: string): Every {
  const afterMs = readDuration(text);
  if (afterMs !== undefined) return { afterMs };
  const landings = /^([1-9]\d{0,8}) landings?$/.exec(text)?.[1];
  if (landings !== undefined) return { landings: Number(landings) };
  throw new SwarmError(`every: ${JSON.stringify(text)} says no time`, {
    code: 'bad-every',
    exit: EXIT.usage,
    hint: 'give a time such as 2h, or a number of landings such as 20 landings',
  });
}
