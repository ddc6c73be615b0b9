import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  directoryOf,
  hashBelow,
  seedOf,
  testCase,
  usualWindowCount,
  windowCount,
  windowNumbers,
  windowOf,
} from '../../src/index.ts';

const suite = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 400 })), {
    maxLength: 300,
    selector: ([directory, name]) => `${directory}/${name}`,
  })
  .map((pairs) => pairs.map(([directory, name]) => testCase(`d${directory}/t${name}.c`)));
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('windows of a suite', () => {
  test('partition it, with floor to ceiling of every directory in each', () => {
    fc.assert(
      fc.property(suite, seeds, fc.integer({ min: 1, max: 130 }), (tests, seed, windows) => {
        const numbers = windowNumbers(tests, seed, windows);
        expect(numbers.length).toBe(tests.length);
        const sizes = new Map<string, number>();
        const held = new Map<string, number>();
        for (const [i, { directory }] of tests.entries()) {
          expect(numbers[i]!).toBeLessThan(windows);
          sizes.set(directory, (sizes.get(directory) ?? 0) + 1);
          const key = `${directory} ${numbers[i]}`;
          held.set(key, (held.get(key) ?? 0) + 1);
        }
        for (const [directory, size] of sizes)
          for (let window = 0; window < windows; window++) {
            const here = held.get(`${directory} ${window}`) ?? 0;
            expect(here).toBeGreaterThanOrEqual(Math.floor(size / windows));
            expect(here).toBeLessThanOrEqual(Math.ceil(size / windows));
          }
      }),
    );
  });

  test('do not depend on the order that tests are given in', () => {
    fc.assert(
      fc.property(suite, seeds, fc.integer({ min: 1, max: 40 }), (tests, seed, windows) => {
        const numbers = windowNumbers(tests, seed, windows);
        const back = windowNumbers([...tests].reverse(), seed, windows).reverse();
        expect([...back]).toEqual([...numbers]);
      }),
    );
  });

  test('lie within those of a divisor of their count', () => {
    fc.assert(
      fc.property(
        suite,
        seeds,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (tests, seed, few, by) => {
          const coarse = windowNumbers(tests, seed, few);
          const fine = windowNumbers(tests, seed, few * by);
          expect([...fine].map((window) => Math.floor(window / by))).toEqual([...coarse]);
        },
      ),
    );
  });

  test('keep almost all tests when one comes or goes, and all of other directories', () => {
    const tests = Array.from({ length: 2000 }, (_, i) => testCase(`d${i % 4}/t${i}`));
    const moved: number[] = [];
    for (let gone = 0; gone < 40; gone++) {
      const before = windowNumbers(tests, gone, 10);
      const rest = tests.filter((_, i) => i !== gone);
      const after = windowNumbers(rest, gone, 10);
      const changed = rest.filter((_, i) => after[i] !== before[i < gone ? i : i + 1]);
      expect(new Set(changed.map(({ directory }) => directory)).size).toBeLessThanOrEqual(1);
      for (const { directory } of changed) expect(directory).toBe(tests[gone]!.directory);
      moved.push(changed.length);
    }
    expect(moved.reduce((sum, n) => sum + n, 0) / moved.length).toBeLessThan(10);
  });

  test('draw every test equally often over many seeds', () => {
    const tests = ['a/1', 'a/2', 'a/3', 'b/1', 'c'].map(testCase);
    const drawn = tests.map(() => new Array<number>(4).fill(0));
    for (let seed = 0; seed < 8000; seed++)
      for (const [i, window] of windowNumbers(tests, seed, 4).entries()) drawn[i]![window]! += 1;
    // Each cell is binomial(8000, 1/4): five standard deviations are 194.
    for (const count of drawn.flat()) expect(Math.abs(count - 2000)).toBeLessThan(194);
  });

  test('differ from seed to seed', () => {
    const tests = Array.from({ length: 1000 }, (_, i) => testCase(`t${i}`));
    const [one, two] = [windowNumbers(tests, 1, 10), windowNumbers(tests, 2, 10)];
    const same = [...one].filter((window, i) => window === two[i]).length;
    expect(Math.abs(same - 100)).toBeLessThan(60);
  });

  test('are as many as the fraction says, and hold twenty tests where nobody asked', () => {
    expect([1, 0.1, 0.01, 0.34, 0.7, 2].map(windowCount)).toEqual([1, 10, 100, 3, 1, 1]);
    expect([0, 19, 40, 199, 200, 10_000].map(usualWindowCount)).toEqual([1, 1, 2, 9, 10, 10]);
  });
});

describe('agents', () => {
  test('look at min(A, W) windows a round and at all in ceil(W/A) rounds', () => {
    for (let windows = 2; windows <= 100; windows++)
      for (let agents = 1; agents <= windows + 4; agents++) {
        const cycle = Math.ceil(windows / agents);
        for (const first of [0, cycle, 7 * cycle, 1000 * cycle]) {
          const seen = new Set<number>();
          for (let round = first; round < first + cycle; round++) {
            const now = new Set<number>();
            for (let number = 0; number < agents; number++)
              now.add(windowOf({ number, of: agents }, round, windows));
            if (now.size !== Math.min(agents, windows))
              expect.fail(`W=${windows} A=${agents} round ${round}`);
            for (const window of now) seen.add(window);
          }
          if (seen.size !== windows) expect.fail(`W=${windows} A=${agents} from round ${first}`);
        }
      }
  });

  test('are spread over windows by their names', () => {
    const names = Array.from({ length: 4000 }, (_, i) => `agent-${i}`);
    const counts = new Array<number>(10).fill(0);
    for (const name of names) counts[hashBelow(3, name, 10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(100);
  });
});

test('a seed is a number or any text', () => {
  expect(seedOf('42')).toBe(42);
  expect(seedOf('4294967295')).toBe(4294967295);
  expect(seedOf('4294967296')).toBeLessThan(2 ** 32);
  expect(seedOf('task-7')).toBe(seedOf('task-7'));
  expect(directoryOf('a/b/c.c::x/y')).toBe('a/b');
});
