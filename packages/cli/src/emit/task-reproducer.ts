// The reproducer that comes with a task: its files, what the task says of it, and its part in the task's commands.

import type { ReproducerRecipe, StandaloneReproducer } from '@swarm/build';
import type { Attachment, Task, TaskStore } from '@swarm/core';
import type { Reproducer } from '../report/reproducers.js';
import { oneLine } from '../terminal/line.js';

const SOURCE = 'reproducer.c';
/** What it reads, each file by its name behind this. */
const READ = 'reproducer-';
/** How it is run by itself, with what is shown of it. */
const RECIPE = 'reproducer.json';
const isOurs = (name: string): boolean => [SOURCE, RECIPE].includes(name) || name.startsWith(READ);

export function reproducerFiles({ text, reads, ...rest }: Reproducer): Attachment[] {
  return [
    { name: SOURCE, bytes: Buffer.from(text, 'latin1') },
    ...[...reads].map(([name, bytes]) => ({ name: `${READ}${name}`, bytes })),
    { name: RECIPE, bytes: Buffer.from(`${JSON.stringify(rest, undefined, 1)}\n`) },
  ];
}

/** The line of a task's body about it. */
export function reproducerLine({ mode, reads, lines, failure, recipe }: Reproducer): string {
  const what = mode === 'standalone' ? 'a whole program' : 'stands for the unit in its program';
  const files = [...reads.keys()].map((name) => `\`${READ}${name}\``).join(' and ');
  const read = files === '' ? '' : `, reads ${files}`;
  const alone = recipe === undefined ? '' : ', runs by itself';
  return `- reproducer: \`${SOURCE}\`, ${lines.after} lines, ${what}${read}${alone}: \`${oneLine(failure, 300).replaceAll('`', "'")}\``;
}

/**
 * A task's commands with a reproducer that runs by itself: it is asked first, and red settles it in a second; green takes the members
 * as well, since a fault may show in more than one way.
 */
export const asksReproducer = (verify: string, when: 'first' | 'only'): string =>
  verify.replace(/^swarm verify (?:--reproducer \w+ )?/, `swarm verify --reproducer ${when} `);

/** All files of a task with a new reproducer in the place of an earlier one. */
export async function filesWith(
  store: TaskStore,
  task: Task,
  reproducer: Reproducer,
): Promise<readonly Attachment[]> {
  const kept: Attachment[] = [];
  for (const name of task.attachments.filter((each) => !isOurs(each))) {
    const bytes = await store.attachment(task.id, name);
    if (bytes !== undefined) kept.push({ name, bytes });
  }
  return [...kept, ...reproducerFiles(reproducer)];
}

/** The task with what it says of a new reproducer. `isShared`: its files are where a clone can have them. */
export function withReproducer(task: Task, reproducer: Reproducer, isShared: boolean): Task {
  const lines = task.body.split('\n').filter((line) => !line.startsWith('- reproducer: '));
  const at = lines.findIndex((line) => line.startsWith('- found by: '));
  const body = lines.toSpliced(Math.max(at, 0), 0, reproducerLine(reproducer)).join('\n');
  const { verify } = task;
  if (verify === undefined || reproducer.recipe === undefined || !isShared) return { ...task, body };
  return {
    ...task,
    body,
    verify: asksReproducer(verify, 'first'),
    reproduce: asksReproducer(verify, 'only'),
  };
}

/** What comes from a store becomes files: no other names. */
const READ_NAME = /^reproducer-(?:input|argument-\d+(?:\.\w+)?)$/;

/** The reproducer that is kept with a task; undefined where there is none, or it can't be read. */
export async function storedReproducer(store: TaskStore, task: Task): Promise<Reproducer | undefined> {
  const [text, about] = await Promise.all([SOURCE, RECIPE].map((name) => store.attachment(task.id, name)));
  if (text === undefined || about === undefined) return undefined;
  const reads = new Map<string, Uint8Array>();
  for (const name of task.attachments.filter((each) => READ_NAME.test(each))) {
    const bytes = await store.attachment(task.id, name);
    if (bytes !== undefined) reads.set(name.slice(READ.length), bytes);
  }
  try {
    const said = JSON.parse(Buffer.from(about).toString('utf8')) as Omit<Reproducer, 'text' | 'reads'>;
    return { ...said, text: Buffer.from(text).toString('latin1'), reads };
  } catch {
    return undefined;
  }
}

/** The same, to be run; undefined for one that doesn't stand by itself. */
export async function runnableReproducer(
  store: TaskStore,
  task: Task,
): Promise<StandaloneReproducer | undefined> {
  const stored = await storedReproducer(store, task);
  if (stored?.recipe === undefined || !isRecipe(stored.recipe)) return undefined;
  const { recipe, text, reads } = stored;
  return { recipe, text, reads };
}

/** What comes from a store may have been written by anyone. */
const isRecipe = (it: ReproducerRecipe): boolean =>
  it.schema === 'swarm.reproducer/1' &&
  /^[\w.+-]+\.c$/.test(it.fileName) &&
  [it.compile, it.libraries, it.arguments].every(isWords) &&
  isTexts(it.env) &&
  Number.isFinite(it.timeLimitMs);

const isTexts = (texts: unknown): boolean =>
  typeof texts === 'object' &&
  texts !== null &&
  Object.values(texts).every((text) => typeof text === 'string');

const isWords = (words: unknown): boolean =>
  Array.isArray(words) && words.every((word) => typeof word === 'string');

/** The task of these members that has a reproducer, by the job that made it. */
export function taskOfMembers(
  tasks: readonly Task[],
  origin: string,
  members: readonly string[],
): Task | undefined {
  const wanted = [...members].sort().join('\0');
  return tasks.find(
    (task) =>
      task.origin === origin &&
      task.attachments.includes(RECIPE) &&
      [...task.members].sort().join('\0') === wanted,
  );
}
