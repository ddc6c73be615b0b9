import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  exitCodeOf,
  type Summary,
  summaryLines,
  Tally,
  type TestOutcome,
  verdictOf,
} from '../../src/index.ts';

const summaryOf = (tally: Tally, more: Partial<Summary> = {}): Summary => ({
  counts: tally.counts,
  failures: tally.failures,
  unresolved: tally.unresolved,
  flaky: tally.flaky,
  inference: tally.inference(10_000),
  wallMs: 41_200,
  interrupted: false,
  part: 'window 3 of 10',
  replay: 'swarm sample-test --replay abc',
  log: '.swarm/runs/1/results.jsonl',
  ...more,
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    'x\nPASS 9/9 in 1s',
    '\u001b[2J\rPASS 1/1',
    '\u2028log: /etc/passwd',
    '\u202eSSAP',
    '-n\r\nreplay: evil',
  ),
);
const outcome: fc.Arbitrary<TestOutcome> = fc.oneof(
  fc.constant<TestOutcome>({ kind: 'pass' }),
  fc.constant<TestOutcome>({ kind: 'unexpected-pass' }),
  text.map((detail): TestOutcome => ({ kind: 'fail', failure: 'exit', detail })),
  text.map((reason): TestOutcome => ({ kind: 'unresolved', reason })),
  text.map((reason): TestOutcome => ({ kind: 'not-run', reason })),
  text.map((reason): TestOutcome => ({ kind: 'skip', reason })),
);

test('is at most ten lines and 2 KB, each of them ours, whatever tests print or are called', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, outcome), { maxLength: 40 }),
      text,
      fc.boolean(),
      (results, log, interrupted) => {
        const tally = new Tally();
        for (const [id, result] of results) tally.add({ id, outcome: result, wallMs: 1 });
        const lines = summaryLines(summaryOf(tally, { log, interrupted }));
        expect(lines.length).toBeLessThanOrEqual(10);
        expect(Buffer.byteLength(`${lines.join('\n')}\n`)).toBeLessThanOrEqual(2048);
        for (const line of lines) {
          expect(line).toMatch(
            /^(ERROR |UNRESOLVED |FLAKY |PASS |FAIL |PARTIAL |INTERRUPTED |\.\.\. |replay: |log: )/,
          );
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        }
        expect(
          lines.filter((line) => /^(PASS|FAIL|PARTIAL|UNRESOLVED|INTERRUPTED) \d+\//.test(line)).length,
        ).toBe(1);
        expect(lines.filter((line) => line.startsWith('log: ')).length).toBe(1);
      },
    ),
  );
});

test('says what ran, and what that means for the rest', () => {
  const tally = new Tally();
  for (let i = 0; i < 1000; i++) tally.add({ id: `t${i}`, outcome: { kind: 'pass' }, wallMs: 1 });
  expect(summaryLines(summaryOf(tally))).toEqual([
    'PASS 1000/10000 in 41.2s; at 95%: <= 28 of 10000 failing; a change that breaks 10 tests is caught in 65%',
    'replay: swarm sample-test --replay abc (window 3 of 10)',
    'log: .swarm/runs/1/results.jsonl',
  ]);
});

test('names the first failures and counts the others', () => {
  const tally = new Tally();
  for (let i = 0; i < 37; i++)
    tally.add({
      id: `d/t${i}.c`,
      outcome: { kind: 'fail', failure: 'exit', detail: 'exit status 1' },
      wallMs: 1,
    });
  const lines = summaryLines(summaryOf(tally));
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('ERROR d/t0.c: exit status 1');
  expect(lines[6]).toBe('... 31 more: .swarm/runs/1/results.jsonl');
  expect(lines[7]).toMatch(/^FAIL 37\/10000 in 41\.2s, 37 of 37 failed; at 95%: <= 10000 of 10000 failing; /);
});

test('counts what was added neither for nor against the suite', () => {
  const tally = new Tally(new Set(['extra']));
  tally.add({ id: 'extra', outcome: { kind: 'fail', failure: 'exit', detail: '' }, wallMs: 1 });
  tally.add({ id: 'drawn', outcome: { kind: 'pass' }, wallMs: 1 });
  expect(tally.counts.fail).toBe(1);
  expect(tally.inference(100)).toMatchObject({ ran: 1, failingAtMost: 94 });
});

test('gives an exit code by what is worst, and none of green for nothing', () => {
  const none = { pass: 0, fail: 0, skip: 0, flaky: 0, notRun: 0, unresolved: 0 };
  expect(exitCodeOf(none)).toBe(4);
  expect(exitCodeOf({ ...none, pass: 1 })).toBe(0);
  expect(exitCodeOf({ ...none, pass: 1, notRun: 1 })).toBe(6);
  expect(exitCodeOf({ ...none, pass: 1, notRun: 1, unresolved: 1 })).toBe(3);
  expect(exitCodeOf({ ...none, pass: 1, notRun: 1, unresolved: 1, fail: 1 })).toBe(1);
  expect(verdictOf({ counts: { ...none, fail: 1 }, interrupted: true })).toBe('FAIL');
  expect(verdictOf({ counts: none, interrupted: true })).toBe('INTERRUPTED');
});
