// The small parts of the loop, each by itself.

import { Cancellation, SwarmError, taskOf } from '@swarm/core';
import { BackOff, Lane, readUntil, untilText } from '@swarm/fleet';
import { describe, expect, test } from 'vitest';
import { usedUp } from '../src/attempts.js';
import { LeaseKeeper } from '../src/keeper.js';
import { sessionPrompt } from '../src/prompt.js';
import { VirtualClock } from './virtual-clock.js';

describe('a back-off', () => {
  test('doubles with each refusal, heeds what the provider says, and begins anew after an answer', () => {
    const backOff = new BackOff({ firstMs: 100, mostMs: 1000 });
    backOff.refused(0);
    expect(backOff.waitMs(0, 0)).toBe(100);
    backOff.refused(50);
    expect(backOff.waitMs(50, 0)).toBe(100);
    backOff.refused(150);
    expect(backOff.waitMs(150, 0)).toBe(200);
    backOff.refused(400, 5000);
    expect(backOff.waitMs(400, 0)).toBe(5000);
    backOff.answered();
    backOff.refused(6000);
    expect(backOff.waitMs(6000, 0)).toBe(100);
    expect(backOff.waitMs(7000, 0.9)).toBe(0);
  });
});

describe('a condition to stop', () => {
  test('is read from words, and said in words', () => {
    expect(readUntil(['landed=20,empty', '2h'])).toEqual({ landed: 20, empty: true, afterMs: 7_200_000 });
    expect(untilText(readUntil(['landed=3', '90s']))).toBe('3 landed or 90 s have passed');
    for (const bad of ['', 'landed=0', 'landed=-1', '2', '0h', 'soon'])
      expect(() => readUntil([bad])).toThrow(SwarmError);
  });
});

describe('attempts', () => {
  const task = {
    ...taskOf({ id: 't', title: 't' }),
    attempts: [{ agent: 'a', outcome: 'gate', note: 'red' }],
  };

  test('are used up by those that really tried', () => {
    expect(usedUp(task, { agent: 'b', outcome: 'rate-limited' }, 2)).toBeUndefined();
    expect(usedUp(task, { agent: 'b', outcome: 'no-change' }, 3)).toBeUndefined();
    expect(usedUp(task, { agent: 'b', outcome: 'crashed', note: 'SIGSEGV' }, 2)).toBe(
      '2 attempts failed; the last: crashed: SIGSEGV',
    );
  });

  test('are told to whoever tries next', () => {
    const prompt = sessionPrompt({
      project: '# Project',
      role: undefined,
      agent: 'b',
      task: { ...task, verify: 'make test' },
    });
    expect(prompt).toContain('# Project');
    expect(prompt).toContain('    make test');
    expect(prompt).toContain('- a, gate: red');
  });
});

describe('a lane', () => {
  test('lets one in at a time, in order, also after a failure', async () => {
    const lane = new Lane({ nowMs: () => 0 });
    const seen: string[] = [];
    const enter = (name: string, fails = false) =>
      lane.enter(async () => {
        seen.push(`${name} in`);
        await Promise.resolve();
        seen.push(`${name} out`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([enter('a'), enter('b', true), enter('c')]);
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });
});

describe('a kept lease', () => {
  const lease = { task: 't', holder: 'a', ttlMs: 300, token: '0' };

  test('is renewed in time, also when the hub is away for a moment', async () => {
    const clock = new VirtualClock();
    const renewals: number[] = [];
    const trouble: unknown[] = [];
    const renew = async (old: typeof lease) => {
      renewals.push(clock.nowMs());
      if (renewals.length === 2) throw new Error('away');
      return { ...old, token: `${renewals.length}` };
    };
    const keeper = new LeaseKeeper(lease, { renew }, clock, (error) => trouble.push(error));
    await clock.until(clock.sleep(350, new Cancellation()));
    await keeper.stop();
    expect(renewals).toEqual([100, 200, 300]);
    expect(trouble).toHaveLength(1);
    expect(await keeper.use(async ({ token }) => token)).toBe('3');
  });
});
