import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addExtras,
  digestOf,
  orderTests,
  type Past,
  pastAfter,
  planBudget,
  readReplayToken,
  replayToken,
  testCase,
  touchedTests,
} from '../../src/index.ts';

/** A past from records like `p10 f12 n`: letters and milliseconds, oldest first. */
const pastOf = (records: string): Past =>
  records
    .split(' ')
    .reduce<Past | undefined>(
      (past, record) => pastAfter(past, record[0] as 'p', Number(record.slice(1))),
      undefined,
    )!;

describe('the order of tests', () => {
  test('puts recent changes over time first, and the unknown in the order given', () => {
    const pasts = new Map([
      ['steady', pastOf('p10 p10 p10')],
      ['flips', pastOf('p10 f10 p10')],
      ['flipped long ago', pastOf('p10 f10 p10 p10 p10 p10 p10 p10 p10 p10 p10 p10')],
      ['flips and is slow', pastOf('p9000 f9000 p9000')],
      ['fails', pastOf('f10 f10')],
    ]);
    const tests = ['new 1', 'steady', 'flips and is slow', 'flipped long ago', 'new 2', 'flips', 'fails'];
    const order = orderTests(tests, pasts).map(({ id }) => id);
    expect(order.slice(0, 3)).toEqual(['flips', 'fails', 'flipped long ago']);
    expect(order.indexOf('new 1')).toBeLessThan(order.indexOf('new 2'));
    expect(order.at(-1)).toBe('flips and is slow');
  });

  test('lets what missed its turn age up, past any other test', () => {
    const busy = pastOf('p1 f1 p1 f1 p1 f1');
    let waiting = pastOf('p60000');
    let rounds = 0;
    const first = () =>
      orderTests(
        ['waiting', 'busy'],
        new Map([
          ['waiting', waiting],
          ['busy', busy],
        ]),
      )[0]!.id;
    for (; first() !== 'waiting' && rounds < 60; rounds++) waiting = pastAfter(waiting, 'n', 0);
    expect(rounds).toBeLessThan(30);
    expect(pastAfter(waiting, 'p', 5).missed).toBe(0);
    // One that a budget ended had its turn: it is known to be slow, and doesn't come first for ever.
    const ended = pastAfter(waiting, 'n', 90_000);
    expect([ended.missed, ended.wallMs.at(-1)]).toEqual([0, 90_000]);
  });

  test('only reorders', () => {
    const record = fc.array(fc.constantFrom('p5', 'f7', 's', 'n', 'p900'), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (all) => {
        const tests = all.map((_, i) => `t${i}`);
        const pasts = new Map(all.map((records, i) => [`t${i}`, pastOf(records.join(' '))]));
        expect(
          orderTests(tests, pasts)
            .map(({ id }) => id)
            .sort(),
        ).toEqual([...tests].sort());
      }),
    );
  });
});

test('a budget is never overdrawn, leaves nothing that would still fit, and loses no test', () => {
  const times = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 });
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3000 }),
      (ms, jobs, budgetMs) => {
        const ordered = ms.map((expectedMs, i) => ({ id: `t${i}`, expectedMs }));
        const { start, left } = planBudget(ordered, jobs, budgetMs);
        expect([...start, ...left].map(({ id }) => id).sort()).toEqual(ordered.map(({ id }) => id).sort());
        const lanes = new Array<number>(jobs).fill(0);
        for (const { expectedMs } of start) lanes[lanes.indexOf(Math.min(...lanes))]! += expectedMs;
        expect(Math.max(...lanes)).toBeLessThanOrEqual(budgetMs);
        for (const { expectedMs } of left) expect(Math.min(...lanes) + expectedMs).toBeGreaterThan(budgetMs);
      },
    ),
  );
  expect(planBudget([{ id: 'a', expectedMs: 5 }], 2, undefined).left).toEqual([]);
});

describe('what is added', () => {
  test('is at most a fifth of the sample, none of it twice', () => {
    const sample = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const wanted = ['s3', 'x1', 'x2', 'x1', 'x3', 'x4', 'x5', 'x6'];
    expect(addExtras(sample, wanted)).toEqual({ added: ['x1', 'x2', 'x3', 'x4'], over: 2 });
    expect(addExtras(['a'], ['b', 'c'])).toEqual({ added: ['b'], over: 1 });
    expect(addExtras(sample, [])).toEqual({ added: [], over: 0 });
  });

  test('is what a change touches: a test, or what belongs to it', () => {
    const tests = ['a/one.c', 'a/two.c', 'b/one.test.ts::says hello', '.hidden'].map(testCase);
    expect(touchedTests(tests, ['a/one.expected', 'b/one.ts'])).toEqual([
      'a/one.c',
      'b/one.test.ts::says hello',
    ]);
    expect(touchedTests(tests, ['.gitignore', 'two.c'])).toEqual([]);
  });
});

describe('a replay token', () => {
  const tokens = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    windows: fc.constant(100),
    window: fc.integer({ min: 0, max: 99 }),
    total: fc.integer({ min: 0, max: 1e6 }),
    digest: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    patterns: fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 3 }),
  });

  test('says all that was put in, in a word that a shell leaves alone', () => {
    fc.assert(
      fc.property(tokens, (replay) => {
        const clean = replay.patterns.filter((pattern) => !pattern.includes('\0'));
        const token = replayToken({ ...replay, patterns: clean });
        expect(token).toMatch(/^[0-9a-z]+$/);
        expect(readReplayToken(token)).toEqual({ ...replay, patterns: clean });
        expect(readReplayToken(` ${token.toUpperCase()}`)).toEqual({ ...replay, patterns: clean });
      }),
    );
    const plain = { seed: 1, windows: 10, window: 3, total: 10_000, digest: 2 ** 31, patterns: [] };
    expect(replayToken(plain).length).toBeLessThan(30);
  });

  test('is refused when a letter of it is wrong', () => {
    const token = replayToken({ seed: 7, windows: 10, window: 3, total: 500, digest: 99, patterns: ['a/*'] });
    let taken = 0;
    for (let i = 0; i < token.length; i++)
      for (const letter of '0123456789abcdefghjkmnpqrstvwxyz')
        if (
          letter !== token[i] &&
          readReplayToken(token.slice(0, i) + letter + token.slice(i + 1)) !== undefined
        )
          taken += 1;
    expect(taken).toBeLessThanOrEqual(1); // 20 bits of check over some thousand wrong tokens.
    for (const wrong of ['', '0', 'abcd', '!!!!!!!!', token.slice(1)])
      expect(readReplayToken(wrong)).toBeUndefined();
  });

  test('carries a digest that depends on the tests and not on their order', () => {
    expect(digestOf(['a', 'b', 'c'])).toBe(digestOf(['c', 'a', 'b']));
    expect(digestOf(['a', 'b'])).not.toBe(digestOf(['a', 'c']));
    expect(digestOf(['a'])).not.toBe(digestOf(['a', 'a']));
  });
});
