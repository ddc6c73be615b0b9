// How many agents work at a time: those that add nothing rest, and are called back when they would.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission } from '../src/admission.js';
import { World } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}`, title: `task ${index}` }));

/** Sessions of a quarter of an hour, more or less, and a gate that takes so long. */
function world(gateMs: number, tasks: number) {
  let nth = 0;
  return new World({
    tasks: numbered(tasks),
    gateMs,
    ttlMs: 100 * HOUR,
    deed: () => ({ takesMs: (10 + ((7 * nth++) % 11)) * MINUTE }),
  });
}

describe('a fleet that shrinks', () => {
  test('lands as much with the agents that the gate has use for, and the others rest', async () => {
    const until = { afterMs: 24 * HOUR };
    const all = world(5 * MINUTE, 400);
    const everybody = await all.run(16, { until });
    const some = world(5 * MINUTE, 400);
    const few = await some.run(16, { until, shrink: true });
    expect(few.landed).toBeGreaterThan(0.9 * everybody.landed);
    // Sessions of 15 minutes and a gate of 5: four agents keep it busy.
    const resting = new Set(some.of('resting').map(({ agent }) => agent));
    expect(resting.size).toBeGreaterThanOrEqual(8);
    expect(few.landed / few.workedMs).toBeGreaterThan(2 * (everybody.landed / everybody.workedMs));
    expect(some.sessions.length - few.landed).toBeLessThanOrEqual(16);
  });

  test('keeps all of them where each lands its own', async () => {
    const free = world(1_000, 900);
    const end = await free.run(16, { until: { afterMs: 12 * HOUR }, shrink: true });
    expect(free.of('resting')).toEqual([]);
    expect(end.landed).toBeGreaterThan(16 * 40);
  });

  test('ends with all agents when nothing is left, also those that rest', async () => {
    const small = new World({ tasks: numbered(60), gateMs: 10_000, deed: () => ({ takesMs: 5_000 }) });
    const end = await small.run(12, { shrink: true });
    expect(end.landed).toBe(60);
    expect(small.of('resting').length).toBeGreaterThan(0);
    expect(small.of('agent-stopped')).toHaveLength(12);
  });
});

describe('admission', () => {
  /** So many windows in which agents lose such a share of their time. */
  const windows = (admission: Admission, count: number, share: (allowed: number) => number) => {
    for (let window = 0; window < count; window++)
      for (let turn = 0; turn < 200; turn++)
        admission.note({ tookMs: 100, lostMs: 100 * share(admission.allowed) });
  };

  test('settles near the number that the lane has room for, whatever it begins with', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (agents, room) => {
        const admission = new Admission(agents);
        windows(admission, 20, (allowed) => Math.max(0, (allowed - room) / allowed));
        expect(admission.allowed).toBeLessThanOrEqual(Math.min(agents, room + 2));
        expect(admission.allowed).toBeGreaterThanOrEqual(Math.min(agents, Math.floor(room / 2)));
      }),
    );
  });

  test('never lets the last one rest, and calls back when nothing is lost any more', () => {
    const admission = new Admission(8);
    windows(admission, 10, () => 1);
    expect(admission.allowed).toBe(1);
    windows(admission, 200, () => 0);
    expect(admission.allowed).toBe(8);
  });
});
