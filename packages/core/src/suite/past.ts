// What is known of a test from its earlier runs, as far as the order of tests needs it: a fold over its records, oldest first.

import type { TestOutcome } from './test.js';

/** How a run of a test ended, in a letter: passed (as expected), failed, skipped, or its turn never came. */
export type PastLetter = 'p' | 'f' | 's' | 'n';

/** What is known of one test. */
export interface Past {
  /** Changes between passing and failing; each later run lets the weight of one fade by a fifth. */
  readonly transitions: number;
  readonly failedLast: boolean;
  /** How often in a row its turn didn't come since it last ran. */
  readonly missed: number;
  /** Wall times of its last runs, oldest first, at most `TIMES`; of one that was cut off, the time until then. */
  readonly wallMs: readonly number[];
}

const FADE = 0.8;
const TIMES = 10;

/** What one record more makes of what was known. */
export function pastAfter(past: Past | undefined, letter: PastLetter, wallMs: number): Past {
  const before = past ?? { transitions: 0, failedLast: false, missed: 0, wallMs: [] };
  if (letter === 'n') {
    // Ended by the budget: it had its turn, and takes longer than that.
    if (wallMs > (p90Ms(before) ?? 0)) return { ...before, missed: 0, wallMs: timesWith(before, wallMs) };
    return { ...before, missed: before.missed + 1 };
  }
  if (letter === 's') return { ...before, missed: 0 };
  const failed = letter === 'f';
  const changed = before.wallMs.length > 0 && failed !== before.failedLast;
  return {
    transitions: before.transitions * FADE + (changed ? 1 : 0),
    failedLast: failed,
    missed: 0,
    wallMs: timesWith(before, wallMs),
  };
}

const timesWith = ({ wallMs }: Past, ms: number): number[] => [...wallMs.slice(1 - TIMES), ms];

/** The time that nine of ten runs kept to; undefined for a test that never ran. */
export function p90Ms({ wallMs }: Pick<Past, 'wallMs'>): number | undefined {
  const sorted = [...wallMs].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1];
}

/** The letter of an outcome; undefined where it says nothing about the test. */
export function letterOf(outcome: TestOutcome): PastLetter | undefined {
  switch (outcome.kind) {
    case 'pass':
    case 'expected-fail':
      return 'p';
    case 'fail':
    case 'unexpected-pass':
      return 'f';
    case 'skip':
      return 's';
    case 'not-run':
      return 'n';
    case 'unresolved':
      return undefined;
  }
}
