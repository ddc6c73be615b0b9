// Other ways to link the same objects: in another order, or with further flags. Pure.

import { resolve } from 'node:path';
import type { BuildPlan, ReplayStep } from '../plan.js';

export interface LinkVariation {
  /** 0: as recorded; 1: the units' objects in reverse; from 2 on: shuffled, the number is the seed. */
  readonly order: number;
  /** Added to every link by a compiler driver. */
  readonly flags: readonly string[];
}

export const AS_RECORDED: LinkVariation = { order: 0, flags: [] };

/** Equal for variations that link the same way. */
export const variationKey = ({ order, flags }: LinkVariation): string => JSON.stringify([order, flags]);

/**
 * The steps of a build, linked another way. Each step keeps its options, libraries and the objects that no unit makes where they
 * are; only the units' objects change places with each other.
 */
export function variedSteps(plan: BuildPlan, variation: LinkVariation): readonly ReplayStep[] {
  if (variation.order === 0 && variation.flags.length === 0) return plan.steps;
  const objects = new Set(plan.units.map(({ object }) => object));
  return plan.steps.map((step) => {
    const moved = step.kind === 'edit' ? step : reordered(step, objects, variation.order);
    return step.kind === 'link' && isDriver(step.program)
      ? { ...moved, arguments: [...moved.arguments, ...variation.flags] }
      : moved;
  });
}

/** Does some link take the objects of several units by name, so that another order is another link? */
export function canReorder(plan: BuildPlan): boolean {
  const objects = new Set(plan.units.map(({ object }) => object));
  return plan.steps.some(
    (step) =>
      step.kind !== 'edit' &&
      step.arguments.filter((word) => objects.has(resolve(step.cwd, word))).length > 1,
  );
}

function reordered(step: ReplayStep, objects: ReadonlySet<string>, order: number): ReplayStep {
  const places = [...step.arguments.keys()].filter((i) => objects.has(resolve(step.cwd, step.arguments[i]!)));
  const words = permuted(
    places.map((i) => step.arguments[i]!),
    order,
  );
  const all = [...step.arguments];
  for (const [i, place] of places.entries()) all[place] = words[i]!;
  return { ...step, arguments: all };
}

/** The same items in the order of that number; the same number gives the same order. */
function permuted<T>(items: readonly T[], order: number): T[] {
  const list = [...items];
  if (order === 1) return list.reverse();
  if (order === 0) return list;
  const next = randomFrom(order);
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Numbers in [0, 1) from a seed (mulberry32, T. Ettinger 2017). */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A linker by itself takes none of a driver's flags. */
const isDriver = (program: string): boolean => !/(?:^|[/-])ld(?:\.\w+)?$/.test(program);
