// How far outcomes can be believed.
//
// Exact until shown otherwise: with `repeat` 1 every outcome is a fact until two contradict each other. Asked to
// repeat, or once a contradiction has turned out to be a flake, the rates are estimated from what was asked more than
// once: passes of selections known to be bad, fails of selections known to be good. A test that never failed
// without any target unit is taken to err on one side only: then one fail is proof, and only passes are repeated.

import type { Rates } from './knowledge.js';

export interface Noise extends Rates {
  readonly noisy: boolean;
}

export const EXACT: Noise = { noisy: false, falsePass: 0, falseFail: 0 };

/** Answers that could have shown a flake, and those that did. */
export interface Tally {
  readonly bad: number;
  readonly badPassed: number;
  readonly good: number;
  readonly goodFailed: number;
}

/** Rates from a tally, a little pessimistic while there are few answers (a Beta(1/2, 3/2) prior). */
export function ratesFrom(tally: Tally): Noise {
  const falsePass = (tally.badPassed + 0.5) / (tally.bad + 2);
  const falseFail = tally.goodFailed === 0 ? 0 : (tally.goodFailed + 0.5) / (tally.good + 2);
  return { noisy: true, falsePass, falseFail };
}

/** Beyond this a test says next to nothing: a bad selection looks like a good one. */
export const tooNoisy = (noise: Noise): boolean => noise.falsePass + noise.falseFail > 0.85;

/** Log odds at which a verdict may be wrong with probability `risk` at most. */
export const levelFor = (risk: number): number => Math.log((1 - risk) / risk) - 1e-9;
