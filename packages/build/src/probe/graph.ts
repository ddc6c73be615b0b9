// Which steps of a build must run again when some objects change. Pure.
//
// A step is downstream of an object when it reads it or something made from it. Steps that write the same file (an archive
// filled in two goes, a program linked and then stripped) only make sense as a whole, from the file's first writer on: when
// one of them runs, all of them run, and an object that one of them rewrites in place is put back first.

import type { ReplayStep } from '../plan.js';

export interface Rerun {
  /** Step numbers, in the recorded order. */
  readonly steps: readonly number[];
  /** Objects, by number, that must be put in place afresh although they did not change. */
  readonly refresh: readonly number[];
  /** Files to remove before: those that the steps make from nothing. */
  readonly removes: readonly string[];
  /** All files that the steps make or change. */
  readonly writes: readonly string[];
}

export class StepGraph {
  private readonly objectAt = new Map<string, number>();
  private readonly readers = new Map<string, number[]>();
  private readonly writers = new Map<string, number[]>();
  /** Objects that some step rewrites in place. */
  readonly rewritten: ReadonlySet<number>;

  /** `objects` are the paths of the files that probes put in place. */
  constructor(
    objects: readonly string[],
    private readonly steps: readonly Pick<ReplayStep, 'inputs' | 'outputs'>[],
  ) {
    for (const [i, path] of objects.entries()) this.objectAt.set(path, i);
    for (const [i, step] of steps.entries()) {
      for (const path of new Set(step.inputs)) append(this.readers, path, i);
      for (const path of new Set(step.outputs)) append(this.writers, path, i);
    }
    const rewritten = [...this.writers.keys()].flatMap((path) => this.objectAt.get(path) ?? []);
    this.rewritten = new Set(rewritten);
  }

  /** The steps downstream of changed objects and of files that are no longer what a step made them. */
  downstream(changed: Iterable<number>, stale: Iterable<string> = []): Rerun {
    const steps = new Set<number>();
    const seen = new Set(stale);
    for (const path of this.pathsOf(changed)) seen.add(path);
    // A set may grow while it is walked: what is added is visited too.
    for (const path of seen) {
      for (const step of [...(this.writers.get(path) ?? []), ...(this.readers.get(path) ?? [])]) {
        if (steps.has(step)) continue;
        steps.add(step);
        for (const output of this.steps[step]!.outputs) seen.add(output);
      }
    }
    const written = [...seen].filter((path) => this.writers.has(path));
    return {
      steps: [...steps].sort((a, b) => a - b),
      refresh: written.flatMap((path) => this.objectAt.get(path) ?? []),
      writes: written,
      removes: written.filter((path) => !this.objectAt.has(path) && this.isMadeFromNothing(path)),
    };
  }

  private pathsOf(objects: Iterable<number>): string[] {
    const wanted = new Set(objects);
    return [...this.objectAt].filter(([, object]) => wanted.has(object)).map(([path]) => path);
  }

  /** An archive that was there before the build and only gets members must stay. */
  private isMadeFromNothing(path: string): boolean {
    const first = this.writers.get(path)![0]!;
    return !this.steps[first]!.inputs.includes(path);
  }
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
