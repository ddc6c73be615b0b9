import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chanceOf,
  RERUN_POLICY,
  type Rerun,
  type RerunOutcome,
  type RerunPolicy,
  type Suspect,
  settleSuspects,
} from '../src/index.ts';
import { random } from './random.ts';

const suspect = (name: string, quarantined = false): Suspect => ({
  test: name,
  quarantined,
  record: { passes: 0, fails: 0 },
});

/** Drive the rule; every request is kept, and none may come twice. */
function run(
  suspects: readonly Suspect[],
  answer: (rerun: Rerun) => RerunOutcome,
  policy: RerunPolicy = RERUN_POLICY,
) {
  const asked: string[] = [];
  const going = settleSuspects(suspects, policy);
  let step = going.next();
  while (!step.done) {
    const { test: name, side, attempt } = step.value;
    const id = `${name} ${side} ${attempt}`;
    expect(asked).not.toContain(id);
    asked.push(id);
    step = going.next(answer(step.value));
  }
  return { settled: step.value, asked };
}

const onlyOnCandidate = ({ side }: Rerun): RerunOutcome => (side === 'candidate' ? 'fail' : 'pass');
const never = (): RerunOutcome => 'pass';

describe('the flake rule', () => {
  test('is as sure as it says: n of n against n of n', () => {
    const clear = (n: number) => chanceOf({ passes: n, fails: 0 }, { passes: 0, fails: n });
    expect([3, 4, 5].map((n) => Number(clear(n).toFixed(3)))).toEqual([0.05, 0.014, 0.004]);
    expect(chanceOf({ passes: 2, fails: 1 }, { passes: 2, fails: 1 })).toBeGreaterThan(0.5);
    expect(chanceOf({ passes: 0, fails: 3 }, { passes: 3, fails: 0 })).toBeCloseTo(1);
  });

  test('runs a test in turn on both sides, and tells what it is', () => {
    const clear = run([suspect('a')], onlyOnCandidate);
    expect(clear.asked).toEqual(
      [0, 1, 2].flatMap((attempt) => [`a candidate ${attempt}`, `a base ${attempt}`]),
    );
    expect(clear.settled.get('a')).toMatchObject({ kind: 'regressed', candidate: { passes: 0, fails: 3 } });
    const kindOf = (answer: (rerun: Rerun) => RerunOutcome, quarantined = false) =>
      run([suspect('a', quarantined)], answer).settled.get('a')?.kind;
    expect(kindOf(never)).toBe('flaky');
    expect(kindOf(() => 'fail')).toBe('broken-on-base');
    expect(kindOf(() => 'unresolved')).toBe('unresolved');
    expect(kindOf(({ side, attempt }) => (side === 'candidate' && attempt % 2 === 0 ? 'fail' : 'pass'))).toBe(
      'made-flaky',
    );
    expect(kindOf(({ attempt }) => (attempt % 2 === 0 ? 'fail' : 'pass'))).toBe('flaky');
    // Always fails now, and once on the base by bad luck.
    expect(kindOf(({ side, attempt }) => (side === 'candidate' || attempt === 0 ? 'fail' : 'pass'))).toBe(
      'regressed',
    );
  });

  test('wants one pass of a quarantined test, and no more', () => {
    const wavering = run([suspect('a', true)], ({ side, attempt }) =>
      side === 'candidate' && attempt < 2 ? 'fail' : 'pass',
    );
    expect(wavering.settled.get('a')?.kind).toBe('flaky');
    expect(run([suspect('a', true)], onlyOnCandidate).settled.get('a')?.kind).toBe('regressed');
  });

  test('asks more of each test the more there are, stops at the first real one, keeps its budget', () => {
    const names = Array.from({ length: 30 }, (_, i) => suspect(`t${i}`));
    const all = run(names, never, { ...RERUN_POLICY, stopAtFirst: false });
    expect(all.settled.size).toBe(30);
    expect([...all.settled.values()].every(({ candidate }) => candidate.passes === 5)).toBe(true);
    expect(run(names, onlyOnCandidate).settled.size).toBe(1);
    const short = run(names, never, { ...RERUN_POLICY, budget: 50 });
    expect(short.asked.length).toBeLessThanOrEqual(50);
    expect(short.settled.size).toBeLessThan(30);
  });

  test('asks steady tests first: they are the likelier culprits', () => {
    const flaky = { ...suspect('flaky'), record: { passes: 80, fails: 20 } };
    const steady = { ...suspect('steady'), record: { passes: 100, fails: 0 } };
    const { asked } = run([suspect('listed', true), flaky, steady], never);
    const order = [...new Set(asked.map((id) => id.split(' ')[0]))];
    expect(order).toEqual(['steady', 'flaky', 'listed']);
  });

  test('comes to the same end within its bounds when it is given its old answers again', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        (seed, rate, n) => {
          const next = random(seed);
          const answers = new Map<string, RerunOutcome>();
          const id = (rerun: Rerun) => `${rerun.test} ${rerun.side} ${rerun.attempt}`;
          const suspects = Array.from({ length: n }, (_, i) => suspect(`t${i}`));
          const first = run(suspects, (rerun) => {
            const outcome = next() < rate ? 'fail' : 'pass';
            answers.set(id(rerun), outcome);
            return outcome;
          });
          const again = run(suspects, (rerun) => answers.get(id(rerun))!);
          expect(again).toEqual(first);
          expect(first.asked.length).toBeLessThanOrEqual(2 * RERUN_POLICY.most * n);
        },
      ),
      { numRuns: 60 },
    );
  });
});
