// Flaky tests: right answers, no dying on a disagreement, and an honest verdict where it can't be told.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Outcome, PASS, type Probe, probeId, search } from '../src/index.js';
import { converse, findings, membersOf, OPTIONS } from './conversation.js';
import { disjointFormulas, type Formula, outcomeOf, unitsOf } from './formula.js';
import { coin } from './random.js';

const FLAKE: Outcome = { kind: 'fail', failure: 'hang', detail: 'no answer' };

/** A test that lies with the given rates; a probe's lie is drawn for its id. */
const flaky =
  (formula: Formula, seed: number, falsePass: number, falseFail = 0) =>
  (probe: Probe): Outcome => {
    const outcome = outcomeOf(formula, probe.selection);
    const drawn = coin(seed, probeId(probe));
    if (outcome.kind === 'fail') return drawn < falsePass ? PASS : outcome;
    return drawn < falseFail ? FLAKE : outcome;
  };

function rightIn(seeds: number, repeat: number, formula: Formula, falsePass: number, falseFail = 0) {
  let right = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { report } = converse(
      search(unitsOf(formula), { ...OPTIONS, repeat }),
      flaky(formula, seed, falsePass, falseFail),
    );
    if (report.verdict === 'culprits' && JSON.stringify(membersOf(report)) === JSON.stringify(formula.sets))
      right++;
  }
  return right;
}

describe('a bad selection that sometimes passes', () => {
  test('does not hide one culprit', () => {
    expect(rightIn(50, 4, { units: 300, sets: [[123]] }, 0.1)).toBeGreaterThanOrEqual(49);
    expect(rightIn(50, 6, { units: 300, sets: [[123]] }, 0.3)).toBeGreaterThanOrEqual(49);
  });

  test('does not hide several, nor sets', () => {
    const sets = [[17], [60, 200], [123], [290]];
    expect(rightIn(40, 5, { units: 300, sets }, 0.1)).toBeGreaterThanOrEqual(38);
  });
});

describe('a good selection that sometimes fails', () => {
  test('is seldom accused', () => {
    expect(rightIn(40, 5, { units: 300, sets: [[123]] }, 0.1, 0.1)).toBeGreaterThanOrEqual(37);
    expect(rightIn(40, 5, { units: 300, sets: [[123]] }, 0, 0.1)).toBeGreaterThanOrEqual(37);
  });
});

describe('a search that is told to repeat', () => {
  test('is right when there is no noise, and says how sure it is', () => {
    fc.assert(
      fc.property(
        disjointFormulas({ least: 1, most: 4 }),
        fc.integer({ min: 2, max: 6 }),
        (formula, repeat) => {
          const { report } = converse(search(unitsOf(formula), { ...OPTIONS, repeat }), (p) =>
            outcomeOf(formula, p.selection),
          );
          expect(membersOf(report)).toEqual(formula.sets);
          for (const { confidence } of report.culprits) expect(confidence).toBeGreaterThanOrEqual(0.999);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('accuses nobody without a fresh fail of exactly that set', () => {
    const formula = { units: 200, sets: [[40], [77, 150]] };
    const { report, answers } = converse(
      search(unitsOf(formula), { ...OPTIONS, repeat: 4 }),
      flaky(formula, 5, 0.1),
    );
    for (const set of membersOf(report)) {
      const own = answers.filter(({ probe, outcome }) => {
        const members = probe.selection.members();
        return outcome.kind === 'fail' && String(members) === String(set) && probe.purpose === 'confirm';
      });
      expect(own.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('finds the same whatever the number of workers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 9 }), (seed, width) => {
        const formula = { units: 80, sets: [[11], [30, 62]] };
        const go = (w: number) =>
          converse(
            search(unitsOf(formula), { ...OPTIONS, repeat: 4, width: w }),
            flaky(formula, seed, 0.15, 0.02),
            {
              width: w,
            },
          ).report;
        expect(findings(go(width))).toEqual(findings(go(1)));
      }),
      { numRuns: 40 },
    );
  });

  test('gives up aloud on a test that says nothing', () => {
    const formula = { units: 100, sets: [[40]] };
    const { report } = converse(
      search(unitsOf(formula), { ...OPTIONS, repeat: 12 }),
      flaky(formula, 3, 0.5, 0.5),
    );
    expect(report.verdict).toBe('inconclusive');
    expect(report.culprits).toEqual([]);
    expect(report.notes.join()).toContain('noise');
  });
});

describe('a disagreement when every outcome was believed', () => {
  test('turns repeating on instead of ending the search', () => {
    // The whole target fails; asked again, the prefix that passed first fails.
    const formula = { units: 64, sets: [[5]] };
    let lied = false;
    const { report } = converse(search(unitsOf(formula), OPTIONS), (probe) => {
      const outcome = outcomeOf(formula, probe.selection);
      if (outcome.kind === 'pass' && probe.selection.size > 0 && !lied) {
        lied = true;
        return FLAKE;
      }
      return outcome;
    });
    expect(lied).toBe(true);
    expect(report.verdict).toBe('culprits');
    expect(membersOf(report)).toEqual([[5]]);
  });
});
