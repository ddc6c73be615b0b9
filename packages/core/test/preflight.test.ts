// Preflight: failures that say the same are one piece of work, work that meets in files costs, and the gate lets through one at a time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adviceOf,
  clustersOf,
  forecastsOf,
  overlapOf,
  type Pace,
  type PreflightFacts,
  signatureOf,
} from '../src/index.ts';

describe('the signature of a failure', () => {
  test.each([
    [
      'exit status 1: src/a.c:14: undefined reference to `memcpy@GLIBC_2.2.5`',
      'src/deep/b.c:7: undefined reference to `strlen`',
    ],
    [
      "TypeError: Cannot read properties of undefined (reading 'x')",
      "TypeError: Cannot read properties of undefined (reading 'length')",
    ],
    ['segmentation fault at 0x7ffe1234 in parse_expr', 'segmentation fault at 0xdeadbeef in parse_expr'],
  ])('is the same for %s and %s', (one, other) => {
    expect(signatureOf(one)).toBeDefined();
    expect(signatureOf(one)).toBe(signatureOf(other));
  });

  test.each([
    '',
    'exit status 1',
    'ended by SIGSEGV',
    'still running after 60 s',
    'exit status 1: expected 3, got 4',
    'line 3 differs',
  ])('is none for %j', (says) => expect(signatureOf(says)).toBeUndefined());

  test('differs where the words differ', () => {
    expect(signatureOf('unknown type name `foo`')).not.toBe(signatureOf('redefinition of `foo`'));
  });

  test('puts every failure into one cluster', () => {
    const failures = fc.array(
      fc.record({
        id: fc.string(),
        says: fc.constantFrom('exit status 2', 'cannot open display 7', 'no such symbol: a'),
      }),
    );
    fc.assert(
      fc.property(failures, (all) => {
        const clusters = clustersOf(all);
        expect(clusters.flatMap(({ members }) => members).sort()).toEqual(all.map(({ id }) => id).sort());
        for (const { signature, members } of clusters)
          if (signature === undefined) expect(members).toHaveLength(1);
      }),
    );
  });
});

describe('the overlap of work', () => {
  test('is the share of pairs that meet in a file', () => {
    const { share, hot, works } = overlapOf([['a', 'b'], ['b'], ['c'], ['c', 'd'], []]);
    expect([works, share]).toEqual([4, 2 / 6]);
    expect(hot).toEqual([
      { path: 'b', works: 2 },
      { path: 'c', works: 2 },
    ]);
    expect(overlapOf([['a']])).toEqual({ works: 1, share: 0, hot: [] });
  });

  test('is what comparing all pairs gives', () => {
    const works = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }), {
      minLength: 2,
    });
    fc.assert(
      fc.property(works, (all) => {
        let met = 0;
        for (let i = 0; i < all.length; i++)
          for (let j = i + 1; j < all.length; j++) if (all[i]!.some((path) => all[j]!.includes(path))) met++;
        expect(overlapOf(all).share).toBeCloseTo(met / ((all.length * (all.length - 1)) / 2));
      }),
    );
  });
});

const pace = (more: Partial<Pace> = {}): Pace => ({
  ...{ sessionSeconds: 1200, gateSeconds: 60, goodShare: 1, overlapShare: 0, usdPerSession: 2, ...more },
});

describe('a forecast', () => {
  test('is what a queue with one server does: one agent alone, many at the pace of the gate', () => {
    const all = forecastsOf(pace(), 100);
    expect(all[0]!.landedPerHour).toBeCloseTo(3600 / 1260);
    expect(all[99]!.landedPerHour).toBeCloseTo(60, 0);
    expect(all.every(({ usdPerLanded }) => usdPerLanded === 2)).toBe(true);
  });

  test('never passes what agents and gate can do, and conflicts only cost', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    const seconds = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(
        seconds,
        seconds,
        shares,
        shares,
        (sessionSeconds, gateSeconds, goodShare, overlapShare) => {
          const free = forecastsOf(pace({ sessionSeconds, gateSeconds, goodShare }), 20);
          const met = forecastsOf(pace({ sessionSeconds, gateSeconds, goodShare, overlapShare }), 20);
          for (const [index, { landedPerHour }] of met.entries()) {
            expect(landedPerHour).toBeLessThanOrEqual(free[index]!.landedPerHour + 1e-9);
            expect(landedPerHour).toBeLessThanOrEqual(3600 / gateSeconds + 1e-9);
            expect(landedPerHour).toBeLessThanOrEqual(
              (3600 * (index + 1)) / (sessionSeconds + gateSeconds) + 1e-9,
            );
          }
        },
      ),
    );
  });
});

describe('the advice', () => {
  const pieces = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `t${i}`, says: 'exit status 1' }));
  const facts = (more: Partial<PreflightFacts>): PreflightFacts => ({
    ...{
      failures: pieces(40),
      untasked: false,
      tested: true,
      broken: undefined,
      canBisect: false,
      pace: pace(),
      mostAgents: 64,
      ...more,
    },
  });

  test('is as many agents as there are pieces, where nothing else limits them', () => {
    const { verdict, agents, hours, usd } = adviceOf(
      facts({ failures: pieces(5), pace: pace({ gateSeconds: 1 }) }),
    );
    expect([verdict, agents, Math.round(usd!)]).toEqual(['parallel', 5, 10]);
    expect(hours).toBeCloseTo(1200 / 3600, 1);
  });

  test('is no more than the gate can take, or than conflicts leave over', () => {
    const gated = adviceOf(facts({ pace: pace({ gateSeconds: 300 }) }));
    expect(gated.agents).toBeGreaterThan(2);
    expect(gated.agents).toBeLessThan(8);
    expect(gated.reasons[0]).toContain('the gate checks 12.0 an hour');
    const met = adviceOf(facts({ pace: pace({ overlapShare: 0.3, gateSeconds: 1 }) }));
    expect(met.agents).toBeLessThan(6);
    expect(met.reasons[0]).toContain('conflicts');
    expect(adviceOf(facts({ pace: pace({ overlapShare: 1, gateSeconds: 1 }) }))).toMatchObject({
      verdict: 'alone',
      agents: 1,
    });
  });

  test('is to take one failure apart before anything else', () => {
    const same = pieces(9).map(({ id }, i) => ({
      id,
      says: `undefined reference to 'f${i}' in the runtime`,
    }));
    const hidden = adviceOf(facts({ failures: [...same, ...pieces(3)] }));
    expect(hidden).toMatchObject({ verdict: 'split-first', agents: 1 });
    expect(hidden.reasons[0]).toContain('9 of 12');
    const whole = adviceOf(facts({ failures: [{ id: 'the build is right', says: '' }], canBisect: true }));
    expect(whole).toMatchObject({ verdict: 'split-first', next: 'swarm bisect --emit-tasks takes it apart' });
    expect(adviceOf(facts({ failures: [], broken: '`make` failed' })).verdict).toBe('split-first');
    expect(adviceOf(facts({ failures: [] }))).toMatchObject({ verdict: 'nothing', agents: 0 });
  });

  test('says no cost where nobody knows one', () => {
    expect(adviceOf(facts({ pace: pace({ usdPerSession: undefined }) })).usd).toBeUndefined();
  });
});
