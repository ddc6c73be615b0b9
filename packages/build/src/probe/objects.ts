// Both objects of every unit, from the store: the first phase of a session. What the target rejects and what is the same on
// both sides is out of the search from here on.

import { EXIT, SwarmError } from '@swarm/core';
import type { BuildPlan, CompileUnit } from '../plan.js';
import { content } from '../store/arguments.js';
import type { Compiler } from '../store/compiler.js';
import { sameObject } from '../store/elf.js';
import type { Made, ObjectStore } from '../store/objects.js';
import type { RejectionStage } from '../store/rejection.js';

/** A unit that the target can't compile: pinned to the oracle. */
export interface RejectedUnit {
  readonly unit: string;
  readonly stage: RejectionStage;
  readonly reason: string;
  readonly command: readonly string[];
}

/** A unit's objects in the store. The two are one where the unit is not in question. */
export interface ObjectPair {
  readonly oracle: string;
  readonly target: string;
}

export interface PairedObjects {
  readonly pairs: readonly ObjectPair[];
  readonly rejected: readonly RejectedUnit[];
  /** Units whose two objects link to the same program. */
  readonly identical: number;
}

const LEAST_COMPILE_LIMIT_MS = 20_000;
/** Far below what any compiler manages, times ten: the limit where the oracle's own time is not known. */
const SLOWEST_BYTES_PER_MS = 10;

/** How long the target may take for a unit: ten times what a slow oracle would, and at least 20 s. */
export const compileLimitMs = (unit: CompileUnit): number =>
  Math.max(LEAST_COMPILE_LIMIT_MS, unit.sourceBytes / SLOWEST_BYTES_PER_MS);

/**
 * Make or find both objects of each unit, `jobs` at a time; units that are not in `only` stay the oracle's.
 * Throws `oracle-rejects` where the oracle can't compile one.
 */
export async function pairObjects(
  plan: BuildPlan,
  store: ObjectStore,
  compilers: { readonly target: Compiler; readonly oracle: Compiler },
  options: {
    readonly jobs: number;
    readonly only?: readonly string[];
    readonly onCompiled?: (done: number, of: number) => void;
  },
): Promise<PairedObjects> {
  const only = options.only === undefined ? undefined : new Set(options.only);
  const rejected: (RejectedUnit | undefined)[] = [];
  const pairs: ObjectPair[] = [];
  let identical = 0;
  let done = 0;
  await inParallel(plan.units.length, options.jobs, async (i) => {
    const unit = plan.units[i]!;
    const oracle = await oracleObject(unit, store, compilers.oracle);
    if (only?.has(unit.id) === false) {
      pairs[i] = { oracle, target: oracle };
      options.onCompiled?.(++done, plan.units.length);
      return;
    }
    const made = await store.make(unit, compilers.target, 'target', compileLimitMs(unit), compilers.oracle);
    if (made.kind === 'rejected') {
      const { stage, reason, command } = made;
      rejected[i] = { unit: unit.id, stage, reason, command };
    }
    const target = made.kind === 'object' && !isSame(store, oracle, made.hash) ? made.hash : oracle;
    if (made.kind === 'object' && target === oracle) identical += 1;
    pairs[i] = { oracle, target };
    options.onCompiled?.(++done, plan.units.length);
  });
  return { pairs, rejected: rejected.filter((unit) => unit !== undefined), identical };
}

/** Call `work` for 0..count-1, at most `width` at once; the first failure ends it all once what runs has ended. */
async function inParallel(count: number, width: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  let stopped = false;
  const worker = async () => {
    while (next < count && !stopped) {
      try {
        await work(next++);
      } catch (cause) {
        stopped = true;
        throw cause;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, count) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function oracleObject(unit: CompileUnit, store: ObjectStore, oracle: Compiler): Promise<string> {
  const recorded = unit.oracleObject === undefined ? undefined : content(unit.oracleObject);
  if (recorded !== undefined) return store.blobs.keepBytes(recorded);
  const made: Made = await store.make(unit, oracle, 'oracle', compileLimitMs(unit));
  if (made.kind === 'object') return made.hash;
  throw new SwarmError(`oracle cannot compile ${unit.id}: ${made.reason}`, {
    code: 'oracle-rejects',
    exit: EXIT.environment,
    hint: 'build the program with the oracle first, or leave this entry out of the compilation database',
  });
}

function isSame(store: ObjectStore, a: string, b: string): boolean {
  if (a === b) return true;
  const left = store.blobs.take(a);
  const right = store.blobs.take(b);
  return left !== undefined && right !== undefined && sameObject(left, right);
}
