// Where the next culprit ends: a posterior over positions in an order of atoms.
//
// With `base` always selected, let prefix(m) be base and the first m atoms of the order. The next culprit ends at
// position i if prefix(i+1) fails and prefix(i) passes. For each i there are two hypotheses, that atom i fails by
// itself (on top of base) and that a set ends there, and one more that nothing fails at all. Probing a prefix or
// probing one atom multiplies each hypothesis by the likelihood of the outcome. With exact outcomes these factors are
// 0 and 1 and the window of positions in question shrinks as in a binary search; with noisy ones it is the
// posterior-median search of Horstein (1963), which spends about (log2 n) / capacity probes instead of repeating
// every one. Cost: linear in the window per step.

import type { Selection } from '../selection.js';
import { Survival } from './prior.js';
import type { World } from './world.js';

/** What to do next. `chance` is the probability that the selection is bad. */
export type Choice =
  | { readonly kind: 'prefix'; readonly length: number; readonly chance: number }
  | { readonly kind: 'alone'; readonly at: number; readonly chance: number }
  | { readonly kind: 'ends'; readonly at: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'stuck' };

/** Probes that gave no outcome. */
export interface Avoid {
  readonly prefixes: ReadonlySet<number>;
  readonly alone: ReadonlySet<number>;
}

/** P(the others of a set are all but one found): how likely the next member completes a set. */
const COMPLETES = 0.75;

export class Belief {
  private readonly single: Float64Array;
  private readonly ends: Float64Array;
  private none: number;
  private lo = 0;
  private hi: number;

  constructor(
    private readonly world: World,
    private readonly base: Selection,
    private readonly order: readonly number[],
    open: boolean,
  ) {
    const n = order.length;
    this.hi = n;
    this.single = new Float64Array(n);
    this.ends = new Float64Array(n);
    const { singles, joint, beyond, reach } = this.evidence();
    const first = base.isEmpty;
    const sets = first ? setShare(world) : 1 - COMPLETES;
    const total = order.reduce((sum, atom) => sum + world.weights[atom]!, 0);
    let left = 0;
    let all = 0;
    for (let i = 0; i < n; i++) {
      const weight = world.weights[order[i]!]!;
      // The last of two members falls on a position as often as there is room for the other before it.
      const ending = (joint[i]! * sets * 2 * (all + weight / 2)) / total;
      const open = singles[i]! * (1 - sets) + ending;
      this.single[i] = (singles[i]! * (1 - sets)) / (open || 1);
      this.ends[i] = weight * open;
      left += weight * open;
      all += weight;
    }
    for (const { atoms } of world.found) for (const atom of atoms) all += first ? world.weights[atom]! : 0;
    const found = first ? world.found.length : 0;
    const survival = first
      ? world.survival(found, 1 - left / all, !open || (reach < n && beyond[n] === 0))
      : Survival.one();
    this.spread(survival, left, beyond);
    this.none = open ? survival.none * beyond[n]! : 0;
    this.shrink();
  }

  /** Units of the order that are still in question. */
  window(): number[] {
    return this.order.slice(this.lo, this.hi);
  }

  /** The position of an atom that is known to fail by itself on top of base. */
  knownSingle(level: number): number | undefined {
    const { world, base } = this;
    const places = this.places();
    for (const { selection } of world.knowledge.fails) {
      const over = selection.minus(base).members();
      const at = over.length === 1 ? places[over[0]!]! : -1;
      if (at < 0) continue;
      const alone = base.union(world.select(over));
      if (world.knowledge.odds(alone, world.noise) >= level) return at;
    }
    return undefined;
  }

  prefixAnswered(length: number, failed: boolean): void {
    const { falsePass, falseFail } = this.world.noise;
    const inside = failed ? 1 - falsePass : falsePass;
    const outside = failed ? falseFail : 1 - falseFail;
    for (let i = this.lo; i < this.hi; i++) {
      const factor = i < length ? inside : outside;
      this.single[i]! *= factor;
      this.ends[i]! *= factor;
    }
    this.none *= outside;
    this.shrink();
  }

  aloneAnswered(at: number, failed: boolean): void {
    const { falsePass, falseFail } = this.world.noise;
    const inside = failed ? 1 - falsePass : falsePass;
    const outside = failed ? falseFail : 1 - falseFail;
    for (let i = this.lo; i < this.hi; i++) {
      this.single[i]! *= i === at ? inside : outside;
      this.ends[i]! *= outside;
    }
    this.none *= outside;
    this.shrink();
  }

  /** The most telling next step; `share` is the share of the mass that a cut should select. */
  choose(share: number, avoid: Avoid): Choice {
    const { noisy } = this.world.noise;
    const total = this.total();
    if (!(total > 0)) return { kind: 'stuck' };
    if (this.none / total >= (noisy ? 1 - this.world.settings.risk : 1)) return { kind: 'none' };
    let alone = -1;
    for (let i = this.lo; i < this.hi; i++) {
      if (this.ends[i]! / total >= (noisy ? 0.98 : 1 - 1e-12)) return { kind: 'ends', at: i };
      if (avoid.alone.has(i) || this.single[i] === 0) continue;
      if (alone < 0 || this.single[i]! > this.single[alone]!) alone = i;
    }
    const prefix = this.cut(share, total, avoid.prefixes);
    if (alone >= 0) {
      const chance = this.single[alone]! / total;
      const certain = this.ends[alone]! / (this.single[alone]! + this.ends[alone]!);
      // Proving an atom by narrowing alone takes a certificate afterwards, which this probe would save.
      const saved = chance * (1 - entropy(certain));
      if (prefix === undefined || this.rate(chance, saved) > this.rate(prefix.chance, 0))
        return { kind: 'alone', at: alone, chance };
    }
    return prefix ?? { kind: 'stuck' };
  }

  /** Bits that a probe brings for its cost, if its selection is bad with probability `bad`. */
  private rate(bad: number, saved: number): number {
    const { falsePass, falseFail } = this.world.noise;
    const fails = bad * (1 - falsePass) + (1 - bad) * falseFail;
    const bits = entropy(fails) - bad * entropy(falsePass) - (1 - bad) * entropy(falseFail);
    return (bits + saved) / this.world.costs.expected(fails);
  }

  /** About how many probes until the next culprit is known. */
  get expected(): number {
    return Math.log2(Math.max(1, this.hi - this.lo)) + 1.5;
  }

  /** The prefix whose chance to be bad is nearest to `share`, keeping away from cuts that gave no outcome. */
  private cut(
    share: number,
    total: number,
    avoid: ReadonlySet<number>,
  ): (Choice & { kind: 'prefix' }) | undefined {
    let best: { length: number; chance: number; score: number } | undefined;
    let sum = 0;
    for (let i = this.lo; i < this.hi; i++) {
      sum += this.single[i]! + this.ends[i]!;
      const chance = sum / total;
      if (chance < 1e-9 || chance > 1 - 1e-9 || avoid.has(i + 1)) continue;
      let near = 0;
      for (const length of avoid) if (Math.abs(length - i - 1) < avoid.size) near = 1;
      const score = Math.abs(chance - share) + near;
      if (best === undefined || score < best.score) best = { length: i + 1, chance, score };
      else if (near === 0 && chance > share && avoid.size === 0) break;
    }
    return best === undefined ? undefined : { kind: 'prefix', length: best.length, chance: best.chance };
  }

  private total(): number {
    let sum = this.none;
    for (let i = this.lo; i < this.hi; i++) sum += this.single[i]! + this.ends[i]!;
    return sum;
  }

  /** Turns weights of openness into masses of the two hypotheses at each position. */
  private spread(survival: Survival, left: number, beyond: Float64Array): void {
    let sum = 0;
    let before = 1;
    for (let i = 0; i < this.order.length; i++) {
      if (this.ends[i] === 0 || beyond[i] === 0) {
        this.ends[i] = 0;
        this.single[i] = 0;
        continue;
      }
      sum += this.ends[i]!;
      const after = survival.beyond(left > 0 ? sum / left : 1);
      const mass = Math.max(0, before - after) * beyond[i]!;
      this.ends[i] = mass * (1 - this.single[i]!);
      this.single[i] = mass * this.single[i]!;
      before = after;
    }
  }

  /** Moves the window's ends over positions without mass, and keeps masses away from underflow. */
  private shrink(): void {
    const { single, ends } = this;
    while (this.lo < this.hi && single[this.lo] === 0 && ends[this.lo] === 0) this.lo++;
    while (this.hi > this.lo && single[this.hi - 1] === 0 && ends[this.hi - 1] === 0) this.hi--;
    const total = this.total();
    if (total > 1e-100 || !(total > 0)) return;
    for (let i = this.lo; i < this.hi; i++) {
      single[i]! /= total;
      ends[i]! /= total;
    }
    this.none /= total;
  }

  private places(): Int32Array {
    const places = new Int32Array(this.world.size).fill(-1);
    this.order.forEach((atom, i) => {
      places[atom] = i;
    });
    return places;
  }

  /**
   * What earlier answers say: factors for the hypotheses `single at i` and `set ends at i`, and for `ends at i or
   * later` (a prefix that fails makes everything beyond it unlikely); `reach` is the shortest prefix known to fail.
   */
  private evidence(): { singles: Float64Array; joint: Float64Array; beyond: Float64Array; reach: number } {
    const { world, base, order } = this;
    const n = order.length;
    const { falsePass, falseFail } = world.noise;
    const { passes, fails } = world.knowledge.weighed(world.noise);
    const singles = new Float64Array(n).fill(1);
    const joint = new Float64Array(n).fill(1);
    const beyond = new Float64Array(n + 1).fill(1);
    let reach = n;
    const places = this.places();
    for (const { selection, count } of passes) {
      if (!base.isSubsetOf(selection)) continue;
      if (world.noise.noisy && world.found.some((f) => f.atoms.every((atom) => selection.has(atom))))
        continue;
      const factor = (falsePass / (1 - falseFail)) ** count;
      for (const atom of selection.members()) if (places[atom]! >= 0) singles[places[atom]!]! *= factor;
      for (let i = 0; i < n && selection.has(order[i]!); i++) joint[i]! *= factor;
    }
    for (const { selection, count } of fails) {
      const over = selection.minus(base).members();
      let last = -1;
      for (const atom of over) {
        if (places[atom]! < 0) {
          last = n;
          break;
        }
        last = Math.max(last, places[atom]!);
      }
      if (last >= n) continue;
      reach = Math.min(reach, last + 1);
      const factor = (falseFail / (1 - falsePass)) ** count;
      for (let i = last + 1; i <= n; i++) beyond[i]! *= factor;
    }
    return { singles, joint, beyond, reach };
  }
}

/** Of one yes or no, in bits. */
function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

/** P(the next culprit is a set), from those found so far. */
function setShare(world: World): number {
  const sets = world.found.reduce((sum, f) => sum + (f.atoms.length > 1 ? 1 : 0), 0);
  return (0.3 + sets) / (1.5 + world.found.length);
}
