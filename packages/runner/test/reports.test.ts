// Reports that swarm writes: whatever names and outputs hold, they parse, keep the form, and read back as what they were.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestOutcome, TestResult } from '@swarm/core';
import { isCtrf, readCtrf, readJunit, writeCtrf, writeJunit } from '@swarm/runner';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';
import { needs } from '../../../test/kit/needs.ts';
import { junitProblems } from './report-check.ts';

const folder = project();
afterAll(() => folder.remove());

const file = folder.path('report.xml');
const STATUS = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  'expected-fail': 'skipped',
  'unexpected-pass': 'failed',
  'not-run': 'skipped',
  unresolved: 'error',
} as const;

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        ']]>',
        '<![CDATA[',
        '&amp;',
        '"',
        "'",
        '<',
        '\u001b[31m',
        '\u001b]0;t\u0007',
        '\0',
        '\r\n',
        '\ud800',
        '\uffff',
        '::',
        '/',
        '-',
        '\u202e',
        '🙂',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const outcome: fc.Arbitrary<TestOutcome> = fc.oneof(
  fc.constant({ kind: 'pass' } as const),
  fc.constant({ kind: 'unexpected-pass' } as const),
  fc.record({
    kind: fc.constant('fail' as const),
    failure: fc.constantFrom(
      'exit',
      'crash',
      'timeout',
      'wrong-output',
      'compile',
      'leak',
      'flood',
      'missing',
    ),
    detail: hostile,
  }),
  fc.record({ kind: fc.constantFrom('skip', 'not-run', 'unresolved'), reason: hostile }),
  fc.record({ kind: fc.constant('expected-fail' as const), detail: hostile }),
);
const output = folder.path('output');
const results: fc.Arbitrary<TestResult[]> = fc.uniqueArray(
  fc.record({
    id: fc.oneof(
      hostile,
      fc.tuple(hostile, hostile).map(([path, name]) => `dir/${path}::${name}`),
    ),
    outcome,
    wallMs: fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constant(1e-9)),
    outputFile: fc.constantFrom(output, folder.path('not-there')),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
);

describe('a JUnit file', () => {
  test('keeps the form under hostile names and outputs, and reads back', async () => {
    await fc.assert(
      fc.asyncProperty(results, hostile, async (all, printed) => {
        writeFileSync(output, printed);
        await writeJunit(file, all, { name: printed });
        expect(junitProblems(file)).toEqual([]);
        const { tests, problem } = await readJunit(readFileSync(file, 'utf8'));
        expect(problem).toBeUndefined();
        expect(tests.map(({ status }) => status).sort()).toEqual(
          all
            .map(({ outcome }) =>
              outcome.kind === 'fail' && /^(crash|timeout|compile|missing)$/.test(outcome.failure)
                ? 'error'
                : STATUS[outcome.kind],
            )
            .sort(),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('cuts long outputs in the middle, and tells tests by their ids', async () => {
    writeFileSync(output, `begin\n${'x'.repeat(300_000)}\nend`);
    const fail = { kind: 'fail', failure: 'exit', detail: 'exit 3\nmore' } as const;
    const all: TestResult[] = [
      ...['a/b', 'a/b::b', 'a/b/c.t', 'top.t', 'x y/z.t::a > b [1]'].map((id) => ({
        id,
        wallMs: 1234.4,
        outcome: fail,
        outputFile: output,
      })),
      { id: 'a/passes.t', wallMs: 1, outcome: { kind: 'pass' }, outputFile: output },
      // A terminal's colours can't stand in a name: what is left of these two is the same.
      { id: 'a/\u001b[1mred.t', wallMs: 1, outcome: { kind: 'pass' } },
      { id: 'a/red.t', wallMs: 1, outcome: { kind: 'pass' } },
    ];
    await writeJunit(file, all, { name: 'suite', startedAt: new Date(0) });
    expect(junitProblems(file)).toEqual([]);
    const { tests, startedAt } = await readJunit(readFileSync(file, 'utf8'));
    expect(startedAt).toBe('1970-01-01T00:00:00');
    const ids = tests.map(({ id }) => id);
    for (const { id } of all.slice(0, 6)) expect(ids).toContain(id);
    const [first] = tests.filter(({ id }) => id === 'a/b');
    expect(first).toMatchObject({ status: 'failed', type: 'exit', message: 'exit: exit 3', seconds: 1.234 });
    expect(first!.detail).toMatch(/^exit 3\nmore\n\nbegin\n.*\[\.\.\. \d+ bytes left out \.\.\.\].*\nend$/s);
    expect(tests.find(({ id }) => id === 'a/passes.t')!.detail).toBe('');
  });

  test.runIf(needs('python3'))('parses with another XML parser', async () => {
    writeFileSync(output, '\u0000]]>]]>\u001b[31m<&\ud800 \ufffe \u0085');
    const fail = { kind: 'fail', failure: 'exit', detail: ']]>]]>' } as const;
    await writeJunit(file, [{ id: 'a\u0001"<&>', wallMs: 1, outcome: fail, outputFile: output }], {
      name: '"<&',
    });
    const script =
      'import sys, xml.etree.ElementTree as e; print(e.parse(sys.argv[1]).getroot().get("failures"))';
    expect(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })).toBe('1\n');
  });

  test('is not there at all when it could not be written as a whole', async () => {
    const late = folder.path('late.xml');
    const outcome = () => {
      throw new Error('no more');
    };
    const broken = {
      id: 'a',
      wallMs: 1,
      get outcome(): TestOutcome {
        return outcome();
      },
    };
    await expect(writeJunit(late, [broken], { name: 'x' })).rejects.toThrow('no more');
    expect(existsSync(late)).toBe(false);
  });
});

describe('a CTRF file', () => {
  test('is JSON with every test and its counts, and reads back', async () => {
    const path = folder.path('ctrf.json');
    await fc.assert(
      fc.asyncProperty(results, hostile, async (all, printed) => {
        writeFileSync(output, printed);
        await writeCtrf(path, all, { name: 'x', startMs: 5, stopMs: 7 });
        const document = JSON.parse(readFileSync(path, 'utf8'));
        const { summary } = document.results;
        expect(isCtrf(document)).toBe(true);
        expect(summary.tests).toBe(all.length);
        expect(summary.passed + summary.failed + summary.skipped + summary.pending + summary.other).toBe(
          all.length,
        );
        const read = readCtrf(document);
        expect(read).toMatchObject({ startMs: 5 });
        expect(read.tests).toHaveLength(all.length);
      }),
      { numRuns: 60 },
    );
  });

  test('says what is flaky, and what is wrong with one that is none', async () => {
    const path = folder.path('flaky.json');
    const earlier = [{ kind: 'fail', failure: 'exit', detail: '' } as const];
    await writeCtrf(path, [{ id: 'd/a.t', wallMs: 2, outcome: { kind: 'pass' }, earlier }], {
      name: 'x',
      startMs: 0,
      stopMs: 1,
    });
    expect(readCtrf(JSON.parse(readFileSync(path, 'utf8'))).tests).toMatchObject([
      { id: 'd/a.t', status: 'passed', flaky: true },
    ]);
    expect(readCtrf({ results: { tests: [{ name: 'a', status: 'sort of' }] } }).problem).toMatchObject({
      where: 'results.tests[0].status',
    });
    expect(readCtrf([]).problem).toMatchObject({ where: 'results' });
  });
});
