// Planted culprits: sets of units that fail, drawn at random from a seed, and the answers that they give.

/** A random source in 0..1, the same for the same seed (mulberry32). */
export const randomFrom = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Disjoint sets of the given sizes among `units` units, and what a selection then answers. */
export const plant = (units, sizes, seed) => {
  const random = randomFrom(seed * 7919 + 17);
  const pool = Array.from({ length: units }, (_, i) => i);
  const draw = () => pool.splice(Math.floor(random() * pool.length), 1)[0];
  const sets = sizes.map((size) => Array.from({ length: size }, draw).sort((a, b) => a - b));
  const fails = (selection) => sets.some((set) => set.every((unit) => selection.has(unit)));
  const answer = (selection) =>
    fails(selection) ? { kind: 'fail', failure: 'exit', detail: 'planted' } : { kind: 'pass' };
  return { sets, answer };
};

/** The same answers, but what fails passes with probability `rate`. */
export const noisy = (answer, rate, random) => (selection) => {
  const outcome = answer(selection);
  return outcome.kind === 'fail' && random() < rate ? { kind: 'pass' } : outcome;
};
