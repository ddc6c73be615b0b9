import { expect, test } from 'vitest';
import { judgeChanges } from '../../../test/bench/gate-stream.mjs';

test.each([0.01, 0.05])('where tests flake at %d, good changes land and real breakage does not', (flakes) => {
  for (const seed of [11, 12]) {
    const suite = { tests: 200, flakes, changes: 200, seed };
    expect(judgeChanges({ ...suite, breaks: 0 }).refused).toBeLessThanOrEqual(1);
    expect(judgeChanges({ ...suite, breaks: 1 }).refused).toBe(200);
  }
});
