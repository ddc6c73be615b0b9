// Which culprits have one cause? Each culprit is described by features (what it contains, or how its two sides differ), and so are
// things that pass. A cause is a feature that culprits share and passing things lack: a spectrum, as in spectrum-based fault
// localisation (Jones and Harrold 2005), but judged by how likely it is to come about by chance.
//
// If a feature had nothing to do with failing, those that have it would be a random draw: the chance that so many of them are
// culprits is the tail of the hypergeometric distribution (Fisher's exact test, one-sided). Among very many features some look
// telling by chance, so the chance is multiplied by how many were looked at (Bonferroni). Passing things may have the feature too:
// a test does not run everything. Causes are taken greedily, the least likely by chance first; what it covers is then out of
// the picture. Two culprits that share no telling feature are never put together.
//
// Cost: O(c f (c + p)) for c culprits, p passing things and f features that at least two culprits share.

export interface Specimen {
  readonly id: string;
  readonly features: ReadonlySet<string>;
}

export interface Cause {
  /** Telling features, equally so; the first in the order given or of the alphabet stands for it. */
  readonly features: readonly string[];
  /** Ids of the culprits that have it, at least two, in the given order. */
  readonly members: readonly string[];
  /** How many passing things have it as well. */
  readonly passing: number;
  /** The chance, over all features looked at, that it is a coincidence. */
  readonly chance: number;
}

/** Culprits whose only difference from what is right is the same one. */
export interface SoleCause {
  readonly feature: string;
  /** Ids of the culprits that have it and no other such feature, in the given order. */
  readonly members: readonly string[];
  /** In how many of them there is nothing else that passing things lack. */
  readonly alone: number;
}

/**
 * For features that are differences between right and wrong: what differs in a culprit, but for differences that passing things have
 * too, holds its cause. Where that is a single feature, it is the cause, whatever the numbers. Culprits that have
 * exactly one feature of that kind are joined; of these at least two.
 */
export function soleCausesOf(culprits: readonly Specimen[], passing: readonly Specimen[]): SoleCause[] {
  const harmless = new Set(passing.flatMap(({ features }) => [...features]));
  const left = culprits.map(({ id, features }) => ({
    id,
    features: [...features].filter((feature) => !harmless.has(feature)),
  }));
  const alone = new Map<string, number>();
  for (const { features } of left)
    if (features.length === 1) alone.set(features[0]!, (alone.get(features[0]!) ?? 0) + 1);
  const members = new Map<string, string[]>();
  for (const { id, features } of left) {
    const causes = features.filter((feature) => alone.has(feature));
    if (causes.length === 1) members.set(causes[0]!, [...(members.get(causes[0]!) ?? []), id]);
  }
  return [...members]
    .filter(([, ids]) => ids.length > 1)
    .map(([feature, ids]) => ({ feature, members: ids, alone: alone.get(feature)! }));
}

export interface CauseOptions {
  /** A cause is one only when its chance is at most this. */
  readonly limit: number;
  /** False: each feature is telling by itself, and the number of features is no matter. */
  readonly correct: boolean;
}

/** The causes that explain at least two culprits each; disjoint. The same whatever the order of the passing things. */
export function causesOf(
  culprits: readonly Specimen[],
  passing: readonly Specimen[],
  options: CauseOptions,
): Cause[] {
  const causes: Cause[] = [];
  let left = culprits;
  for (;;) {
    const best = mostTelling(left, passing, options);
    if (best === undefined) return causes;
    causes.push(best);
    const covered = new Set(best.members);
    left = left.filter(({ id }) => !covered.has(id));
  }
}

/**
 * Can there be a cause at all, when only some of the passing things are known and there are at most `most` of them? Where not,
 * `causesOf` gives none for them all: what a feature has against it only grows.
 */
export function mayHaveCause(
  culprits: readonly Specimen[],
  known: readonly Specimen[],
  most: number,
  { limit, correct }: CauseOptions,
): boolean {
  const candidates = counted(culprits, known);
  const tests = correct ? candidates.length : 1;
  return candidates.some(
    ({ having, innocent }) =>
      tests * tail(having.length, innocent, culprits.length, culprits.length + most) <= limit,
  );
}

function mostTelling(
  culprits: readonly Specimen[],
  passing: readonly Specimen[],
  { limit, correct }: CauseOptions,
): Cause | undefined {
  const candidates = counted(culprits, passing);
  const tests = correct ? candidates.length : 1;
  let best: Cause | undefined;
  for (const { feature, having, innocent } of candidates) {
    const chance = Math.min(
      1,
      tests * tail(having.length, innocent, culprits.length, culprits.length + passing.length),
    );
    if (chance > limit) continue;
    const cause = { features: [feature], members: having, passing: innocent, chance };
    if (best !== undefined && sameMembers(best, cause) && best.passing === innocent)
      best = { ...best, features: [...best.features, feature] };
    else if (best === undefined || chance < best.chance * (1 - 1e-9)) best = cause;
  }
  return best;
}

interface Counted {
  readonly feature: string;
  readonly having: readonly string[];
  readonly innocent: number;
}

/** Features that at least two culprits share, in alphabetical order. */
function counted(culprits: readonly Specimen[], passing: readonly Specimen[]): Counted[] {
  const having = new Map<string, string[]>();
  for (const { id, features } of culprits)
    for (const feature of features) having.set(feature, [...(having.get(feature) ?? []), id]);
  const shared = [...having].filter(([, ids]) => ids.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return shared.map(([feature, ids]) => ({
    feature,
    having: ids,
    innocent: passing.filter(({ features }) => features.has(feature)).length,
  }));
}

const sameMembers = (a: Cause, b: Cause): boolean =>
  a.members.length === b.members.length && a.members.every((id, i) => id === b.members[i]);

/**
 * The chance that at least `hits` of a random draw of `hits + misses` out of `all` things are among the `culprits`.
 */
function tail(hits: number, misses: number, culprits: number, all: number): number {
  const drawn = hits + misses;
  let sum = 0;
  for (let k = hits; k <= Math.min(drawn, culprits); k++)
    sum += Math.exp(logChoose(culprits, k) + logChoose(all - culprits, drawn - k) - logChoose(all, drawn));
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log((n - i) / (i + 1));
  return sum;
}
