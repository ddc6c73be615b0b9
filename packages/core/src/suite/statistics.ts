// What a sample says about the whole suite, exactly: drawing n of N tests without replacement is hypergeometric.
//
// The windows are stratified by directory, which makes them no worse than a plain draw. Both figures hold for what was drawn at
// random, and so only the random part of a run may be counted in. Where a time budget ended a run, they take what ran for a random part
// of what was drawn: right for tests whose failing has nothing to do with how long they take.

/** How sure the bound is. */
const CONFIDENCE = 0.95;

/**
 * The largest number of failing tests of `total` that is still likely (at more than 1 - `confidence`) to show at most
 * `failed` among `ran` of them: with that confidence, no more of the suite are failing. O(log total * failed).
 */
export function failingBound(total: number, ran: number, failed: number, confidence = CONFIDENCE): number {
  const miss = 1 - confidence;
  let low = failed; // Likely: what was seen is there.
  let high = total - (ran - failed) + 1; // Impossible: that many passed.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (atMost(total, middle, ran, failed) > miss) low = middle;
    else high = middle;
  }
  return low;
}

/** How likely `ran` tests, drawn from `total`, hold at least one of `broken` tests. */
export function catchProbability(total: number, ran: number, broken: number): number {
  if (broken > total - ran) return 1;
  let missed = 1;
  for (let i = 0; i < broken; i++) missed *= (total - ran - i) / (total - i);
  return 1 - missed;
}

/** P(X <= `seen`), where X is how many of `marked` of `total` are among `drawn`. */
function atMost(total: number, marked: number, drawn: number, seen: number): number {
  const least = Math.max(0, drawn - (total - marked));
  const mode = Math.floor(((drawn + 1) * (marked + 1)) / (total + 2));
  const whole = lnChoose(total, drawn);
  let sum = 0;
  for (let x = Math.min(seen, marked, drawn); x >= least; x--) {
    const term = Math.exp(lnChoose(marked, x) + lnChoose(total - marked, drawn - x) - whole);
    sum += term;
    if (x < mode && term < sum * 1e-17) break;
  }
  return Math.min(1, sum);
}

const lnChoose = (n: number, k: number): number => lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);

const SMALL: number[] = [0];
for (let n = 1; n < 64; n++) SMALL.push(SMALL[n - 1]! + Math.log(n));

/** ln n!: summed for small n, else by Stirling's series, whose next term is below 1e-15 here. */
function lnFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n]!;
  const inverse = 1 / n;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}
