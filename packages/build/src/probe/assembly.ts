// How objects become products in a slot: by replaying the steps that changes call for, or by a command that does it all.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outcome } from '@swarm/core';
import type { ProcessRunner, RunResult } from '@swarm/host';
import type { BuildPlan, ReplayStep } from '../plan.js';
import { diskFull } from '../store/blobs.js';
import type { StepGraph } from './graph.js';
import { AS_RECORDED, type LinkVariation, variedSteps } from './link-variation.js';
import type { Place } from './place.js';
import { replayEnd, replayScript } from './script.js';
import { cutOff, linkOutcome } from './verdicts.js';

/** A file with an object's present content, by the object's number. */
export type CopyOf = (object: number) => string;

/**
 * The files that a probe puts in place: the objects of all units, then those that no unit makes. Their positions here are
 * their numbers, so the first ones are those of the units.
 */
export const placedObjects = (plan: BuildPlan): string[] => [
  ...plan.units.map((unit) => unit.object),
  ...plan.fixedObjects.map((fixed) => fixed.object),
];

/** What a change of objects calls for. */
export interface Work {
  /** Objects that must be put in place afresh although they did not change. */
  readonly refresh: readonly number[];
  /** Files to remove first, so that nothing old is taken for new. */
  readonly removes: readonly string[];
  /** Files that it makes or changes; undefined where that is only known afterwards. */
  readonly writes?: readonly string[];
  /** Do it: how it failed, or undefined where it went well. */
  readonly run: (signal: AbortSignal | undefined, copyOf: CopyOf) => Promise<Outcome | undefined>;
}

/** Turns the objects in a slot into products. Paths are those of the original tree. */
export interface Assembly {
  /** The work that changed objects and stale files call for; undefined where there is none. */
  work(changed: readonly number[], stale: ReadonlySet<string>, variation?: LinkVariation): Work | undefined;
  /** Every file that it writes, as far as known by now. */
  outputs(): readonly string[];
  /** The outputs that a test can see. */
  products(): readonly string[];
}

/** Where an assembly works. */
export interface Bench {
  readonly place: Place;
  readonly copy: string;
  /** A folder of the slot's own, outside its copy. */
  readonly side: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runner: ProcessRunner;
  /** Walks the copy from outside any view. */
  readonly walker: ProcessRunner;
  readonly skip: readonly string[];
}

/** Replays recorded steps, only those that are downstream of what changed. */
export class StepReplay implements Assembly {
  private lastScript = '';
  private readonly written: readonly string[];

  constructor(
    private readonly plan: BuildPlan,
    private readonly graph: StepGraph,
    private readonly bench: Bench,
  ) {
    const all = graph.downstream(placedObjects(plan).keys());
    this.written = all.steps.flatMap((step) => plan.steps[step]!.outputs);
  }

  work(
    changed: readonly number[],
    stale: ReadonlySet<string>,
    variation: LinkVariation = AS_RECORDED,
  ): Work | undefined {
    const { steps, refresh, removes, writes } = this.graph.downstream(changed, stale);
    if (steps.length === 0) return undefined;
    return { refresh, removes, writes, run: (signal) => this.replay(steps, variation, signal) };
  }

  outputs(): readonly string[] {
    return this.written;
  }

  products(): readonly string[] {
    return this.plan.products;
  }

  private async replay(
    steps: readonly number[],
    variation: LinkVariation,
    signal: AbortSignal | undefined,
  ): Promise<Outcome | undefined> {
    const { place } = this.bench;
    for (const folder of new Set(steps.flatMap((step) => foldersOf(this.plan.steps[step]!))))
      mkdirSync(place.file(folder), { recursive: true });
    const file = join(this.bench.side, 'steps.sh');
    const script = replayScript(variedSteps(this.plan, variation), steps, place);
    if (script !== this.lastScript) writeFileSync(file, script);
    this.lastScript = script;
    const result = await runIn(this.bench, ['sh', file], this.plan.root, signal);
    const end = replayEnd(result.stdout);
    if (end === 'all-done') return undefined;
    if (end === 'cut-off') return cutOff(result);
    return linkFailure(result, this.plan.steps[end.failed]?.program, this.bench.copy);
  }
}

/** Folders that are there when a step runs. */
const foldersOf = (step: ReplayStep): string[] => [step.cwd, ...step.outputs.map((path) => dirname(path))];

/** Run in the copy, with the slot's own TMPDIR. */
export function runIn(
  bench: Bench,
  argv: readonly string[],
  dir: string,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  return bench.runner.run({
    argv,
    cwd: bench.place.argument(dir),
    env: { ...bench.env, TMPDIR: join(bench.side, 'tmp') },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** How a link went wrong, or undefined. Throws on a full disk. */
export function linkFailure(
  result: RunResult,
  program: string | undefined,
  where: string,
): Outcome | undefined {
  if (result.exit.kind === 'exited' && result.exit.code === 0) return undefined;
  if (/no space left on device/i.test(result.stderr)) throw diskFull(where);
  return linkOutcome(result, program);
}
