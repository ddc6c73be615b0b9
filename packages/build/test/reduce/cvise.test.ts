// C-Vise run by us: it asks our test about each candidate, and what it leaves is what our test has taken.

import { createRunner } from '@swarm/host';
import { describe, expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { findCvise, runCvise } from '../../src/reduce/cvise.js';

describe.runIf(needs('cvise'))('C-Vise', () => {
  test('asks our test about each candidate, and takes away what it can do without', async () => {
    const runner = createRunner();
    const functions = Array.from({ length: 40 }, (_, i) => `int f${i}(int x) {\n  return x * ${i};\n}\n`);
    const text = functions.join('');
    const enough = new AbortController();
    const holds = async (candidate: string) => {
      const is = /\bf17\b[\s\S]*x \* 17/.test(candidate);
      if (is && candidate.length < text.length / 4) enough.abort();
      return is;
    };
    const { signal } = enough;
    const env = process.env as Record<string, string>;
    const run = { runner, env, fileName: 'a.c', jobs: 2, timeLimitMs: 50_000, signal };
    const { text: left, problem } = await runCvise(findCvise()!, text, holds, run);
    await runner.close();
    expect([problem, signal.aborted]).toEqual([undefined, true]);
    expect(left.length).toBeLessThan(text.length);
  });
});
