// Small programs that `swarm reduce` made of culprits, as it keeps them: a folder a culprit in the state folder, with the
// result in its log. None is no problem: most culprits have none yet.

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ReproducerRecipe } from '@swarm/build';
import type { LogEvent } from './run-log.js';

export interface Reproducer {
  readonly text: string;
  /** `standalone`: a whole program; `in-program`: it stands for the culprit's unit. */
  readonly mode: string;
  /** How it fails, in the words of an outcome. */
  readonly failure: string;
  /** What it reads, by name: `input` from standard input, the others as its arguments name them. */
  readonly reads: ReadonlyMap<string, Uint8Array>;
  readonly lines: { readonly before: number; readonly after: number };
  /** How it is run by itself, where it stands by itself. */
  readonly recipe?: ReproducerRecipe;
}

/** The file of a reduction's folder that says how its source is run by itself. */
export const RECIPE_FILE = 'reproducer.json';

/** A file that is read and larger than this stays here. */
const LARGEST_BYTES = 2 ** 20;

/** The newest finished reduction of a culprit, by its id. */
export async function readReproducer(state: string, culprit: string): Promise<Reproducer | undefined> {
  const folder = join(state, 'reductions', culprit);
  const log = await readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => undefined);
  const result = log?.split('\n').findLast((line) => line.includes('"swarm.reduce/1"'));
  if (result === undefined) return undefined;
  try {
    const said = JSON.parse(result) as LogEvent & {
      readonly file: string;
      readonly mode: string;
      readonly reads: readonly string[];
      readonly failure: { readonly kind: string; readonly detail: string };
      readonly before: { readonly lines: number };
      readonly after: { readonly lines: number };
    };
    const text = await readFile(join(folder, basename(said.file)), 'latin1').catch(() =>
      readFile(said.file, 'latin1'),
    );
    const { kind, detail } = said.failure;
    const recipe = await readFile(join(folder, RECIPE_FILE), 'utf8').catch(() => undefined);
    return {
      text,
      mode: said.mode,
      failure: `${kind}: ${detail}`,
      reads: await filesOf(folder, said.reads),
      lines: { before: said.before.lines, after: said.after.lines },
      ...(recipe === undefined ? {} : { recipe: JSON.parse(recipe) as ReproducerRecipe }),
    };
  } catch {
    return undefined; // Cut short, or its file is gone.
  }
}

async function filesOf(folder: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const all = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, basename(name))).catch(() => undefined);
      return bytes === undefined || bytes.length > LARGEST_BYTES ? [] : [[name, bytes] as const];
    }),
  );
  return new Map(all.flat());
}

/** Those of several culprits, by id. */
export async function readReproducers(
  state: string,
  culprits: readonly string[],
): Promise<ReadonlyMap<string, Reproducer>> {
  const found = await Promise.all(culprits.map(async (id) => [id, await readReproducer(state, id)] as const));
  return new Map(found.flatMap(([id, reproducer]) => (reproducer === undefined ? [] : [[id, reproducer]])));
}
