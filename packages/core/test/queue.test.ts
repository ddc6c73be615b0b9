import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Change,
  halve,
  landStream,
  plantChanges,
  run,
  World,
} from '../../../test/bench/queue-stream.mjs';
import {
  askId,
  batchSize,
  driveBatch,
  FIRST_RATES,
  landBatch,
  nextBatch,
  type QueueAnswer,
  type QueuedChange,
  ratesAfter,
} from '../src/index.ts';

const change = (id: string, more: Partial<Change> = {}): Change => ({
  ...{ id, priority: 0, arrival: 0, breaks: [], clash: undefined, clashTest: 0, conflict: undefined },
  ...more,
});
const ids = (changes: readonly Change[]) => changes.map(({ id }) => id);

/** Land these as one batch; what came of it and what it cost. */
function land(changes: readonly Change[], flakes = 0) {
  const world = new World(changes, { flakes, seed: 5 });
  return { end: run(landBatch(ids(changes)), world), world };
}

describe('a batch', () => {
  test('of good changes lands with one full gate', () => {
    const { end, world } = land([change('a'), change('b'), change('c')]);
    expect(end).toEqual({ landed: ['a', 'b', 'c'], evicted: [], conflicts: [], deferred: [], flaky: [] });
    expect(world.gates).toBe(1);
  });

  test('loses its bad changes, each with its evidence, and lands the rest after one more gate', () => {
    const { end, world } = land([
      change('a'),
      change('b', { breaks: [7, 8] }),
      change('c'),
      // It breaks what b breaks, too: found behind it.
      change('d', { breaks: [8] }),
      change('e'),
    ]);
    expect(end.landed).toEqual(['a', 'c', 'e']);
    expect(end.evicted.map(({ change: id, tests }) => `${id}: ${tests.join(' ')}`)).toEqual([
      'b: 7 8',
      'd: 8',
    ]);
    expect(end.evicted[0]!.reason).toBe('7 and 1 more failed 3 of 3 runs with it, 0 of 3 without');
    expect(end.evicted[0]!.settled).toMatchObject({ kind: 'regressed' });
    expect(world.gates).toBe(2);
  });

  test('names both sides of a semantic conflict, and evicts the later one', () => {
    const { end } = land([change('a'), change('b'), change('c', { clash: 'a', clashTest: 5 }), change('d')]);
    expect(end.landed).toEqual(['a', 'b', 'd']);
    expect(end.evicted).toMatchObject([{ change: 'c', with: ['a'], tests: ['5'] }]);
    expect(end.evicted[0]!.reason).toMatch(
      /^together with a: each is fine without the other; 5 failed 3 of 3/,
    );
  });

  test('holds nothing against a change whose other side left, too', () => {
    const { end } = land([
      change('a', { breaks: [3] }),
      change('b', { clash: 'a', clashTest: 5 }),
      change('c'),
    ]);
    expect(end.evicted.map((it) => it.change)).toEqual(['a']);
    expect([...end.landed, ...end.deferred].sort()).toEqual(['b', 'c']);
  });

  test('sends back what does not apply to main, and keeps what only conflicts with its neighbour', () => {
    const changes = [
      change('a'),
      change('b', { conflict: 'a' }),
      change('c', { conflict: 'z' }),
      change('z'),
    ];
    const world = new World(changes, {});
    world.main = [changes[3]!];
    const end = run(landBatch(['a', 'b', 'c']), world);
    expect(end).toMatchObject({ landed: ['a'], conflicts: ['c'], deferred: ['b'] });
  });

  test('ends without harm where the machine fails, main moves, or nobody can be blamed', () => {
    const answered = (answers: (kind: string, changes: readonly string[]) => QueueAnswer) => {
      const going = landBatch(['a', 'b']);
      let step = going.next();
      while (!step.done) step = going.next(step.value.map((it) => answers(it.kind, it.changes)));
      return step.value;
    };
    const combined: QueueAnswer = { kind: 'combined', conflicts: [], refused: [] };
    const full: QueueAnswer = { kind: 'unresolved', reason: 'the disk is full' };
    expect(answered((kind) => (kind === 'combine' ? combined : full))).toMatchObject({
      ...{ landed: [], deferred: ['a', 'b'], stopped: 'the disk is full' },
    });
    const moved = (kind: string): QueueAnswer =>
      kind === 'combine' ? combined : kind === 'gate' ? { kind: 'allowed' } : { kind: 'moved' };
    expect(answered(moved)).toMatchObject({
      landed: [],
      deferred: ['a', 'b'],
      stopped: 'main was moved meanwhile',
    });
    const mute = (kind: string, changes: readonly string[]): QueueAnswer => {
      if (kind === 'combine')
        return { ...combined, refused: [{ change: 'a', reason: 'it edits the tests' }] };
      if (kind !== 'gate') return full;
      return changes.length === 0 ? full : { kind: 'refused', failing: [], reason: 'a test is gone' };
    };
    expect(answered(mute)).toMatchObject({
      landed: [],
      evicted: [
        { change: 'a', reason: 'it edits the tests' },
        { change: 'b', reason: 'a test is gone' },
      ],
    });
  });

  test('comes to the same end from any part of its journal, and asks for no more than the rest', async () => {
    const changes = plantChanges({ count: 12, bad: 0.3, semantic: 0.2, textual: 0.1, seed: 4 });
    const world = new World(changes, { flakes: 0.02, seed: 3 });
    const journal: [string, QueueAnswer][] = [];
    const whole = await driveBatch(ids(changes), new Map(), async (wanted) => {
      const answer = world.answer(wanted);
      journal.push([askId(wanted), answer]);
      return answer;
    });
    expect(new Set(world.asked).size).toBe(world.asked.length);
    for (const cut of [0, 1, Math.floor(journal.length / 2), journal.length]) {
      const rest = new Map(journal);
      const known = new Map(journal.slice(0, cut));
      const asked: string[] = [];
      const again = await driveBatch(ids(changes), known, async (wanted) => {
        asked.push(askId(wanted));
        return rest.get(askId(wanted))!;
      });
      expect(again).toEqual(whole);
      expect(asked.sort()).toEqual(
        journal
          .slice(cut)
          .map(([id]) => id)
          .sort(),
      );
    }
  });
});

describe('a stream', () => {
  test.each([0.01, 0.05, 0.1, 0.2, 0.3])(
    'with %d bad changes: no bad one lands, no good one is evicted',
    (bad) => {
      for (const [seed, flakes] of [1, 2, 3, 4].map((it) => [it, it % 2 === 0 ? 0.02 : 0] as const)) {
        const changes = plantChanges({ count: 60, bad, semantic: 0.05, textual: 0.05, seed: 100 * seed });
        const landed = landStream(changes, { most: 4 + 2 * seed, flakes, seed });
        expect(landed.wrong).toEqual([]);
      }
    },
  );

  test('costs at most 0.15 full gates a change at 10%, less than halving', () => {
    const changes = plantChanges({ count: 320, bad: 0.1, seed: 1 });
    const { gates, full } = landStream(changes, { most: 16 });
    expect(gates).toBeLessThanOrEqual(0.15);
    expect(full).toBeLessThanOrEqual(0.16);
    expect(halve(changes, 16)).toBeGreaterThan(3 * gates);
  });
});

describe('the order', () => {
  test('is by priority, then first come first served, and the oldest is in every batch', () => {
    const waiting: QueuedChange[] = [
      ...[3, 1, 2].map((arrival) => ({ id: `low${arrival}`, priority: 0, arrival })),
      ...[9, 8].map((arrival) => ({ id: `high${arrival}`, priority: 5, arrival })),
    ];
    expect(nextBatch(waiting, 3).map(({ id }) => id)).toEqual(['high8', 'high9', 'low1']);
    expect(nextBatch(waiting, 1).map(({ id }) => id)).toEqual(['low1']);
    expect(nextBatch([], 3)).toEqual([]);
  });

  test('lets nobody starve, whatever else comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }),
        (size, came) => {
          let arrival = 0;
          let waiting = came.map((priority) => ({ id: `${arrival}`, priority, arrival: arrival++ }));
          for (let rounds = came.length; rounds > 0; rounds--) {
            const batch = nextBatch(waiting, size);
            const newer = [1, 2].map(() => ({ id: `${arrival}`, priority: 9, arrival: arrival++ }));
            waiting = [...waiting.filter((it) => !batch.includes(it)), ...newer];
          }
          expect(waiting.filter((it) => it.arrival < came.length)).toEqual([]);
        },
      ),
    );
  });

  test('takes many while changes are good and probes cheap, few where both are not', () => {
    expect(batchSize(FIRST_RATES, 16)).toBe(16);
    const dear = Array.from({ length: 30 }).reduce<typeof FIRST_RATES>(
      (rates) => ratesAfter(rates, { judged: 4, bad: 3, probeCost: 0.8 }),
      FIRST_RATES,
    );
    expect(batchSize(dear, 16)).toBeLessThan(4);
    const cheap = Array.from({ length: 30 }).reduce<typeof FIRST_RATES>(
      (rates) => ratesAfter(rates, { judged: 16, bad: 1, probeCost: 0.01 }),
      dear,
    );
    expect(batchSize(cheap, 16)).toBe(16);
  });
});
