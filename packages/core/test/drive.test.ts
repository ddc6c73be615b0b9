// Driving a search: how many probes run at once, what is cancelled, and what happens when something goes wrong.
// Probers here answer when the test says so, never after a time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  type Cancel,
  Cancellation,
  drive,
  type Probe,
  type Prober,
  probeId,
  SwarmError,
  search,
} from '../src/index.js';
import { converse, findings, OPTIONS } from './conversation.js';
import { disjointFormulas, type Formula, outcomeOf, unitsOf } from './formula.js';
import { random } from './random.js';

const formula: Formula = { units: 40, sets: [[3, 17], [30]] };

const searchOf = (plan: Formula, width: number) => search(unitsOf(plan), { ...OPTIONS, width });

const answerTo = (plan: Formula, probe: Probe): Answer => ({
  probe,
  outcome: outcomeOf(plan, probe.selection),
  costMs: 1,
});

/** Lets everything that is ready to run, run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A prober whose probes wait until they are let go, and what became of them. */
class Bench {
  readonly started: string[] = [];
  readonly cancelled: string[] = [];
  readonly waiting = new Map<string, { probe: Probe; finish: (error?: unknown) => void }>();
  most = 0;

  constructor(private readonly plan: Formula) {}

  readonly prober: Prober = (probe, cancel) => {
    const id = probeId(probe);
    this.started.push(id);
    return new Promise<Answer>((resolve, reject) => {
      const finish = (error?: unknown) => {
        if (!this.waiting.delete(id)) return;
        if (error === undefined) resolve(answerTo(this.plan, probe));
        else reject(error);
      };
      this.waiting.set(id, { probe, finish });
      this.most = Math.max(this.most, this.waiting.size);
      cancel.onCancel(() => {
        this.cancelled.push(id);
        finish();
      });
    });
  };

  /** How often a probe ran without being cancelled. */
  ended(id: string): number {
    const count = (list: readonly string[]) => list.filter((other) => other === id).length;
    return count(this.started) - count(this.cancelled);
  }

  /** Lets probes go, one after the other, the next one chosen by `choose`, until the drive is over. */
  async serve<T>(driven: Promise<T>, choose: (count: number) => number): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    driven.then(end, end);
    while (!over) {
      const waiting = [...this.waiting.values()];
      waiting[choose(waiting.length)]?.finish();
      await settled();
    }
    return driven;
  }
}

describe('a drive', () => {
  test('finds what was planted, with at most `jobs` probes at once and none twice, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        disjointFormulas({ most: 3, units: 30 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        async (plan, jobs, seed) => {
          const bench = new Bench(plan);
          const next = random(seed);
          const driven = drive(searchOf(plan, jobs), bench.prober, { jobs });
          const report = await bench.serve(driven, (count) => Math.floor(next() * count));
          const alone = converse(searchOf(plan, 1), (p) => outcomeOf(plan, p.selection)).report;
          expect(findings(report)).toEqual(findings(alone));
          expect(bench.most).toBeLessThanOrEqual(jobs);
          // A probe that was taken back has no answer and may be started once more.
          const ended = [...new Set(bench.started)].map((id) => bench.ended(id));
          expect(ended.every((times) => times <= 1)).toBe(true);
          expect(bench.waiting.size).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('runs as many at once as there is room for, needed ones first, and more as soon as there is more', async () => {
    const bench = new Bench(formula);
    let more = () => {};
    const room = { now: 0, onMore: (listener: () => void) => (more = listener) };
    const driven = drive(searchOf(formula, 4), bench.prober, { jobs: 4, room });
    await settled();
    expect(bench.waiting.size).toBe(1);
    const needed = bench.started[0];
    room.now = 3;
    more();
    await settled();
    expect([bench.waiting.size, bench.started[0]]).toEqual([3, needed]);
    room.now = 9;
    const report = await bench.serve(driven, () => 0);
    expect(bench.most).toBe(4);
    const alone = converse(searchOf(formula, 1), (p) => outcomeOf(formula, p.selection)).report;
    expect(findings(report)).toEqual(findings(alone));
  });

  test('tells of every answer before the search hears it, and of what is wanted', async () => {
    const told: string[] = [];
    const flights: number[] = [];
    const bench = new Bench(formula);
    const driven = drive(searchOf(formula, 3), bench.prober, {
      jobs: 3,
      onAnswer: async ({ probe }) => {
        await settled();
        told.push(probeId(probe));
      },
      onWanted: ({ needs, remaining }, inFlight) => {
        expect(needs.length).toBeGreaterThan(0);
        expect(needs.every((probe) => !told.includes(probeId(probe)))).toBe(true);
        expect(remaining).toBeGreaterThan(0);
        flights.push(inFlight);
      },
    });
    const report = await bench.serve(driven, () => 0);
    expect(told).toHaveLength(report.stats.probes);
    expect(Math.max(...flights)).toBe(3);
  });

  test('goes on when answers come while an earlier one is being written down', async () => {
    let started = 0;
    const prober = async (probe: Probe) => {
      for (let turns = started++ % 3; turns >= 0; turns--) await settled();
      return answerTo(formula, probe);
    };
    const onAnswer = async () => {
      for (let turns = 0; turns < 4; turns++) await settled();
    };
    const report = await drive(searchOf(formula, 3), prober, { jobs: 3, onAnswer });
    const alone = converse(searchOf(formula, 1), (p) => outcomeOf(formula, p.selection)).report;
    expect(findings(report)).toEqual(findings(alone));
  });

  test('cancels probes that are no longer wanted', async () => {
    const bench = new Bench(formula);
    await bench.serve(drive(searchOf(formula, 4), bench.prober, { jobs: 4 }), () => 0);
    expect(bench.cancelled.length).toBeGreaterThan(0);
    expect(bench.waiting.size).toBe(0);
  });

  test('runs nothing that is known', async () => {
    const { answers, report } = converse(searchOf(formula, 1), (p) => outcomeOf(formula, p.selection));
    const known = new Map(answers.map((answer) => [probeId(answer.probe), { ...answer, reused: true }]));
    const all = await drive(searchOf(formula, 1), () => Promise.reject(new Error('ran')), {
      jobs: 1,
      known: (probe) => known.get(probeId(probe)),
    });
    expect(findings(all)).toEqual(findings(report));
    expect(all.stats).toMatchObject({ probes: 0, reused: answers.length });
  });
});

describe('when something goes wrong', () => {
  test('an error of a prober goes on after all that was in flight has ended', async () => {
    const bench = new Bench(formula);
    const broken = new Error('no disk');
    const ended: string[] = [];
    const slow = new Map<string, () => void>();
    const prober = async (probe: Probe, cancel: Cancel) => {
      const answer = await bench.prober(probe, cancel);
      await new Promise<void>((resolve) => slow.set(probeId(probe), resolve));
      ended.push(probeId(probe));
      return answer;
    };
    let thrown: unknown;
    const driven = drive(searchOf(formula, 3), prober, { jobs: 3 }).catch((error: unknown) => {
      thrown = error;
    });
    await settled();
    expect(bench.waiting.size).toBe(3);
    [...bench.waiting.values()][1]!.finish(broken);
    await settled();
    expect(bench.cancelled).toHaveLength(2);
    expect(thrown).toBeUndefined();
    for (const end of slow.values()) end();
    await driven;
    expect(thrown).toBe(broken);
    expect(ended).toHaveLength(2);
  });

  test('an error of onAnswer goes on too, and nothing is left running', async () => {
    const bench = new Bench(formula);
    const driven = drive(searchOf(formula, 3), bench.prober, {
      jobs: 3,
      onAnswer: () => {
        throw new Error('journal full');
      },
    });
    await expect(bench.serve(driven, () => 0)).rejects.toThrow('journal full');
    expect(bench.waiting.size).toBe(0);
  });

  test('a cancel from outside ends in `interrupted`, with all probes cancelled', async () => {
    for (const when of [0, 1, 4]) {
      const bench = new Bench(formula);
      const outside = new Cancellation();
      const driven = drive(searchOf(formula, 2), bench.prober, { jobs: 2, cancelled: outside });
      const caught = driven.catch((error: unknown) => error);
      for (let i = 0; i < when; i++) {
        await settled();
        [...bench.waiting.values()][0]!.finish();
      }
      await settled();
      const running = [...bench.waiting.keys()];
      outside.cancel();
      const error = await caught;
      expect(error).toBeInstanceOf(SwarmError);
      expect(error).toMatchObject({ code: 'interrupted', exit: 130 });
      expect(running.length).toBeGreaterThan(0);
      for (const id of running) expect(bench.cancelled).toContain(id);
      expect(bench.waiting.size).toBe(0);
    }
  });

  test('a cancel before the start runs nothing', async () => {
    const bench = new Bench(formula);
    const outside = new Cancellation();
    outside.cancel();
    const driven = drive(searchOf(formula, 2), bench.prober, { jobs: 2, cancelled: outside });
    await expect(driven).rejects.toMatchObject({ code: 'interrupted' });
    expect(bench.waiting.size).toBe(0);
  });
});

describe('a cancellation', () => {
  test('calls each listener once, at once when it comes late', () => {
    const cancellation = new Cancellation();
    const calls: string[] = [];
    cancellation.onCancel(() => calls.push('early'));
    expect(cancellation.cancelled).toBe(false);
    cancellation.cancel();
    cancellation.cancel();
    cancellation.onCancel(() => calls.push('late'));
    expect(calls).toEqual(['early', 'late']);
    expect(cancellation.cancelled).toBe(true);
  });
});
