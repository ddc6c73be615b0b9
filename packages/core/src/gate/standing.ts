// Where a test stands on one side: what its runs and the declared lists say together.

import type { TestId, TestResult } from '../suite/test.js';
import { type Declaration, type Declared, inForce } from './declared.js';

/** `unknown`: the machine failed, or its turn never came; `absent`: there is no such test, or its runner said nothing of it. */
type Place = 'passes' | 'fails' | 'skipped' | 'expected-to-fail' | 'unknown' | 'absent';

export interface Standing {
  readonly place: Place;
  /** Its runs on this side did not agree. */
  readonly wavers: boolean;
  /** One line about the last run: how it failed, why it was skipped. */
  readonly detail: string;
}

/** What is in force on one side, by test. */
export interface Expectations {
  readonly fails: ReadonlyMap<TestId, Declaration>;
  readonly flakes: ReadonlyMap<TestId, Declaration>;
  readonly skips: ReadonlyMap<TestId, Declaration>;
}

export const expectationsOf = (declared: Declared, today: string): Expectations => ({
  fails: inForce(declared.fails, today),
  flakes: inForce(declared.flakes, today),
  skips: inForce(declared.skips, today),
});

const ABSENT: Standing = { place: 'absent', wavers: false, detail: 'it is not there' };

/**
 * Where a test stands. Where its runs don't agree, the base is believed to pass and the candidate to fail: either way the
 * test becomes one that reruns decide about, so that nothing escapes by luck.
 */
export function standingOn(
  side: 'base' | 'candidate',
  result: TestResult | undefined,
  expected: Expectations,
): Standing {
  if (result === undefined) return ABSENT;
  const skip = expected.skips.get(result.id);
  if (skip !== undefined) return { place: 'skipped', wavers: false, detail: skip.reason };
  const passed = ranTo(result, true);
  const failed = ranTo(result, false);
  if (passed && failed) {
    const detail = 'its runs do not agree';
    return { place: side === 'base' ? 'passes' : 'fails', wavers: true, detail };
  }
  return once(result, expected);
}

function ranTo(result: TestResult, pass: boolean): boolean {
  const kinds = pass ? ['pass', 'unexpected-pass'] : ['fail', 'expected-fail'];
  return [...(result.earlier ?? []), result.outcome].some(({ kind }) => kinds.includes(kind));
}

function once({ id, outcome }: TestResult, expected: Expectations): Standing {
  const is = (place: Place, detail: string): Standing => ({ place, wavers: false, detail });
  switch (outcome.kind) {
    case 'pass':
    case 'unexpected-pass':
      return is('passes', 'it passes');
    case 'fail': {
      if (outcome.failure === 'missing') return ABSENT;
      const detail = outcome.detail === '' ? outcome.failure : `${outcome.failure}: ${outcome.detail}`;
      return is(expected.fails.has(id) ? 'expected-to-fail' : 'fails', detail);
    }
    case 'expected-fail':
      return is('expected-to-fail', outcome.detail);
    case 'skip':
      return is('skipped', outcome.reason);
    case 'not-run':
    case 'unresolved':
      return is('unknown', outcome.reason);
  }
}
