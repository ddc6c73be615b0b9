// Each verdict, and how little it takes to come to it.

import { describe, expect, test } from 'vitest';
import { type Outcome, PASS, type Probe, type SearchOptions, search } from '../src/index.js';
import { converse, OPTIONS } from './conversation.js';
import { unitsOf } from './formula.js';

const UNRESOLVED: Outcome = { kind: 'unresolved', reason: 'no room on the disk' };
const FAIL: Outcome = { kind: 'fail', failure: 'exit', detail: 'status 1' };

describe('verdicts', () => {
  const verdict = (n: number, oracle: (probe: Probe) => Outcome, options: Partial<SearchOptions> = {}) =>
    converse(search(unitsOf({ units: n, sets: [] }), { ...OPTIONS, ...options }), oracle).report;

  test('no-units for an empty list', () => {
    expect(verdict(0, () => FAIL)).toMatchObject({ verdict: 'no-units', culprits: [], stats: { probes: 0 } });
  });

  test('target-passes after one probe', () => {
    expect(verdict(100, () => PASS)).toMatchObject({ verdict: 'target-passes', stats: { probes: 1 } });
  });

  test('oracle-fails, with how, before anyone is accused', () => {
    for (const n of [1, 2, 3, 100]) {
      const report = verdict(n, () => FAIL);
      expect(report).toMatchObject({ verdict: 'oracle-fails', culprits: [] });
      expect(report.notes.join()).toContain('status 1');
      expect(report.stats.probes).toBeLessThan(7);
    }
    expect(verdict(100, () => FAIL, { repeat: 3 })).toMatchObject({ verdict: 'oracle-fails' });
  });

  test('inconclusive when not even the whole target gives an outcome', () => {
    const report = verdict(10, () => UNRESOLVED);
    expect(report).toMatchObject({ verdict: 'inconclusive', culprits: [] });
    expect(report.notes).toHaveLength(1);
  });

  test('a single unit', () => {
    expect(verdict(1, (p) => (p.selection.size === 1 ? FAIL : PASS))).toMatchObject({
      verdict: 'culprits',
      culprits: [{ members: ['u0'] }],
      stats: { probes: 2, units: 1 },
    });
  });
});
