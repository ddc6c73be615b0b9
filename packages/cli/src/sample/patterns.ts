// Which tests were named: the words of the command line, and for `-` the lines of standard input, which is read for nothing else.

import { text as textOf } from 'node:stream/consumers';
import { nothing } from './listed-tests.js';

/** Throws `nothing-to-run` (exit 4) where standard input was asked for and names none: no pattern would mean all tests. */
export async function patternsOf(
  words: readonly string[],
  input: () => NodeJS.ReadableStream,
): Promise<readonly string[]> {
  if (!words.includes('-')) return words;
  const lines = (await textOf(input())).split(/\r?\n/).filter((line) => line.trim() !== '');
  const patterns = [...words.filter((word) => word !== '-'), ...lines];
  if (patterns.length > 0) return patterns;
  throw nothing('tests: standard input names none', 'give one on each line, or leave - out');
}
