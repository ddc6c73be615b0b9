import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Lease, observe, type Sightings } from '../src/index.ts';

const lease = (token: string, ttlMs = 100): Lease => ({ task: 'a', holder: 'ann', ttlMs, token });
const NOTHING: Sightings = new Map();

describe('an observer', () => {
  test('sees nothing expired at its first look, whatever the clock says', () => {
    const { claims } = observe(NOTHING, { askedMs: 1e9, answeredMs: 1e9 + 5000, leases: [lease('x')] });
    expect(claims).toEqual([{ ...lease('x'), unchangedMs: 0, expired: false }]);
  });

  test('counts from the first answer to the last question', () => {
    const first = observe(NOTHING, { askedMs: 0, answeredMs: 50, leases: [lease('x')] });
    const at = (askedMs: number) =>
      observe(first.sightings, { askedMs, answeredMs: askedMs + 1000, leases: [lease('x')] }).claims[0];
    expect(at(150)).toMatchObject({ unchangedMs: 100, expired: false });
    expect(at(151)).toMatchObject({ unchangedMs: 101, expired: true });
  });

  test('begins anew with each renewal, and forgets what is gone', () => {
    const first = observe(NOTHING, { askedMs: 0, answeredMs: 0, leases: [lease('x')] });
    const renewed = observe(first.sightings, { askedMs: 500, answeredMs: 500, leases: [lease('y')] });
    expect(renewed.claims[0]).toMatchObject({ unchangedMs: 0, expired: false });
    const gone = observe(renewed.sightings, { askedMs: 900, answeredMs: 900, leases: [] });
    expect(gone.sightings.size).toBe(0);
  });

  test('never takes a claim for expired whose holder renews in time', () => {
    const ttlMs = 100;
    const looks = fc.array(
      fc.record({
        pauseMs: fc.nat(400),
        delayMs: fc.nat(300),
        atMs: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: ttlMs }), looks, (everyMs, list) => {
        let [now, known] = [0, NOTHING];
        for (const { pauseMs, delayMs, atMs } of list) {
          const askedMs = now + pauseMs;
          const answeredMs = askedMs + delayMs;
          // The hub answers with what was there at some moment between.
          const token = `${Math.floor((askedMs + atMs * delayMs) / everyMs)}`;
          const seen = observe(known, { askedMs, answeredMs, leases: [lease(token, ttlMs)] });
          if (seen.claims[0]!.expired) return false;
          [now, known] = [answeredMs, seen.sightings];
        }
        return true;
      }),
    );
  });
});
