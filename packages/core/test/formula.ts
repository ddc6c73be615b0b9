// Planted truth: which selections fail. A formula is a list of culprits, and a selection fails if it contains one of
// them; beside these there may be groups of units that fail unless all of them come from one side.

import fc from 'fast-check';
import { type Failed, type Outcome, PASS, Selection, type Unit } from '../src/index.js';

export interface Formula {
  readonly units: number;
  /** Culprits: sets of unit numbers, ascending. */
  readonly sets: readonly (readonly number[])[];
  /** Units that fail unless all or none of them are selected. */
  readonly groups?: readonly (readonly number[])[];
}

export const name = (unit: number): string => `u${unit}`;

export const unitsOf = ({ units }: Formula, weight?: (unit: number) => number): Unit[] =>
  Array.from({ length: units }, (_, i) => ({ id: name(i), ...(weight && { weight: weight(i) }) }));

/** Every culprit fails in a way of its own, so that a report can't mix them up. */
const failure = (detail: string): Failed => ({ kind: 'fail', failure: 'wrong-output', detail });

/** Without noise: the outcome of a selection. */
export function outcomeOf(formula: Formula, selection: Selection): Outcome {
  const set = formula.sets.find((members) => members.every((unit) => selection.has(unit)));
  if (set !== undefined) return failure(set.map(name).join('+'));
  const split = formula.groups?.find((group) => {
    const inside = group.filter((unit) => selection.has(unit)).length;
    return inside > 0 && inside < group.length;
  });
  return split === undefined ? PASS : { kind: 'fail', failure: 'crash', detail: 'interface' };
}

export const fails = (formula: Formula, members: Iterable<number>): boolean =>
  outcomeOf(formula, Selection.of(formula.units, members)).kind === 'fail';

/** Fails, and doesn't when any one member is taken away. */
export const isMinimal = (formula: Formula, members: readonly number[]): boolean =>
  fails(formula, members) &&
  members.every(
    (unit) =>
      !fails(
        formula,
        members.filter((m) => m !== unit),
      ),
  );

/** Sets as a report lists them: members by number, sets by their first member. */
export const sorted = (sets: readonly (readonly number[])[]): number[][] =>
  sets.map((set) => [...set].sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);

const orders = (units: number) =>
  fc.shuffledSubarray([...Array(units).keys()], { minLength: units, maxLength: units });

/** Sets that share no member, as many of the asked-for sizes as there are units for. */
export const disjointFormulas = ({ most = 6, least = 0, units = 60 } = {}): fc.Arbitrary<Formula> =>
  fc
    .integer({ min: 1, max: units })
    .chain((count) =>
      fc.record({
        order: orders(count),
        sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: least, maxLength: most }),
      }),
    )
    .map(({ order, sizes }) => {
      const sets: number[][] = [];
      let at = 0;
      for (const size of sizes) {
        if (at >= order.length) break;
        sets.push(order.slice(at, at + size));
        at += size;
      }
      return { units: order.length, sets: sorted(sets) };
    });

/** Minimal sets that may share members; none contains another. */
export const overlappingFormulas = (units = 40): fc.Arbitrary<Formula> =>
  fc
    .integer({ min: 3, max: units })
    .chain((count) =>
      fc.record({
        units: fc.constant(count),
        sets: fc.array(
          fc.uniqueArray(fc.integer({ min: 0, max: Math.min(count - 1, 9) }), { minLength: 1, maxLength: 4 }),
          { minLength: 1, maxLength: 6 },
        ),
        shift: fc.integer({ min: 0, max: count - 1 }),
      }),
    )
    .map(({ units, sets, shift }) => {
      const shifted = sorted(sets.map((set) => set.map((unit) => (unit + shift) % units)));
      const unique = [...new Map(shifted.map((set) => [set.join(), set])).values()];
      const contains = (set: number[], other: number[]) => other.every((unit) => set.includes(unit));
      return { units, sets: unique.filter((set) => !unique.some((o) => o !== set && contains(set, o))) };
    });
