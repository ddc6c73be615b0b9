// Units that fail unless all of them come from one side: alone they hide, beside one real culprit they are told apart.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { search } from '../src/index.js';
import { converse, membersOf, OPTIONS } from './conversation.js';
import { type Formula, outcomeOf, sorted, unitsOf } from './formula.js';

const run = (formula: Formula, more = {}) =>
  converse(search(unitsOf(formula), { ...OPTIONS, ...more }), (probe) => outcomeOf(formula, probe.selection))
    .report;

/** One culprit, and two or three units that disagree with the other side. */
const mixes = fc
  .integer({ min: 5, max: 60 })
  .chain((units) =>
    fc.record({
      units: fc.constant(units),
      drawn: fc.shuffledSubarray([...Array(units).keys()], { minLength: 3, maxLength: 4 }),
    }),
  )
  .map(({ units, drawn: [culprit, ...group] }): Formula => {
    return { units, sets: [[culprit!]], groups: sorted([group]) };
  });

/** The culprit as what it is, and of the group nothing or all of it as what it is. True: the group was named. */
function named(formula: Formula): boolean {
  const report = run(formula);
  expect(report.verdict).toBe('culprits');
  const labelled = (label: string) =>
    membersOf({ ...report, culprits: report.culprits.filter((culprit) => culprit.label === label) });
  expect(labelled('miscompile')).toEqual(formula.sets);
  const groups = labelled('boundary');
  if (groups.length === 0) return false;
  expect(groups).toEqual(formula.groups);
  for (const { certificate } of report.culprits)
    expect(certificate).toMatchObject({ alone: 'fail', without: 'pass' });
  expect(report.notes.join()).toContain('boundary');
  return true;
}

describe('units that disagree with the other side', () => {
  test('pass when all come from the target and nothing else is wrong', () => {
    for (const groups of [[[3, 9]], [[0, 1, 19]]])
      expect(run({ units: 20, sets: [], groups })).toMatchObject({ verdict: 'target-passes', culprits: [] });
  });

  test('are found by mixes, in few probes, where all from the target passes', () => {
    const groups = fc.integer({ min: 4, max: 100 }).chain((units) =>
      fc.record({
        units: fc.constant(units),
        drawn: fc.shuffledSubarray([...Array(units).keys()], { minLength: 4, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(groups, fc.boolean(), ({ units, drawn: [a, b, c, d] }, two) => {
        const planted = sorted(
          two
            ? [
                [a!, b!],
                [c!, d!],
              ]
            : [[a!, b!]],
        );
        const report = run({ units, sets: [], groups: planted }, { mixes: true });
        expect(report.verdict).toBe('culprits');
        expect(sorted(membersOf(report))).toEqual(planted);
        for (const { label, certificate } of report.culprits) {
          expect(label).toBe('boundary');
          expect(certificate).toMatchObject({ alone: 'fail', without: 'pass' });
        }
        expect(report.stats.probes).toBeLessThanOrEqual(planted.length * (8 * Math.log2(units) + 16));
      }),
      { numRuns: 100 },
    );
    const clean = run({ units: 20, sets: [], groups: [] }, { mixes: true });
    expect(clean).toMatchObject({
      verdict: 'target-passes',
      culprits: [],
      notes: ['mixes: all 10 mixes of both sides pass as well'],
    });
  });

  // A group that no probe splits is not seen, and needn't be: without the culprit the target passes.
  test('are never taken for culprits, beside a real one', () => {
    fc.assert(
      fc.property(mixes, (formula) => {
        named(formula);
      }),
      { numRuns: 100 },
    );
  });

  test('are found by mixes beside any number of real culprits', () => {
    const beside = fc.integer({ min: 9, max: 60 }).chain((units) =>
      fc.record({
        units: fc.constant(units),
        drawn: fc.shuffledSubarray([...Array(units).keys()], { minLength: 3, maxLength: 9 }),
      }),
    );
    fc.assert(
      fc.property(beside, ({ units, drawn: [a, b, ...culprits] }) => {
        const formula = { units, sets: sorted(culprits.map((unit) => [unit])), groups: sorted([[a!, b!]]) };
        const report = run(formula, { mixes: true });
        const labelled = (label: string) =>
          sorted(membersOf({ ...report, culprits: report.culprits.filter((one) => one.label === label) }));
        expect(report.verdict).toBe('culprits');
        expect([labelled('miscompile'), labelled('boundary')]).toEqual([formula.sets, formula.groups]);
        for (const { certificate } of report.culprits)
          expect(certificate).toMatchObject({ alone: 'fail', without: 'pass' });
      }),
      { numRuns: 200 },
    );
  });

  test('are named together when they lie at both ends of the list', () => {
    for (const group of [
      [0, 29],
      [0, 15, 29],
    ])
      for (const culprit of [3, 14, 27])
        expect(named({ units: 30, sets: [[culprit]], groups: [group] })).toBe(true);
  });

  test('are not taken for culprits at one end, next to each other', () => {
    for (const group of [
      [0, 1],
      [28, 29],
      [0, 1, 2],
    ])
      for (const culprit of [3, 14, 27]) named({ units: 30, sets: [[culprit]], groups: [group] });
  });
});
