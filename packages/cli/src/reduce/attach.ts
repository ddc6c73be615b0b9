// A reduction's end: the reproducer is kept in a form that others can run, and goes to its culprit's task.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Reduction, standaloneOf } from '@swarm/build';
import { createRunner, writeFileAtomic } from '@swarm/host';
import { flagWords } from '../bisect/flag-words.js';
import type { BuildSettings, Compiler } from '../bisect/settings.js';
import { repositoryRoot } from '../emit/emit.js';
import { openStore } from '../emit/store.js';
import { filesWith, withReproducer } from '../emit/task-reproducer.js';
import { RECIPE_FILE, readReproducer } from '../report/reproducers.js';

/** Keep how the source is run by itself, where it stands by itself. */
export async function keepRecipe(
  reduction: Reduction,
  text: string,
  settings: BuildSettings,
  folder: string,
): Promise<void> {
  const side = ({ cc, flags }: Compiler) => ({ command: cc, flags: flagWords(flags) });
  const sides = { target: side(settings.target), oracle: side(settings.oracles[0]) };
  const runner = createRunner({ jobs: 1 });
  const file = join(folder, RECIPE_FILE);
  try {
    const made = await standaloneOf(reduction, text, sides, runner);
    if (made === undefined) await rm(file, { force: true });
    else await writeFileAtomic(file, Buffer.from(`${JSON.stringify(made.recipe, undefined, 1)}\n`));
  } finally {
    await runner.close();
  }
}

/** Put the culprit's reproducer beside its task, in place of an earlier one. True when the task is there. */
export async function attach(
  task: string,
  culprit: string,
  { dir }: BuildSettings,
  signal: AbortSignal,
): Promise<boolean> {
  const reproducer = await readReproducer(join(dir, '.swarm'), culprit);
  if (reproducer === undefined) return false;
  const { store, isLocal } = await openStore(repositoryRoot(dir), signal);
  const known = (await store.list()).find(({ id }) => id === task);
  if (known === undefined) return false;
  const attachments = await filesWith(store, known, reproducer);
  const names = attachments.map(({ name }) => name);
  await store.change((tasks) => {
    const now = tasks.find(({ id }) => id === task);
    if (now === undefined) return [];
    return [{ task: { ...withReproducer(now, reproducer, !isLocal), attachments: names }, attachments }];
  });
  return true;
}
