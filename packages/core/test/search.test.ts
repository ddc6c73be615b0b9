// What the search promises, for planted truths of every shape, any number of workers and any order of answers.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Outcome,
  PASS,
  type Probe,
  probeId,
  type SearchOptions,
  Selection,
  search,
} from '../src/index.js';
import { converse, findings, type Manner, membersOf, OPTIONS } from './conversation.js';
import {
  disjointFormulas,
  type Formula,
  fails,
  isMinimal,
  name,
  outcomeOf,
  overlappingFormulas,
  sorted,
  unitsOf,
} from './formula.js';
import { coin, random } from './random.js';

const UNRESOLVED: Outcome = { kind: 'unresolved', reason: 'no room on the disk' };
const FAIL: Outcome = { kind: 'fail', failure: 'exit', detail: 'status 1' };

const manners = fc.record({ width: fc.integer({ min: 1, max: 12 }), seed: fc.integer() });

const run = (formula: Formula, options: Partial<SearchOptions> = {}, manner: Manner = {}) =>
  converse(
    search(unitsOf(formula), { ...OPTIONS, width: manner.width ?? 1, ...options }),
    (probe) => outcomeOf(formula, probe.selection),
    manner,
  );

/** One worker, many, and many that answer in a random order: the same findings. */
function always(
  count: number,
  options: Partial<SearchOptions>,
  oracle: (probe: Probe) => Outcome,
  { width, seed }: { width: number; seed: number },
) {
  const go = (manner: Manner) =>
    converse(
      search(unitsOf({ units: count, sets: [] }), { ...OPTIONS, ...options, width: manner.width ?? 1 }),
      oracle,
      manner,
    );
  const alone = go({});
  expect(findings(go({ width }).report)).toEqual(findings(alone.report));
  expect(findings(go({ width, random: random(seed) }).report)).toEqual(findings(alone.report));
  return alone;
}

describe('a search for disjoint sets', () => {
  test('finds exactly those planted, whatever the number of workers and the order of answers', () => {
    fc.assert(
      fc.property(disjointFormulas(), manners, (formula, manner) => {
        const { report } = always(formula.units, {}, (p) => outcomeOf(formula, p.selection), manner);
        expect(report.verdict).toBe(formula.sets.length === 0 ? 'target-passes' : 'culprits');
        expect(membersOf(report)).toEqual(formula.sets);
      }),
    );
  });

  test('finds many singles among few units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.integer(),
        (n, density, seed) => {
          const next = random(seed);
          const sets = [...Array(n).keys()].filter(() => next() < density).map((unit) => [unit]);
          const { report } = run({ units: n, sets });
          expect(membersOf(report)).toEqual(sets);
          expect(report.stats.probes).toBeLessThan(3 * n + 12);
        },
      ),
    );
  });

  test('certifies each: it fails, no smaller set does, the rest passes without all of them', () => {
    fc.assert(
      fc.property(disjointFormulas({ least: 1 }), (formula) => {
        const { report, answers } = run(formula);
        for (const { members, certificate, outcome, confidence } of report.culprits) {
          expect(certificate).toEqual({ alone: 'fail', without: 'pass', subsets: 'pass' });
          expect(outcome.detail).toBe(members.join('+'));
          expect(confidence).toBe(1);
          const numbers = members.map((member) => Number(member.slice(1)));
          const alone = Selection.of(formula.units, numbers);
          expect(answers.some((a) => a.probe.selection.equals(alone) && a.outcome.kind === 'fail')).toBe(
            true,
          );
        }
        const found = new Set(formula.sets.flat());
        const rest = Selection.of(
          formula.units,
          [...Array(formula.units).keys()].filter((u) => !found.has(u)),
        );
        expect(answers.some((a) => rest.isSubsetOf(a.probe.selection) && a.outcome.kind === 'pass')).toBe(
          true,
        );
      }),
    );
  });

  test('goes by weights and costs without being led astray', () => {
    fc.assert(
      fc.property(
        disjointFormulas(),
        fc.integer(),
        fc.integer({ min: 1, max: 50 }),
        (formula, seed, dear) => {
          const units = unitsOf(formula, (unit) => 10 ** (4 * coin(seed, name(unit)) - 2));
          const { report } = converse(search(units, OPTIONS), (p) => outcomeOf(formula, p.selection), {
            costMs: (_, outcome) => (outcome.kind === 'fail' ? 100 * dear : 100),
          });
          expect(membersOf(report)).toEqual(formula.sets);
        },
      ),
    );
  });

  test('asks about units of great weight first', () => {
    const formula = { units: 1000, sets: [[617]] };
    const units = unitsOf(formula, (unit) => (unit > 600 && unit < 620 ? 1000 : 1));
    const { report } = converse(search(units, OPTIONS), (p) => outcomeOf(formula, p.selection));
    expect(membersOf(report)).toEqual([[617]]);
    expect(report.stats.probes).toBeLessThan(11);
  });

  test('spends fewer fails when fails are dear', () => {
    const dearFails = (dear: number) => {
      let fails = 0;
      for (let unit = 0; unit < 1000; unit += 37) {
        const { answers } = converse(
          search(unitsOf({ units: 1000, sets: [] }), OPTIONS),
          (p) => (p.selection.has(unit) ? FAIL : PASS),
          { costMs: (_, outcome) => (outcome.kind === 'fail' ? 100 * dear : 100) },
        );
        fails += answers.filter((a) => a.outcome.kind === 'fail').length;
      }
      return fails;
    };
    expect(dearFails(20)).toBeLessThan(0.8 * dearFails(1));
  });
});

describe('a search for sets that share members', () => {
  test('reports minimal disjoint sets without which the rest passes, always the same', () => {
    fc.assert(
      fc.property(overlappingFormulas(), manners, (formula, manner) => {
        const { report } = always(formula.units, {}, (p) => outcomeOf(formula, p.selection), manner);
        const found = membersOf(report);
        expect(report.verdict).toBe('culprits');
        for (const members of found) expect(isMinimal(formula, members)).toBe(true);
        expect(new Set(found.flat()).size).toBe(found.flat().length);
        expect(
          fails(
            formula,
            [...Array(formula.units).keys()].filter((u) => !found.flat().includes(u)),
          ),
        ).toBe(false);
      }),
    );
  });

  test('finds all of them when asked to enumerate', () => {
    fc.assert(
      fc.property(overlappingFormulas(), (formula) => {
        const { report } = run(formula, { enumerate: 5000 });
        const byText = (sets: readonly (readonly number[])[]) => sorted(sets).map(String).sort();
        expect(byText(membersOf(report))).toEqual(byText(formula.sets));
      }),
    );
  });

  test('says that there may be more', () => {
    const formula = {
      units: 50,
      sets: [
        [3, 20],
        [3, 40],
      ],
    };
    expect(run(formula).report.notes.join()).toContain('may share a member');
    expect(run(formula, { enumerate: 1 }).report.notes.join()).toContain('budget');
    expect(run(formula, { enumerate: 100 }).report.notes).toEqual([]);
  });
});

describe('probes without an outcome', () => {
  test('now and then change nothing', () => {
    fc.assert(
      fc.property(disjointFormulas(), manners, fc.integer(), (formula, manner, seed) => {
        const oracle = (probe: Probe) =>
          coin(seed, probeId(probe)) < 0.15 ? UNRESOLVED : outcomeOf(formula, probe.selection);
        const { report } = always(formula.units, {}, oracle, manner);
        if (report.verdict === 'inconclusive') expect(report.notes.join()).toContain('unresolved');
        else expect(membersOf(report)).toEqual(formula.sets);
      }),
    );
  });

  test('for good leave a named region and the other culprits', () => {
    const linked = [20, 21, 22, 23];
    const { report } = converse(search(unitsOf({ units: 100, sets: [] }), OPTIONS), ({ selection }) => {
      const inside = linked.filter((unit) => selection.has(unit)).length;
      if (inside > 0 && inside < linked.length) return UNRESOLVED;
      return selection.has(22) || selection.has(80) ? FAIL : PASS;
    });
    expect(report.verdict).toBe('inconclusive');
    expect(membersOf(report)).toEqual([[80]]);
    expect(report.notes.join()).toContain('u20, u21, u22, u23');
    expect(report.stats.unresolved).toBeGreaterThan(0);
  });

  test('always come to an end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), manners, fc.integer(), (n, manner, seed) => {
        always(
          n,
          {},
          ({ selection }) => {
            const drawn = coin(seed, selection.key);
            return drawn < 0.5 ? UNRESOLVED : selection.size > 0 && drawn < 0.75 ? FAIL : PASS;
          },
          manner,
        );
      }),
    );
  });
});

describe('outcomes that are not monotone', () => {
  test('come to an end, the same whatever the number of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), manners, fc.integer(), (n, manner, seed) => {
        const oracle = ({ selection }: Probe) =>
          selection.size === n || (selection.size > 0 && coin(seed, selection.key) < 0.5) ? FAIL : PASS;
        const { report } = always(n, {}, oracle, manner);
        expect(report.stats.probes).toBeLessThanOrEqual(20 * n + 200);
      }),
    );
  });

  test('that come of a disagreement on an interface are named so', () => {
    const groups = fc
      .shuffledSubarray([...Array(60).keys()], { minLength: 3, maxLength: 8 })
      .map(
        ([culprit, ...group]): Formula => ({ units: 60, sets: [[culprit!]], groups: [sorted([group])[0]!] }),
      );
    fc.assert(
      fc.property(groups, manners, (formula, manner) => {
        const { report } = always(60, {}, (p) => outcomeOf(formula, p.selection), manner);
        const accused = report.culprits.filter((c) => c.label === 'miscompile').map((c) => c.members);
        const boundary = report.culprits.filter((c) => c.label === 'boundary').map((c) => c.members);
        expect(accused).toEqual(formula.sets.map((set) => set.map(name)));
        if (boundary.length > 0) expect(boundary).toEqual(formula.groups!.map((group) => group.map(name)));
      }),
    );
  });
});
