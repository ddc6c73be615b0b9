// Where each compiled object lies during a replay. All objects are put in place before the first step and no step ever
// writes to one: an object whose path the build uses for others too, or edits, gets a place of our own and is copied.

import { join } from 'node:path';
import type { SourceCompile } from './action.js';
import { contains } from './root.js';
import type { Step } from './versions.js';

/** Name of the folder under the root for objects that the build keeps nowhere of their own. */
const OWN_FOLDER = '.swarm-objects';

/** Copies to make before a step: from an object's place to where the step reads it. */
interface CopyBefore {
  readonly step: Step;
  readonly from: string;
  readonly to: string;
}

export interface Placement {
  readonly placeOf: ReadonlyMap<SourceCompile, string>;
  readonly copies: readonly CopyBefore[];
}

/** Decide the places for the objects that `steps` (in order) consume. */
export function placeObjects(steps: readonly Step[], root: string): Placement {
  const usesOf = new Map<SourceCompile, { step: Step; path: string }[]>();
  const usersOf = new Map<string, Set<SourceCompile>>();
  const written = new Set<string>();
  const use = (compile: SourceCompile, step: Step, path: string | undefined) => {
    const uses = usesOf.get(compile) ?? [];
    usesOf.set(compile, uses);
    if (path === undefined) return;
    uses.push({ step, path });
    usersOf.set(path, (usersOf.get(path) ?? new Set()).add(compile));
  };
  for (const step of steps) {
    for (const compile of step.compiled) use(compile, step, undefined);
    for (const { path, version } of step.inputs)
      if (version?.maker.kind === 'compile') use(version.maker.compile, step, path);
    for (const output of step.outputs) written.add(output.path);
  }
  const isFree = (path: string) =>
    usersOf.get(path)!.size === 1 && !written.has(path) && contains(root, path);
  const placeOf = new Map<SourceCompile, string>();
  const copies: CopyBefore[] = [];
  for (const [compile, uses] of usesOf) {
    const free = uses.find(({ path }) => isFree(path))?.path;
    const place = free ?? join(root, OWN_FOLDER, `${placeOf.size}.o`);
    placeOf.set(compile, place);
    for (const { step, path } of uses) if (path !== place) copies.push({ step, from: place, to: path });
  }
  return { placeOf, copies };
}
