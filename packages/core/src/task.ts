// A task: a scoped piece of work that an agent or a person with no other context can take and prove done, and the moves
// that are legal between its states. Where tasks are kept is a store's business; this is what they are.

import { EXIT, SwarmError } from './errors.js';

export const TASK_STATES = ['open', 'claimed', 'landed', 'superseded', 'blocked', 'withdrawn'] as const;

/**
 * `claimed` is never stored: a task is claimed exactly while a live lease on it exists, and readers derive it.
 * `landed`: work that closed it is on main. `superseded`: its `verify` is green without work of its own.
 * `blocked`: attempts are used up, or a person is needed. `withdrawn`: taken back by who made it.
 */
export type TaskState = (typeof TASK_STATES)[number];

/** One try at a task, for whoever tries next. */
export interface Attempt {
  readonly agent: string;
  /** How it ended: `landed`, `released`, `failed`, `expired`, ... */
  readonly outcome: string;
  /** What was learned, in a few lines. */
  readonly note?: string;
  /** Paths that it changed, relative to the repository. */
  readonly touched?: readonly string[];
  /** ISO 8601, for people only: nothing is decided by a clock. */
  readonly at?: string;
}

export interface Task {
  /** Lower-case letters, digits and hyphens, at most 64: safe as a ref, a file and a shell word. */
  readonly id: string;
  /** One line in the field's words. */
  readonly title: string;
  readonly state: TaskState;
  /** Higher is offered first; 0 unless given. */
  readonly priority: number;
  /** Markdown: what fails, where, how to look at it. */
  readonly body: string;
  /** The command that shows the failure from a clean checkout, run at the repository's root. */
  readonly reproduce?: string;
  /** The command that is green (exit 0) when the task is done, run at the repository's root. */
  readonly verify?: string;
  /** Units or functions (`src/a.c`, `src/a.c:parse`) that it is about. */
  readonly members: readonly string[];
  /** A free word for filters: `miscompile`, `boundary`, `link`, `rejected`, `test`, ... */
  readonly kind: string;
  /** Equal for two tasks that are one piece of work under two names. */
  readonly fingerprint?: string;
  /** What made it (`bisect:<job>`): who made a task may update and withdraw it. */
  readonly origin?: string;
  /** Tasks that must be done first. */
  readonly needs: readonly string[];
  /** Paths it is likely to change. */
  readonly touches: readonly string[];
  readonly labels: readonly string[];
  readonly attempts: readonly Attempt[];
  /** The task that stands for this one, when this is a duplicate of it. */
  readonly duplicateOf?: string;
  /** Why it is blocked, superseded or withdrawn, or the commit that landed it. */
  readonly reason?: string;
  /** Files beside it (reproducers, assembly of both sides): relative names, no `..`. Contents are the store's. */
  readonly attachments: readonly string[];
}

/** What a list of tasks shows of one. */
export type TaskHead = Pick<Task, 'id' | 'title' | 'state' | 'priority' | 'kind' | 'labels' | 'duplicateOf'>;

/** A file that comes with a task. */
export interface Attachment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A task as someone hands it in; what is absent gets its default. */
export type TaskDraft = Pick<Task, 'id' | 'title'> &
  Partial<Omit<Task, 'id' | 'title' | 'state' | 'attachments'>>;

/** The task that a draft stands for, open and untried. */
export const taskOf = (draft: TaskDraft): Task => ({
  priority: 0,
  body: '',
  members: [],
  kind: 'task',
  needs: [],
  touches: [],
  labels: [],
  attempts: [],
  ...draft,
  state: 'open',
  attachments: [],
});

const MOVES: Readonly<Record<TaskState, readonly TaskState[]>> = {
  open: ['claimed', 'landed', 'superseded', 'blocked', 'withdrawn'],
  claimed: ['open', 'landed', 'superseded', 'blocked', 'withdrawn'],
  blocked: ['open', 'superseded', 'withdrawn'],
  landed: ['open'],
  superseded: ['open'],
  withdrawn: ['open'],
};

/** The task in another state. Throws `illegal-transition` (exit 2) naming both states where there is no such move. */
export function moveTask<T extends Pick<Task, 'id' | 'state' | 'reason'>>(
  task: T,
  to: TaskState,
  reason?: string,
): T {
  if (!MOVES[task.state].includes(to))
    throw new SwarmError(`task ${task.id}: is ${task.state}, cannot become ${to}`, {
      code: 'illegal-transition',
      exit: EXIT.usage,
      hint: `from ${task.state} it can become ${MOVES[task.state].join(', ')}`,
    });
  const { reason: _, ...rest } = task;
  return { ...rest, state: to, ...(reason === undefined ? {} : { reason }) } as T;
}

/** The longest id there is. */
const ID_LENGTH = 64;

/** An id out of any words: lower case, hyphens, never empty, never leading with a hyphen or dot. */
export function taskId(words: string): string {
  const id = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, ID_LENGTH)
    .replace(/^-+|-+$/g, '');
  return id === '' ? 'task' : id;
}

/** Is this an id, as written? Everything that is made into a ref or a path is checked with this first. */
export const isTaskId = (id: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(id);

/** One change of a stored task, with the files to put beside it; undefined `task`: nothing to change. */
export interface TaskChange {
  readonly task: Task;
  /** Replaces all of its attachments when given. */
  readonly attachments?: readonly Attachment[];
}

/**
 * Where tasks are kept. `change` reads all tasks, applies a pure decision to them and stores what it says, at once or not
 * at all; when someone else was first, it reads and decides again, so the decision may be asked several times.
 */
export interface TaskStore {
  list(): Promise<readonly Task[]>;
  /** The bytes of one attachment, or undefined where there is none of that name. */
  attachment(id: string, name: string): Promise<Uint8Array | undefined>;
  change(decide: (tasks: readonly Task[]) => readonly TaskChange[]): Promise<void>;
}
