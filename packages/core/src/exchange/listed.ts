// A list of tasks that came from outside (Markdown, JSON, an issue tracker, a test report) or goes there. Readers give
// what they understood and every problem that they met; nothing is stored by them.

import { isTaskId, type TaskDraft, type TaskState, taskId } from '../task.js';

/** A state that a list can give: a claim is never written down. */
export type ListedState = Exclude<TaskState, 'claimed'>;

export interface ListedTask {
  readonly draft: TaskDraft;
  readonly state: ListedState;
  /** Where in the list it stands: `line 12`, `$[3]`. */
  readonly where: string;
}

export interface ListProblem {
  readonly where: string;
  readonly reason: string;
  /** Set when a key isn't known: the key, and those that are. */
  readonly unknownKey?: { readonly key: string; readonly known: readonly string[] };
}

export interface TaskList {
  readonly tasks: readonly ListedTask[];
  /** Empty: the list can be taken over. */
  readonly problems: readonly ListProblem[];
  /** What was left out on purpose, in words for a person: `2 pull requests`. */
  readonly skipped: readonly string[];
}

/** A task whose id may still be missing: then one is made from its title. */
export interface UnnamedTask extends Omit<ListedTask, 'draft'> {
  readonly draft: Omit<TaskDraft, 'id'> & { readonly id?: string };
}

/** Any text as one line: white space and control characters become single spaces. */
export const asTitle = (text: string): string => text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const ID_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * An id out of words, the same for the same words. What a slug of 64 characters can't hold, or letters that it can't
 * write, is told apart by a hash at the end.
 */
export function idFromWords(words: string): string {
  const slug = taskId(words);
  const plain = words.normalize('NFKD').replace(/\p{M}/gu, '');
  const whole = plain.replace(/[^a-zA-Z0-9]+/g, '').length === slug.replaceAll('-', '').length;
  if (whole && !/[^\x20-\x7e]/.test(plain)) return slug;
  const kept = slug.slice(0, ID_LENGTH - HASH_LENGTH - 1).replace(/-+$/, '');
  return `${kept}-${fnv1a64(words)}`.slice(0, ID_LENGTH);
}

/** Gives every task an id: its own, or one from its title that no other task of the list has. */
export function named(tasks: readonly UnnamedTask[]): { tasks: ListedTask[]; problems: ListProblem[] } {
  const problems: ListProblem[] = [];
  const places = new Map<string, string>();
  for (const { draft, where } of tasks) {
    const { id } = draft;
    if (id === undefined) continue;
    if (!isTaskId(id)) problems.push({ where, reason: `id ${JSON.stringify(id)}: ${ID_RULE}` });
    const other = places.get(id);
    if (other !== undefined) problems.push({ where, reason: `id \`${id}\` is also at ${other}` });
    else places.set(id, where);
  }
  const taken = new Set(places.keys());
  const withIds = tasks.map((task) => {
    const id = task.draft.id ?? freeId(idFromWords(task.draft.title), taken);
    taken.add(id);
    return { ...task, draft: { ...task.draft, id } };
  });
  return { tasks: withIds, problems };
}

/** What an id must be, for people. */
export const ID_RULE = 'an id is lower-case letters, digits and hyphens, at most 64';

function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const next = `${id.slice(0, ID_LENGTH - ending.length)}${ending}`;
    if (!taken.has(next)) return next;
  }
}

/** FNV-1a in 64 bits over UTF-16 units, cut to the hash's length: tells texts apart, protects nothing. */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash ^= BigInt(text.charCodeAt(i));
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0').slice(0, HASH_LENGTH);
}
