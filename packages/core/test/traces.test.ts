// Golden traces: for each planted case, every question and answer, line by line, and the report.
// They show what the search does and that it keeps doing it. UPDATE_TRACES=1 writes them anew.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type Outcome,
  PASS,
  type Probe,
  probeId,
  type SearchOptions,
  type Selection,
  search,
} from '../src/index.js';
import { converse, OPTIONS } from './conversation.js';
import { type Formula, outcomeOf, unitsOf } from './formula.js';
import { coin } from './random.js';

interface Case {
  /** What is planted, in words. */
  readonly planted: string;
  readonly units: number;
  readonly options?: Partial<SearchOptions>;
  readonly oracle: (probe: Probe) => Outcome;
  readonly weight?: (unit: number) => number;
  readonly failMs?: number;
}

const formula =
  (sets: Formula['sets'], groups: readonly (readonly number[])[] = []) =>
  ({ selection }: Probe) =>
    outcomeOf({ units: selection.units, sets, groups }, selection);

const UNRESOLVED: Outcome = { kind: 'unresolved', reason: 'does not link' };

const CASES: Readonly<Record<string, Case>> = {
  single: { planted: 'u77', units: 100, oracle: formula([[77]]) },
  'single-first': { planted: 'u0', units: 100, oracle: formula([[0]]) },
  'single-wide': { planted: 'u77', units: 100, options: { width: 4 }, oracle: formula([[77]]) },
  weighted: {
    planted: 'u77; units from u70 to u79 weigh 50',
    units: 100,
    weight: (unit) => (unit >= 70 && unit < 80 ? 50 : 1),
    oracle: formula([[77]]),
  },
  costly: {
    planted: 'u77; a fail costs 20 times what a pass does',
    units: 100,
    failMs: 2000,
    oracle: formula([[77]]),
  },
  'five-singles': {
    planted: 'u3, u20, u21, u60, u99',
    units: 100,
    oracle: formula([[3], [20], [21], [60], [99]]),
  },
  dense: {
    planted: 'every other unit',
    units: 16,
    oracle: formula([...Array(8).keys()].map((i) => [2 * i])),
  },
  pair: { planted: 'u12+u80', units: 100, oracle: formula([[12, 80]]) },
  triple: { planted: 'u12+u50+u80', units: 100, oracle: formula([[12, 50, 80]]) },
  mixed: { planted: 'u5, u12+u80, u40', units: 100, oracle: formula([[5], [12, 80], [40]]) },
  overlap: {
    planted: 'u12+u50, u12+u80',
    units: 100,
    oracle: formula([
      [12, 50],
      [12, 80],
    ]),
  },
  enumerated: {
    planted: 'u12+u50, u12+u80',
    units: 100,
    options: { enumerate: 50 },
    oracle: formula([
      [12, 50],
      [12, 80],
    ]),
  },
  boundary: {
    planted: 'u40; u5 and u70 fail unless both come from one side',
    units: 100,
    oracle: formula([[40]], [[5, 70]]),
  },
  'boundary-of-three': {
    planted: 'u50; u5, u30 and u70 fail unless all come from one side',
    units: 100,
    oracle: formula([[50]], [[5, 30, 70]]),
  },
  unresolved: {
    planted: 'u60; u20 to u24 do not link unless all come from one side',
    units: 100,
    oracle: (probe) => (splits(probe.selection, [20, 21, 22, 23, 24]) ? UNRESOLVED : formula([[60]])(probe)),
  },
  blocked: {
    planted: 'u22, u80; u20 to u24 do not link unless all come from one side',
    units: 100,
    oracle: (probe) =>
      splits(probe.selection, [20, 21, 22, 23, 24]) ? UNRESOLVED : formula([[22], [80]])(probe),
  },
  noise: {
    planted: 'u77, which passes every fifth time',
    units: 100,
    options: { repeat: 4 },
    oracle: (probe) => (coin(1, probeId(probe)) < 0.2 ? PASS : formula([[77]])(probe)),
  },
  'noise-unexpected': {
    planted: 'u5; the first selection that ought to pass fails once',
    units: 64,
    oracle: (probe) =>
      probe.attempt === 0 && probe.selection.size === 4 && !probe.selection.has(5)
        ? { kind: 'fail', failure: 'hang', detail: 'a flake' }
        : formula([[5]])(probe),
  },
  'target-passes': { planted: 'nothing', units: 100, oracle: formula([]) },
  'oracle-fails': {
    planted: 'everything fails',
    units: 100,
    oracle: () => ({ kind: 'fail', failure: 'exit', detail: 'status 1' }),
  },
  'no-units': { planted: 'nothing', units: 0, oracle: formula([]) },
};

function splits(selection: Selection, linked: readonly number[]): boolean {
  const inside = linked.filter((unit) => selection.has(unit)).length;
  return inside > 0 && inside < linked.length;
}

/** A selection as ranges of units: `0-11,80`. */
function ranges(selection: Selection): string {
  const out: string[] = [];
  let from = -1;
  for (let unit = 0; unit <= selection.units; unit++) {
    if (unit < selection.units && selection.has(unit)) {
      if (from < 0) from = unit;
    } else if (from >= 0) {
      out.push(from === unit - 1 ? `${from}` : `${from}-${unit - 1}`);
      from = -1;
    }
  }
  return out.length === 0 ? 'none' : out.join(',');
}

function shown(outcome: Outcome): string {
  if (outcome.kind === 'pass') return 'pass';
  return outcome.kind === 'fail' ? `fail (${outcome.detail})` : `unresolved (${outcome.reason})`;
}

function trace({ planted, units, options, oracle, weight, failMs }: Case): string {
  const settings = { ...OPTIONS, ...options };
  const { report, answers } = converse(search(unitsOf({ units, sets: [] }, weight), settings), oracle, {
    width: settings.width,
    costMs: (_, outcome) => (outcome.kind === 'fail' ? (failMs ?? 100) : 100),
  });
  const lines = [
    `planted: ${planted}`,
    `units: ${units}, width ${settings.width}, repeat ${settings.repeat}, enumerate ${settings.enumerate}`,
    '',
    ...answers.map(
      ({ probe, outcome }) =>
        `${probe.purpose} ${ranges(probe.selection)}${probe.attempt > 0 ? ` #${probe.attempt}` : ''}: ${shown(outcome)}`,
    ),
    '',
    `verdict: ${report.verdict}`,
    ...report.culprits.map(({ members, label, confidence, certificate: { alone, without, subsets } }) =>
      [
        `${label}: ${members.join(' + ')}`,
        `alone ${alone}, without ${without}, subsets ${subsets}`,
        confidence,
      ].join('; '),
    ),
    ...report.notes.map((note) => `note: ${note}`),
    `probes: ${report.stats.probes}, bound ${report.stats.bound.toFixed(1)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const folder = fileURLToPath(new URL('./traces/', import.meta.url));

describe('the golden trace of', () => {
  for (const [name, planted] of Object.entries(CASES)) {
    test(name, () => {
      const got = trace(planted);
      const file = `${folder}${name}.txt`;
      if (process.env.UPDATE_TRACES) writeFileSync(file, got);
      expect(got).toBe(readFileSync(file, 'utf8'));
    });
  }

  test('nothing that is not there any more', () => {
    const files = Object.keys(CASES).map((name) => `${name}.txt`);
    expect(readdirSync(folder).sort()).toEqual(files.sort());
  });
});
