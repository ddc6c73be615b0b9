// Every program and fault table of fixtures/programs, bisected by the built command line: exactly the culprits that
// are planted, however many probes run at a time, and a document that its schema allows.

import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { copyProgram, type Program } from '../kit/program.ts';
import { bisectIn, found, type Report } from '../kit/report.ts';

/** What a program's expected.json says, without what only the mixes by hand need. */
function wanted({ expected: { verdict, culprits, rejected } }: Program) {
  return { verdict, culprits, rejected };
}

/** What every culprit of a bisect must carry. */
function expectProved(report: Report) {
  for (const { certificate, confidence, label } of report.culprits) {
    // A boundary passes as a whole: its certificate is another one.
    if (label !== 'boundary')
      expect(certificate).toEqual({ alone: 'fail', without: 'pass', subsets: 'pass' });
    expect(confidence).toBeGreaterThanOrEqual(0.999);
  }
}

/** Tables whose culprits are labelled, too: each program's first, and one where looking closer takes time limits. */
const LABELLED = ['faults', 'tables/hang'];

/** Labels, where they are asked for, come once for a table: they are about its culprits, however those were found. */
async function expectFound(program: Program, ...args: string[]) {
  const isLabelled = LABELLED.some((table) => program.table === program.path(table));
  const labels = isLabelled && !existsSync(program.path('.swarm'));
  const report = await bisectIn(program.dir, args, { labels });
  expect(found(report)).toEqual(wanted(program));
  expect(report.stats.units).toBe(program.units);
  expectProved(report);
  expect(report.code).toBe(report.verdict === 'culprits' ? 0 : 4);
  return report;
}

describe.runIf(needs('gcc', 'make'))('calc', () => {
  test('the demo: a pair, a constant, a rejected unit, for any number of jobs', async () => {
    const program = copyProgram('calc');
    const first = await expectFound(program, '--jobs', '1');
    expect(first.rejected[0]).toMatchObject({
      stage: 'compile',
      reason: expect.stringContaining('a loop whose step is conditional'),
    });
    for (const jobs of ['2', '8']) {
      const again = await expectFound(program, '--jobs', jobs);
      expect(again.stats.compiles).toEqual({ target: 0, oracle: 0 });
    }
  });

  test('five units, each wrong by itself', async () => {
    await expectFound(copyProgram('calc', 'tables/five'), '--jobs', '8');
  });

  test('three units that fail only together', async () => {
    await expectFound(copyProgram('calc', 'tables/triple'), '--jobs', '8');
  });

  test('units that do not link, alone and as a pair', async () => {
    await expectFound(copyProgram('calc', 'tables/link'), '--jobs', '1');
  });

  test('one unit rejected, one that crashes the compiler', async () => {
    const report = await expectFound(copyProgram('calc', 'tables/refused'));
    const stages = Object.fromEntries(report.rejected.map(({ unit, stage }) => [unit, stage]));
    expect(stages).toEqual({ 'src/factor.c': 'compile', 'src/report.c': 'crash' });
  });

  test('a program that does not come back', async () => {
    await expectFound(copyProgram('calc', 'tables/hang'), '--jobs', '8', '--probe-timeout', '2');
  });
});

describe.runIf(needs('gcc', 'make'))('a culprit that fails in four of five runs', () => {
  test('is found, with the confidence that was asked for', async () => {
    const program = copyProgram('calc', 'tables/noise');
    for (const confidence of [0.999, 0.9]) {
      const args = ['--repeat', '6', '--confidence', String(confidence)];
      const report = await bisectIn(program.dir, args, { labels: confidence === 0.999 });
      expect(found(report)).toEqual(wanted(program));
      expect(report.culprits[0]!.confidence).toBeGreaterThanOrEqual(confidence);
      expect(report.code).toBe(0);
    }
  });

  test('is no verdict where its proof is out of reach', async () => {
    const { dir } = copyProgram('calc', 'tables/noise');
    const coin = '[ $(od -An -N1 -tu1 /dev/urandom) -lt 128 ]';
    const report = await bisectIn(dir, ['--test', coin, '--repeat', '8']);
    expect(['inconclusive', 'oracle-fails']).toContain(report.verdict);
    expect(report.code).toBe(5);
    expect(report.notes.length).toBeGreaterThan(0);
  });
});

describe.runIf(needs('gcc', 'cmake', 'ninja'))('textproc, by CMake and ninja', () => {
  test('a pair across library and program, a constant, a rejected unit', async () => {
    await expectFound(copyProgram('textproc'), '--jobs', '2');
  });

  test('a lost store', async () => {
    await expectFound(copyProgram('textproc', 'tables/store'));
  });
});

/**
 * The wrong unit is found whatever happens. The boundary is met only where the search splits it, and where it cuts
 * depends on what probes cost; then it is exactly the planted one. Gives the number of boundaries.
 */
async function boundaries(program: Program, jobs: string): Promise<number> {
  const report = await bisectIn(program.dir, ['--jobs', jobs], { labels: jobs === '1' });
  const [met, others] = [true, false].map((is) =>
    found(report).culprits.filter(({ label }) => (label === 'boundary') === is),
  );
  const planted = program.expected.culprits;
  expect(others).toEqual(planted.filter(({ label }) => label !== 'boundary'));
  if (met!.length > 0) expect(met).toEqual(planted.filter(({ label }) => label === 'boundary'));
  return met!.length;
}

describe.runIf(needs('gcc', 'make'))('records, whose units share structs', () => {
  test('two that disagree about a struct are a boundary, met at least by mixes, and never wrong ones', async () => {
    const program = copyProgram('records');
    await boundaries(program, '1');
    await expectFound(program, '--mixes');
  });

  test('three that disagree are met, wherever the search cuts', async () => {
    const program = copyProgram('records', 'tables/three');
    for (const jobs of ['1', '8']) expect(await boundaries(program, jobs)).toBe(1);
  });

  test('nothing fails when all comes from the target', async () => {
    await expectFound(copyProgram('records', 'tables/boundary'));
  });
});
