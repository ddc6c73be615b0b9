// How far outcomes can be believed.
//
// Exact until shown otherwise: with `repeat` 1 every outcome is a fact until two contradict each other. Asked to
// repeat, or once a contradiction has turned out to be a flake, the rates are estimated from what was asked more than
// once: passes of selections known to be bad, fails of selections known to be good. A test that never failed
// without any target unit is taken to err on one side only: then one fail is proof, and only passes are repeated.

import type { Rates } from './knowledge.js';

/** Answers that could have shown a flake, and those that did. */
export interface Tally {
  readonly bad: number;
  readonly badPassed: number;
  readonly good: number;
  readonly goodFailed: number;
}

export interface Noise extends Rates {
  readonly noisy: boolean;
  /** What the rates were learned from. */
  readonly tally: Tally;
}

const NOTHING: Tally = { bad: 0, badPassed: 0, good: 0, goodFailed: 0 };

export const EXACT: Noise = { noisy: false, falsePass: 0, falseFail: 0, tally: NOTHING };

/** Noise of unknown size, on both sides or by passing only. */
export const UNSURE: Noise = { noisy: true, falsePass: 0.2, falseFail: 0.2, tally: NOTHING };
export const FLAKY: Noise = { ...UNSURE, falseFail: 0 };

// Beta priors: one lie and three truths told by bad selections, one in forty by good ones, each counted half.
const BAD = { lies: 0.5, truths: 1.5 };
const GOOD = { lies: 0.5, truths: 19.5 };

/** Rates from a tally, a little pessimistic while there are few answers. */
export function ratesFrom(tally: Tally): Noise {
  const falsePass = (tally.badPassed + BAD.lies) / (tally.bad + BAD.lies + BAD.truths);
  const falseFail = tally.goodFailed === 0 ? 0 : (tally.goodFailed + 0.5) / (tally.good + 6);
  return { noisy: true, falsePass, falseFail, tally };
}

/**
 * A sequential test of one selection, for when the rates themselves are uncertain: each answer is weighed by how
 * likely a bad and a good selection were to give it, after the answers before it. Mixed answers are so first taken for
 * a flaky failure, and for a flaky success only as they become rare.
 */
export class Trial {
  private readonly bad: { lies: number; truths: number };
  private readonly good: { lies: number; truths: number };
  /** Log odds that the selection is bad, from this trial's answers alone. */
  odds = 0;

  private readonly count = { passes: 0, fails: 0 };

  constructor({ tally }: Noise) {
    this.bad = { lies: tally.badPassed + BAD.lies, truths: tally.bad - tally.badPassed + BAD.truths };
    this.good = { lies: tally.goodFailed + GOOD.lies, truths: tally.good - tally.goodFailed + GOOD.truths };
  }

  /** The same answers in the light of other rates. Their order makes no difference. */
  again(noise: Noise): Trial {
    const trial = new Trial(noise);
    for (let i = 0; i < this.count.fails; i++) trial.add(true);
    for (let i = 0; i < this.count.passes; i++) trial.add(false);
    return trial;
  }

  add(failed: boolean): void {
    const { bad, good } = this;
    if (failed) this.count.fails++;
    else this.count.passes++;
    const ifBad = (failed ? bad.truths : bad.lies) / (bad.lies + bad.truths);
    const ifGood = (failed ? good.lies : good.truths) / (good.lies + good.truths);
    this.odds += Math.log(ifBad / ifGood);
    if (failed) {
      bad.truths++;
      good.lies++;
    } else {
      bad.lies++;
      good.truths++;
    }
  }
}

/** Beyond this a test says next to nothing: a bad selection looks like a good one. */
export const tooNoisy = (noise: Noise): boolean => noise.falsePass + noise.falseFail > 0.85;

/** Log odds at which a verdict may be wrong with probability `risk` at most. */
export const levelFor = (risk: number): number => Math.log((1 - risk) / risk) - 1e-9;
