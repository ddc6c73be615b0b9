// What probes cost, and where to cut because of it.
//
// With a failing probe c times as dear as a passing one (a hang that runs into its time limit, say), halves are wrong:
// it pays to ask questions that fail less often than every other time. If a fraction x of the mass is selected, the
// cheapest search has x = 2^(-c*l) where l solves 2^(-c*l) + 2^(-l) = 1 (unequal letter costs: Karp 1961; c = 1 gives
// one half, c = 5 24%, c = 10 16.5%). c is learned from the answers as they come.

/**
 * The share when both outcomes cost the same. A little under one half: that costs 0.1% more probes in sequence, and
 * looking ahead (search/lookahead.ts) gains 2% fewer rounds, since it can bet on the likelier outcome.
 */
const EVEN = 0.48;

export class Costs {
  private constructor(
    private readonly failMs: number,
    private readonly fails: number,
    private readonly passMs: number,
    private readonly passes: number,
    /** How many times as dear as a passing probe a failing one is. */
    private readonly ratio: number,
    /** The share of the mass that a cut should select. */
    readonly share: number,
  ) {}

  static readonly none = new Costs(0, 0, 0, 0, 1, EVEN);

  /** With one more answer; answers without a measured cost teach nothing. */
  add(failed: boolean, costMs: number): Costs {
    if (!(costMs > 0)) return this;
    const failMs = this.failMs + (failed ? costMs : 0);
    const fails = this.fails + (failed ? 1 : 0);
    const passMs = this.passMs + (failed ? 0 : costMs);
    const passes = this.passes + (failed ? 0 : 1);
    if (fails === 0 || passes === 0) return new Costs(failMs, fails, passMs, passes, 1, EVEN);
    const ratio = clamped(failMs / fails / (passMs / passes));
    return new Costs(failMs, fails, passMs, passes, ratio, shareFor(ratio));
  }

  /** The expected cost of a probe that fails with this chance, in passing probes. */
  expected(chance: number): number {
    return 1 - chance + chance * this.ratio;
  }
}

/** Ratios near one are taken for one: timings waver. */
function clamped(ratio: number): number {
  if (ratio > 0.7 && ratio < 1.5) return 1;
  return Math.min(50, Math.max(1 / 50, ratio));
}

/** The share to select when failing costs `c` times what passing does. */
function shareFor(c: number): number {
  if (c === 1) return EVEN;
  let low = 0;
  let high = 60;
  for (let i = 0; i < 60; i++) {
    const l = (low + high) / 2;
    if (2 ** (-c * l) + 2 ** -l > 1) low = l;
    else high = l;
  }
  return 2 ** (-c * low);
}
