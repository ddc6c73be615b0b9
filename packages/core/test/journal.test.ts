// A journal is cut at any point, by a kill: the resumed search comes to the same end and asks for nothing that the
// journal has. What isn't a record of this version is passed over.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  drive,
  foldJournal,
  type JournalRecord,
  journalRecord,
  type Outcome,
  PASS,
  type Probe,
  probeId,
  type SearchReport,
  Selection,
  search,
} from '../src/index.js';
import { findings, OPTIONS } from './conversation.js';
import { disjointFormulas, type Formula, outcomeOf, unitsOf } from './formula.js';
import { coin } from './random.js';

interface Setting {
  readonly formula: Formula;
  readonly jobs: number;
  readonly repeat: number;
  readonly falsePass: number;
  readonly unresolved: number;
  readonly seed: number;
}

const settings: fc.Arbitrary<Setting> = fc.record({
  formula: disjointFormulas({ most: 3, units: 24 }),
  jobs: fc.constantFrom(1, 2, 4),
  repeat: fc.constantFrom(1, 1, 4),
  falsePass: fc.constantFrom(0, 0, 0.15),
  unresolved: fc.constantFrom(0, 0, 0.1),
  seed: fc.integer(),
});

function outcome({ formula, falsePass, unresolved, seed }: Setting, probe: Probe): Outcome {
  const drawn = coin(seed, probeId(probe));
  if (drawn < unresolved) return { kind: 'unresolved', reason: 'no room on the disk' };
  const truth = outcomeOf(formula, probe.selection);
  return truth.kind === 'fail' && drawn > 1 - falsePass ? PASS : truth;
}

interface Run {
  readonly report: SearchReport;
  /** Lines of the journal as text. */
  readonly lines: readonly string[];
  readonly ran: readonly string[];
}

const keyOf = (probe: Probe) => `content of ${probe.selection.key}`;

/** Drives with a journal that holds `lines` already. */
async function run(setting: Setting, lines: readonly string[]): Promise<Run> {
  const known = foldJournal(lines.map(parse));
  const journal = [...lines];
  const ran: string[] = [];
  const prober = async (probe: Probe): Promise<Answer> => {
    ran.push(probeId(probe));
    // Answers come at different turns of the event loop, in an order of their own.
    for (let i = coin(setting.seed + 1, probeId(probe)) * 4; i > 0; i--)
      await new Promise((resolve) => setImmediate(resolve));
    return { probe, outcome: outcome(setting, probe), costMs: 10 };
  };
  const { formula, jobs, repeat } = setting;
  const report = await drive(search(unitsOf(formula), { ...OPTIONS, repeat, width: jobs }), prober, {
    jobs,
    known: (probe) => known(keyOf(probe), probe),
    onAnswer: (answer) => {
      if (!answer.reused) journal.push(JSON.stringify(journalRecord(keyOf(answer.probe), answer)));
    },
  });
  return { report, lines: journal, ran };
}

/** A line that was cut short is text that isn't JSON; whoever reads the file hands on what it can. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

describe('a search that was killed', () => {
  test('resumes to the same findings and repeats nothing, wherever its journal was cut', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.double({ min: 0, max: 1, noNaN: true }), async (setting, where) => {
        const whole = await run(setting, []);
        const text = whole.lines.map((line) => `${line}\n`).join('');
        const cut = text.slice(0, Math.floor(where * text.length));
        const kept = cut.split('\n').filter((line) => line !== '');
        const resumed = await run(setting, kept);
        expect(findings(resumed.report)).toEqual(findings(whole.report));
        const had = kept.map(parse).filter((record) => typeof record === 'object') as JournalRecord[];
        const ids = new Set(had.map(({ key, attempt }) => `${key}#${attempt}`));
        for (const id of resumed.ran) expect(ids).not.toContain(`content of ${id}`);
      }),
      { numRuns: 40 },
    );
  });

  test('asks for nothing at all when its journal is whole, with one worker as with four', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const whole = await run({ ...setting, jobs: 4 }, []);
        const again = await run({ ...setting, jobs: 1 }, whole.lines);
        expect(again.ran).toEqual([]);
        expect(findings(again.report)).toEqual(findings(whole.report));
        expect(again.report.stats.probes).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a journal', () => {
  const probe: Probe = { selection: Selection.of(8, [1, 5]), attempt: 2, purpose: 'narrow' };
  const failed: Outcome = { kind: 'fail', failure: 'crash', detail: 'SIGSEGV' };
  const record = (more: object = {}) => ({
    ...journalRecord('k', { probe, outcome: failed, costMs: 7 }),
    ...more,
  });

  test('gives back every outcome, for the same key and attempt alone', () => {
    const outcomes: Outcome[] = [PASS, failed, { kind: 'unresolved', reason: 'no disk' }];
    for (const had of outcomes) {
      const line = JSON.stringify(journalRecord('k', { probe, outcome: had, costMs: 7 }));
      const known = foldJournal([JSON.parse(line)]);
      expect(known('k', probe)).toEqual({ probe, outcome: had, costMs: 7, reused: true });
      expect(known('other', probe)).toBeUndefined();
      expect(known('k', { ...probe, attempt: 1 })).toBeUndefined();
    }
  });

  test('is found whatever the selection is now called: the key stands for the content', () => {
    const renamed: Probe = { ...probe, selection: Selection.of(9, [0, 8]), purpose: 'certify' };
    expect(foldJournal([record()])('k', renamed)).toMatchObject({ probe: renamed, outcome: failed });
  });

  test('counts the first of two records for one probe', () => {
    expect(foldJournal([record(), record({ outcome: PASS })])('k', probe)?.outcome).toEqual(failed);
  });

  test('passes over what is no record of this version', () => {
    const foreign: unknown[] = [
      ...[null, undefined, 1, '{"v":1,"key":"k","att', [], {}],
      ...[record({ v: 2 }), record({ key: 3 }), record({ attempt: '2' }), record({ attempt: 0.5 })],
      ...[record({ costMs: '7' }), record({ outcome: 'fail' }), record({ outcome: { kind: 'perhaps' } })],
      record({ outcome: { kind: 'fail', failure: 'bored', detail: '' } }),
      record({ outcome: { kind: 'unresolved' } }),
    ];
    expect(foldJournal(foreign)('k', probe)).toBeUndefined();
    expect(foldJournal([...foreign, record(), ...foreign])('k', probe)?.outcome).toEqual(failed);
  });

  test('never fails on any JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (lines) => {
        expect(foldJournal([...lines, record()])('k', probe)?.outcome).toEqual(failed);
      }),
    );
  });
});
