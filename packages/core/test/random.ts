// Numbers that look random and are the same on every run: a stream from a seed, and a coin for a text.

/** A repeatable source of numbers from 0 up to but without 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A number from 0 up to but without 1 that belongs to a text. A probe that flips such a coin, drawn for its id, has
 * one outcome whenever and in whatever order it is run.
 */
export function coin(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return random(hash)();
}
