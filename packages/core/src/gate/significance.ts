// Could this have come by chance? One-sided exact test of two proportions (R. A. Fisher, 1935): with the number of failures
// in both sides' runs taken as given, how likely is a split that speaks against the candidate as much as this one does.

/** Runs of one test on one side. */
export interface RunTally {
  readonly passes: number;
  readonly fails: number;
}

export const NO_RUNS: RunTally = { passes: 0, fails: 0 };

/**
 * The chance that the candidate would fail at least so often if it were no worse than the base, 0..1. n fails of n against n
 * passes of n: .05, .014, .004 for n = 3, 4, 5.
 */
export function chanceOf(base: RunTally, candidate: RunTally): number {
  const onBase = base.passes + base.fails;
  const onCandidate = candidate.passes + candidate.fails;
  const fails = base.fails + candidate.fails;
  let sum = 0;
  for (let k = candidate.fails; k <= Math.min(fails, onCandidate); k++)
    if (fails - k <= onBase)
      sum += Math.exp(
        choose(onCandidate, k) + choose(onBase, fails - k) - choose(onBase + onCandidate, fails),
      );
  return Math.min(1, sum);
}

/** ln C(n, k). */
function choose(n: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log((n - i) / (i + 1));
  return sum;
}
