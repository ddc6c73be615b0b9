import { expect, test } from 'vitest';
import { catchProbability, failingBound } from '../../src/index.ts';

const choose = (n: number, k: number): bigint => {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 0; i < k; i++) result = (result * BigInt(n - i)) / BigInt(i + 1);
  return result;
};

test('the bound is the largest number of failing tests that is still likely, for every small suite', () => {
  for (let total = 1; total <= 24; total++)
    for (let ran = 0; ran <= total; ran++)
      for (let failed = 0; failed <= ran; failed++) {
        let bound = failed;
        for (let failing = failed; failing <= total - (ran - failed); failing++) {
          let likely = 0n;
          for (let x = 0; x <= failed; x++) likely += choose(failing, x) * choose(total - failing, ran - x);
          if (likely * 20n > choose(total, ran)) bound = failing; // P > 5%
        }
        if (failingBound(total, ran, failed) !== bound)
          expect.fail(`N=${total} n=${ran} f=${failed}: ${failingBound(total, ran, failed)}, not ${bound}`);
      }
});

test('the bound is exact for large suites too', () => {
  for (const [total, ran, failed] of [
    [10_000, 1000, 0],
    [10_000, 1000, 7],
    [1600, 160, 12],
    [3000, 1500, 700],
  ] as const) {
    const bound = failingBound(total, ran, failed);
    const likely = (failing: number): bigint => {
      let sum = 0n;
      for (let x = 0; x <= failed; x++) sum += choose(failing, x) * choose(total - failing, ran - x);
      return sum * 20n;
    };
    const whole = choose(total, ran);
    expect(likely(bound) > whole).toBe(true);
    expect(likely(bound + 1) > whole).toBe(false);
  }
  expect(failingBound(10_000, 1000, 0)).toBe(28);
  expect(failingBound(100_000, 100_000, 3)).toBe(3);
  expect(failingBound(100_000, 0, 0)).toBe(100_000);
  expect(failingBound(100_000, 50_000, 30_000)).toBeLessThan(60_600);
});

test('the probability of a catch is that of drawing one of the broken tests', () => {
  for (let total = 1; total <= 12; total++)
    for (let ran = 0; ran <= total; ran++)
      for (let broken = 1; broken <= total; broken++) {
        let caught = 0;
        for (let mask = 0; mask < 1 << total; mask++) {
          let [size, hit] = [0, false];
          for (let i = 0; i < total; i++)
            if ((mask >> i) & 1) {
              size += 1;
              if (i < broken) hit = true;
            }
          if (size === ran && hit) caught += 1;
        }
        expect(catchProbability(total, ran, broken)).toBeCloseTo(caught / Number(choose(total, ran)), 10);
      }
  expect(Math.floor(catchProbability(10_000, 1000, 10) * 100)).toBe(65);
});
