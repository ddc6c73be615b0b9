// The small parts of the loop, each by itself.

import { Cancellation, SwarmError, taskOf } from '@swarm/core';
import { BackOff, Lane, Ledger, readUntil, untilText } from '@swarm/fleet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usedUp } from '../src/attempts.js';
import { LeaseKeeper } from '../src/keeper.js';
import { sessionPrompt } from '../src/prompt.js';
import { VirtualClock } from './virtual-clock.js';

describe('a ledger', () => {
  const account = { kind: 'run', key: 'r' } as const;

  test('spends no more than its limit and what sessions take beyond what was reserved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(
          fc.record({ usd: fc.integer({ min: 0, max: 20 }), together: fc.integer({ min: 1, max: 4 }) }),
        ),
        (usd, steps) => {
          const ledger = new Ledger({ run: { usd } });
          let beyond = 0;
          for (const { usd: price, together } of steps) {
            const reserved = Array.from({ length: together }, () => ledger.reserve([account]));
            for (const each of reserved) {
              if (each.kind === 'over') continue;
              beyond += Math.max(0, price - each.amount.usd);
              ledger.settle(each, { usd: price, tokens: 0, sessions: 1 });
            }
          }
          expect(ledger.spentIn(account).usd).toBeLessThanOrEqual(usd + beyond);
        },
      ),
    );
  });

  test('lets one session begin in an account that is untouched, with what room there is', () => {
    const ledger = new Ledger({ task: { usd: 3 } }, { usd: 10 });
    ledger.restore([account], { usd: 8, tokens: 0, sessions: 1 });
    const task = { kind: 'task', key: 't' } as const;
    expect(ledger.reserve([task])).toMatchObject({ kind: 'reserved', room: { usd: 3 } });
    expect(ledger.reserve([task])).toMatchObject({ kind: 'over', what: 'usd', limit: 3 });
  });

  test('counts sessions', () => {
    const ledger = new Ledger({ run: { sessions: 2 } });
    const kinds = [1, 2, 3].map(() => ledger.reserve([account]).kind);
    expect(kinds).toEqual(['reserved', 'reserved', 'over']);
  });
});

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
