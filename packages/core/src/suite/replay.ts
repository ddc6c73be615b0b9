// The replay token: all that chooses the random part of a sample, in one short word that needs nothing else to be read.
//
// Numbers and the characters of patterns stand as groups of 7 bits, written in base 32 without the letters that look like
// others; the last four characters check the rest. A digest of the chosen tests tells whether the suite is still the one that the
// token was made for: a sample that is not the same is never passed off as one.

import { hashOf } from './hash.js';
import type { TestId } from './test.js';

/** The choice of a sample. */
export interface Choice {
  readonly seed: number;
  readonly windows: number;
  readonly window: number;
  /** What the suite was narrowed to before anything was drawn; empty: all of it. */
  readonly patterns: readonly string[];
}

export interface Replay extends Choice {
  /** Tests that were drawn from. */
  readonly total: number;
  /** Of the tests that were drawn. */
  readonly digest: number;
}

const VERSION = 1;
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const CHECK_LETTERS = 4;
const END = 0;

/** Depends on which tests there are, not on their order: 0 to 2^32 - 1. */
export function digestOf(tests: readonly TestId[]): number {
  let sum = tests.length;
  for (const id of tests) sum = (sum + hashOf(VERSION, id)) % 2 ** 53;
  return sum % 2 ** 32;
}

export function replayToken({ seed, windows, window, total, digest, patterns }: Replay): string {
  const numbers = [VERSION, seed, windows, window, total, digest];
  for (const pattern of patterns) numbers.push(...[...pattern].map((c) => c.codePointAt(0)!), END);
  const text = lettersOf(numbers.flatMap(groupsOf));
  return text + checkOf(text);
}

/** What a token says; undefined when it isn't one, or was mistyped. Capitals, and the letters i, l and o, are read kindly. */
export function readReplayToken(token: string): Replay | undefined {
  const kind = token.trim().toLowerCase().replace(/[il]/g, '1').replace(/o/g, '0');
  const text = kind.slice(0, -CHECK_LETTERS);
  if (text === '' || kind.slice(-CHECK_LETTERS) !== checkOf(text)) return undefined;
  const numbers = numbersOf(text);
  if (numbers === undefined) return undefined;
  const [version, seed, windows, window, total, digest, ...characters] = numbers;
  if (version !== VERSION || digest === undefined || window! >= windows!) return undefined;
  const patterns = textsOf(characters);
  return { seed: seed!, windows: windows!, window: window!, total: total!, digest, patterns };
}

/** 20 bits of the text's hash. */
function checkOf(text: string): string {
  const hash = hashOf(VERSION, text) % 32 ** CHECK_LETTERS;
  return Array.from({ length: CHECK_LETTERS }, (_, i) => LETTERS[Math.floor(hash / 32 ** i) % 32]).join('');
}

/** Groups of 7 bits, lowest first; the eighth bit says that more follow. */
function groupsOf(value: number): number[] {
  const groups: number[] = [];
  let rest = value;
  do {
    const group = rest % 128;
    rest = Math.floor(rest / 128);
    groups.push(rest > 0 ? group + 128 : group);
  } while (rest > 0);
  return groups;
}

function lettersOf(bytes: readonly number[]): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}

function numbersOf(text: string): number[] | undefined {
  const numbers: number[] = [];
  let [bits, held, value, scale] = [0, 0, 0, 1];
  for (const letter of text) {
    const five = LETTERS.indexOf(letter);
    if (five < 0) return undefined;
    held = (held << 5) | five;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    const byte = held >>> bits;
    held &= (1 << bits) - 1;
    value += (byte % 128) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    [value, scale] = [0, 1];
  }
  return numbers;
}

/** Characters up to each end mark, as texts. */
function textsOf(characters: readonly number[]): string[] {
  const texts: string[] = [];
  let text = '';
  for (const character of characters) {
    if (character === END) texts.push(text);
    text = character === END ? '' : text + String.fromCodePoint(Math.min(character, 0x10ffff));
  }
  return texts;
}
