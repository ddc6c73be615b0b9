// What the end of a session means for its task: is it an attempt, and were there enough of them?

import type { Attempt, SessionOutcome, Task } from '@swarm/core';

/** Outcomes that are the provider's, the machine's or our own doing: the task was not really tried. */
const UNTRIED: ReadonlySet<string> = new Set<SessionOutcome>(['rate-limited', 'auth', 'killed']);
/** Words of attempts that end without a fault of the task. */
const FAULTLESS: ReadonlySet<string> = new Set([
  ...UNTRIED,
  'released',
  'expired',
  'landed',
  'conflict',
  'unclear',
]);

/** Does this end count as a try of the task? */
export const counts = (outcome: string): boolean => !FAULTLESS.has(outcome);

/** With this attempt, is the task out of tries? Says why, for whoever looks at it next. */
export function usedUp(task: Task, attempt: Attempt, most: number): string | undefined {
  if (!counts(attempt.outcome)) return undefined;
  const tries = [...task.attempts, attempt].filter(({ outcome }) => counts(outcome));
  if (tries.length < most) return undefined;
  const [why] = attempt.note?.split('\n') ?? [];
  const last = why === undefined ? attempt.outcome : `${attempt.outcome}: ${why}`;
  return `${tries.length} attempts failed; the last: ${last}`;
}
