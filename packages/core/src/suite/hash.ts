// A hash of texts that is the same on every machine: what samples, windows and agents' numbers are drawn by. It is no
// secret and no check against malice; it only has to look random to a suite that doesn't know it.

/**
 * A whole number of 0 to 2^53 - 1 for a text (its UTF-16 units, in order) under a seed of 32 bits. Two lanes with different
 * odd multipliers, finished by the mixer of MurmurHash3 (Appleby, public domain), each with the other mixed in.
 */
export function hashOf(seed: number, text: string): number {
  let a = mixed(seed ^ 0x2545f491);
  let b = mixed(seed + 0x6c078965);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b + unit, 0x85ebca77);
    b ^= b >>> 13;
  }
  const high = mixed(a ^ Math.imul(b, 5)) >>> 11;
  const low = mixed(b ^ (a >>> 3) ^ text.length) >>> 0;
  return high * 2 ** 32 + low;
}

/** The same as a number of 0 to `count` - 1. */
export const hashBelow = (seed: number, text: string, count: number): number =>
  Math.floor((hashOf(seed, text) / 2 ** 53) * count);

/** What a person gave as a seed: a whole number below 2^32 is itself, any other text is hashed. */
export function seedOf(text: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number < 2 ** 32 ? number : hashOf(0, text) % 2 ** 32;
}

function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
