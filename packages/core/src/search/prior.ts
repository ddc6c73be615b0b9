// What is known of the number of culprits before the next one is looked for.
//
// Nobody knows how many culprits there are. The prior says: most often one (then cutting in halves is right), else
// any number, each doubling as likely as the last (mass 1/k). After c culprits in the scanned share y of the units
// the number k has the posterior  P(k) * k!/(k-c)! * (1-y)^(k-c), and the next culprit lies beyond the share x of what
// is left with probability  sum over k of P(k|..) * (1-x)^(k-c).  From this follow, without any switch, halves for the
// first culprit, groups of about ln 2 / density once some are known (Hwang's generalised binary splitting, 1972),
// single units where more than about 38% fail (Ungar 1960), and asking for all the rest when probably none is left.

/** P(K = 1); the rest is spread over 2..n by 1/k. */
const ONE = 0.85;

/** Points at which the survival function is kept; cubed, so that they are dense near nought. */
const POINTS = 64;

/** The probability that the next culprit lies beyond a share x of the units that are left. */
export class Survival {
  private constructor(private readonly at: Float64Array) {}

  /** `found` culprits in the share `scanned` (0..1) of `units` units. `some`: at least one is left. */
  static after(units: number, found: number, scanned: number, some: boolean): Survival {
    const left = leftOver(units, found, scanned, some);
    const at = new Float64Array(POINTS + 1);
    for (let j = 0; j <= POINTS; j++) {
      const beyond = 1 - (j / POINTS) ** 3;
      for (const { rest, chance } of left) at[j]! += chance * (rest === 0 ? 1 : beyond ** rest);
    }
    return new Survival(at);
  }

  /** The same survival's `none` alone, for a fraction of the work. */
  static noneAfter(units: number, found: number, scanned: number, some: boolean): number {
    return leftOver(units, found, scanned, some).find(({ rest }) => rest === 0)?.chance ?? 0;
  }

  /** Exactly one, anywhere. */
  static one(): Survival {
    const at = new Float64Array(POINTS + 1);
    for (let j = 0; j <= POINTS; j++) at[j] = 1 - (j / POINTS) ** 3;
    return new Survival(at);
  }

  beyond(share: number): number {
    const point = Math.cbrt(Math.min(1, Math.max(0, share))) * POINTS;
    const j = Math.min(POINTS - 1, Math.floor(point));
    const from = (j / POINTS) ** 3;
    const to = ((j + 1) / POINTS) ** 3;
    const part = (share - from) / (to - from);
    return this.at[j]! * (1 - part) + this.at[j + 1]! * part;
  }

  /** The probability that none is left. */
  get none(): number {
    return this.at[POINTS]!;
  }
}

/** The posterior over the number of culprits still to be found, on a grid that thins out. */
function leftOver(
  units: number,
  found: number,
  scanned: number,
  some: boolean,
): { rest: number; chance: number }[] {
  const grid: { rest: number; log: number }[] = [];
  const openShare = Math.max(1e-9, 1 - scanned);
  const harmonic = Math.log(Math.max(2, units));
  let step = 1;
  for (let rest = 0; found + rest <= units; rest += step) {
    step = Math.max(1, Math.floor(rest / 6));
    const k = found + rest;
    if (k === 0 || (some && rest === 0)) continue;
    const prior = k === 1 ? ONE : ((1 - ONE) * step) / (k * harmonic);
    grid.push({ rest, log: Math.log(prior) + logFalling(k, found) + rest * Math.log(openShare) });
  }
  const most = Math.max(...grid.map((g) => g.log));
  const total = grid.reduce((sum, g) => sum + Math.exp(g.log - most), 0);
  return grid
    .map((g) => ({ rest: g.rest, chance: Math.exp(g.log - most) / total }))
    .filter((g) => g.chance > 1e-7);
}

/** ln(k! / (k - c)!) */
function logFalling(k: number, c: number): number {
  return logFactorial(k) - logFactorial(k - c);
}

/** ln k! by Stirling's series; exact enough from 0 on for weighing hypotheses. */
export function logFactorial(k: number): number {
  if (k < 2) return 0;
  return k * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI * k) + 1 / (12 * k) - 1 / (360 * k ** 3);
}
