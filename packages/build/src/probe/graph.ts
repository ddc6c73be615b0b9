// Which steps of a build must run again when some objects change. Pure.
//
// A step is downstream of an object when it reads it or something made from it. Steps that write the same file (an archive
// filled in two goes, a program linked and then stripped) only make sense as a whole, from the file's first writer on: when one
// of them runs, all of them run, and an object that one of them rewrites in place is put back first.

import type { BuildPlan } from '../plan.js';

export interface Rerun {
  /** Step numbers, in the recorded order. */
  readonly steps: readonly number[];
  /** Units whose objects must be put in place afresh although they did not change. */
  readonly refresh: readonly number[];
}

export class StepGraph {
  /** Unit number by the path of its object. */
  private readonly unitAt = new Map<string, number>();
  private readonly readers = new Map<string, number[]>();
  private readonly writers = new Map<string, number[]>();
  /** Units whose object some step rewrites: they are never linked from the store, always copied. */
  readonly rewritten: ReadonlySet<number>;

  constructor(private readonly plan: BuildPlan) {
    for (const [i, unit] of plan.units.entries()) this.unitAt.set(unit.object, i);
    plan.steps.forEach((step, i) => {
      for (const path of new Set(step.inputs)) append(this.readers, path, i);
      for (const path of new Set(step.outputs)) append(this.writers, path, i);
    });
    const rewritten = [...this.writers.keys()].flatMap((path) => this.unitAt.get(path) ?? []);
    this.rewritten = new Set(rewritten);
  }

  /** The steps downstream of changed units and of files that are no longer what a step made them. */
  downstream(changedUnits: Iterable<number>, staleFiles: Iterable<string> = []): Rerun {
    const steps = new Set<number>();
    const seen = new Set<string>();
    const queue: string[] = [];
    const dirty = (path: string) => {
      if (!seen.has(path)) queue.push(path);
      seen.add(path);
    };
    const run = (step: number) => {
      if (steps.has(step)) return;
      steps.add(step);
      for (const path of this.plan.steps[step]!.outputs) dirty(path);
    };
    for (const unit of changedUnits) dirty(this.plan.units[unit]!.object);
    for (const path of staleFiles) dirty(path);
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      for (const step of this.writers.get(path) ?? []) run(step);
      for (const step of this.readers.get(path) ?? []) run(step);
    }
    const refresh = [...seen]
      .filter((path) => this.writers.has(path))
      .flatMap((path) => this.unitAt.get(path) ?? []);
    return { steps: [...steps].sort((a, b) => a - b), refresh };
  }
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
