// What work on a session's units beyond probes needs: its store and compilers, and linked copies of the tree, lent for a
// while, to run any command in.

import type { RunResult } from '@swarm/host';
import type { BuildPlan } from '../plan.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';
import type { Workshop } from '../store/preprocess.js';
import type { LinkVariation } from './link-variation.js';
import type { ObjectPair } from './objects.js';
import type { SlotPool } from './pool.js';
import type { Slot, TestRequest } from './slot.js';
import type { Choice, TestCommand } from './trial.js';

/** A copy of the tree with its products linked. Paths are those of the original tree. */
export interface LinkedTree {
  /** Where a file of the tree lies on disk in this copy. */
  file(path: string): string;
  /** How a command that runs in it has to name a path. */
  seen(path: string): string;
  /** Run a command. What it changed in the copy is undone afterwards. */
  run(request: TestRequest): Promise<RunResult>;
  /** Say that a product was replaced by hand, so that it is linked again. */
  replaced(path: string): void;
}

/** What a copy of the tree is linked from. */
interface Lending {
  /** Blobs by unit's number; the oracle's where it says nothing. */
  readonly objects?: ReadonlyMap<number, string>;
  readonly links?: LinkVariation;
  readonly signal?: AbortSignal | undefined;
}

export interface Workbench {
  readonly plan: BuildPlan;
  readonly store: ObjectStore;
  readonly target: Compiler;
  readonly oracle: Compiler;
  readonly shop: Workshop;
  readonly test: TestCommand;
  /** Workers. */
  readonly jobs: number;
  /** Objects by number: those of the units first. */
  readonly pairs: readonly ObjectPair[];
  /** Lend a tree; undefined where it doesn't link. */
  lend<T>(lending: Lending, work: (tree: LinkedTree) => Promise<T>): Promise<T | undefined>;
}

/** The bench of a session whose trees are in a pool. */
export function workbenchOf(pool: SlotPool, bench: Omit<Workbench, 'lend'>): Workbench {
  const { pairs } = bench;
  const lend: Workbench['lend'] = ({ objects, links, signal }, work) =>
    pool.use(async (slot) => {
      const choice: Choice = (object) => objects?.get(object) ?? pairs[object]!.oracle;
      const linked = await slot.link(choice, signal, links);
      return linked.kind === 'linked' ? work(treeOf(slot)) : undefined;
    });
  return { ...bench, lend };
}

const treeOf = (slot: Slot): LinkedTree => ({
  file: (path) => slot.bench.place.file(path),
  seen: (path) => slot.bench.place.argument(path),
  run: (request) => slot.test(request),
  replaced: (path) => slot.discard(path),
});
