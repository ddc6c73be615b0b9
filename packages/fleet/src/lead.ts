// A session of a lead, who changes nothing and proposes tasks for others.

import type { Cancellation, Task } from '@swarm/core';
import { type Over, Purse } from './purse.js';
import { accountsOf, type Seat, type Shared } from './seat.js';
import { heldSession, type SessionResult } from './session.js';

export interface LeadWish {
  /** What the tasks are for, in the words of who asks. */
  readonly goal: string | undefined;
  /** At most so many. */
  readonly most: number;
  /** Where they are to be written, relative to the workspace. */
  readonly file: string;
  /** What is known already. */
  readonly tasks: readonly Pick<Task, 'id' | 'title' | 'verify'>[];
}

export type LeadEnd =
  | { readonly kind: 'ended'; readonly session: SessionResult }
  | ({ readonly kind: 'over' } & Over);

/** Run it within the limits of the run, the day and its role. Throws what ports throw. */
export async function leadSession(
  seat: Seat,
  shared: Shared,
  wish: LeadWish,
  stop: Cancellation,
): Promise<LeadEnd> {
  const purse = new Purse(shared.ledger, seat.role);
  try {
    const over = purse.reserve(accountsOf(seat, shared));
    if (over !== undefined) return { ...over, kind: 'over' };
    await seat.desk.prepare();
    const prompt = leadPrompt(seat.pages, wish);
    return { kind: 'ended', session: await heldSession(seat, shared, purse, { task: 'plan', prompt, stop }) };
  } finally {
    purse.close();
  }
}

/** How many known tasks are told. */
const TOLD = 100;

export function leadPrompt({ project, role }: Seat['pages'], wish: LeadWish): string {
  const { goal, most, file, tasks } = wish;
  const known = tasks
    .slice(0, TOLD)
    .map(({ id, title, verify }) => `- \`${id}\` ${title}${verify ? `: \`${verify}\`` : ''}`);
  const more = tasks.length > TOLD ? [`... and ${tasks.length - TOLD} more: \`swarm task list\``] : [];
  const own = `# Your task: propose tasks

You change nothing. Look at this repository, see what is to be done, and write it down as tasks for others: each is taken by somebody who
knows nothing but the repository and the task's own text, and works at the same time as the others.
${goal === undefined ? '' : `\nWhat they are for: ${goal}\n`}
Write them to \`${file}\`, as a JSON list of at most ${most}:

    [{"title": "Unions are parsed as structs",
      "body": "What is wrong, where, how to look at it.",
      "verify": "make check-unions",
      "touches": ["src/parser.c"]}]

- \`verify\` is run at the root of a clean checkout: it fails now, and ends with exit status 0 when the task is done and only then. Each one is run
  now; a task whose command passes already, or can't be run, is refused.
- \`touches\` are the paths that it will likely change. Two tasks that would change the same lines are one task.
- \`reproduce\`, \`priority\` (higher comes first), \`labels\`, \`kind\`, \`members\` (files that it is about) and \`needs\` (ids of tasks that must be done first)
  are for when they help.
- Small enough for one session each; no task for what is known already.

${known.length === 0 ? 'No tasks are known yet.' : ['Known already:', '', ...known, ...more].join('\n')}`;
  return `${[project, role, own]
    .map((part) => part?.trim())
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n')}\n`;
}
