// Products made by a command of the project instead of recorded steps: one that links what lies in place (`--link`), or the whole
// build, with the chosen objects handed out by the compiler shim (`--rebuild`). What it creates or changes is what it makes.

import { join } from 'node:path';
import type { Outcome } from '@swarm/core';
import { shimEnvironment } from '../capture/environment.js';
import { serveEntries, serveShim } from '../capture/serve.js';
import type { BuildPlan } from '../plan.js';
import {
  type Assembly,
  type Bench,
  type CopyOf,
  linkFailure,
  placedObjects,
  runIn,
  type Work,
} from './assembly.js';
import { bytesOf, changedSince, setMark } from './tree.js';

/** A command that makes the products from objects in place; instead of recorded steps. */
export interface LinkCommand {
  readonly line: string;
  /** Where it runs, as a path of the original tree. */
  readonly dir: string;
  /** Its environment, with the oracle under the names that a build calls its compiler by. Default: that of the steps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one command that does everything. What it creates or changes is what it makes. */
export class CommandAssembly implements Assembly {
  private made: readonly string[] = [];

  constructor(
    private readonly command: LinkCommand,
    private readonly plan: BuildPlan,
    private readonly bench: Bench,
  ) {}

  work(changed: readonly number[], stale: ReadonlySet<string>): Work | undefined {
    if (changed.length === 0 && stale.size === 0) return undefined;
    return { refresh: [], removes: this.made, run: (signal) => this.run(signal) };
  }

  outputs(): readonly string[] {
    return this.made;
  }

  products(): readonly string[] {
    return this.made;
  }

  private async run(signal: AbortSignal | undefined): Promise<Outcome | undefined> {
    const { bench, plan } = this;
    const mark = join(bench.side, 'link-mark');
    setMark(mark);
    const env = this.command.env ?? bench.env;
    const result = await runIn({ ...bench, env }, ['sh', '-c', this.command.line], this.command.dir, signal);
    this.made = await madeSince(mark, plan, bench);
    return linkFailure(result, undefined, bench.copy);
  }
}

/** The project's own build, run for each probe. */
export interface RebuildCommand {
  readonly build: string;
  /** Makes the next build compile everything; left out: the build sees objects newer than their sources. */
  readonly clean?: string;
  /** Where both run, as a path of the original tree. */
  readonly dir: string;
}

export class RebuildAssembly implements Assembly {
  private made: readonly string[] = [];
  private readonly removes: readonly string[];
  private readonly number: ReadonlyMap<string, number>;

  constructor(
    private readonly command: RebuildCommand,
    private readonly plan: BuildPlan,
    private readonly bench: Bench,
  ) {
    const objects = new Set(placedObjects(plan));
    const made = [...plan.steps.flatMap((step) => step.outputs), ...plan.products];
    this.removes = [...new Set(made)].filter((path) => !objects.has(path));
    this.number = new Map(plan.units.map((unit, i) => [unit.id, i]));
  }

  work(changed: readonly number[], stale: ReadonlySet<string>): Work | undefined {
    if (changed.length === 0 && stale.size === 0) return undefined;
    return { refresh: [], removes: this.removes, run: (signal, copyOf) => this.run(signal, copyOf) };
  }

  outputs(): readonly string[] {
    return this.made;
  }

  products(): readonly string[] {
    return this.made;
  }

  private async run(signal: AbortSignal | undefined, copyOf: CopyOf): Promise<Outcome | undefined> {
    const { bench, plan, command } = this;
    const root = bench.place.argument(plan.root);
    const entries = serveEntries(plan, (unit) => copyOf(this.number.get(unit.id)!), root);
    const served = serveShim(join(bench.side, 'serve'), entries, { from: plan.root, root });
    const env = {
      ...(plan.shim === undefined ? bench.env : shimEnvironment(plan.shim, bench.env)),
      ...served.env,
    };
    const mark = join(bench.side, 'link-mark');
    setMark(mark);
    const line =
      command.clean === undefined ? command.build : `{ ${command.clean}\n} && { ${command.build}\n}`;
    const result = await runIn({ ...bench, env }, ['sh', '-c', line], command.dir, signal);
    this.made = await madeSince(mark, plan, bench);
    return linkFailure(result, undefined, bench.copy);
  }
}

/** Regular files created or changed since the mark, but for objects; as paths of the original tree, sorted. */
async function madeSince(mark: string, plan: BuildPlan, bench: Bench): Promise<readonly string[]> {
  const objects = new Set(placedObjects(plan).map(bytesOf));
  const changed = await changedSince(mark, bench.copy, bench.walker, bench.skip, ['-type', 'f']);
  const root = bytesOf(plan.root);
  return changed
    .map((path) => `${root}/${path}`)
    .filter((path) => !objects.has(path))
    .map((path) => Buffer.from(path, 'latin1').toString('utf8'))
    .sort();
}
