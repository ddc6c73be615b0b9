// Samples as windows of one hashed permutation of the suite, the same for everybody who has the seed.
//
// The tests of a directory (n of them) stand in the order of their hashes; the one of rank j is given the position
// (j + u)/n, with u of 0 to 1 drawn for the directory. Cut the positions into W windows of equal width: they partition the suite,
// each test falls into each of them equally likely, and each holds floor(n/W) to ceil(n/W) tests of every directory. In whole
// numbers: window floor((j*W + a)/n) for a = floor(u*W), so that no rounding can break the bounds. Windows of a W
// lie within those of any W that divides it. A test that comes or goes moves about one test of its directory at each edge,
// and none of another directory. Cost: one hash a test, and sorting.

import { hashOf } from './hash.js';
import { directoryOf, type TestCase, type TestId } from './test.js';

/** How many windows a fraction of 0 to 1 makes: W = round(1/fraction), at least 1. */
export const windowCount = (fraction: number): number => Math.max(1, Math.round(1 / fraction));

/** The least that a sample holds on average, where nobody asked for a fraction. */
const LEAST_TESTS = 20;

/** The windows where nobody asked for a fraction: of a tenth, or fewer where they would hold less than 20 tests. */
export const usualWindowCount = (tests: number): number =>
  Math.max(1, Math.min(10, Math.floor(tests / LEAST_TESTS)));

/** The window of each test, of 0 to `windows` - 1, in the order of `tests`. */
export function windowNumbers(
  tests: readonly Pick<TestCase, 'id' | 'directory'>[],
  seed: number,
  windows: number,
): Uint32Array {
  const numbers = new Uint32Array(tests.length);
  if (windows <= 1) return numbers;
  const hashes = Float64Array.from(tests, ({ id }) => hashOf(seed, id));
  for (const [directory, members] of membersByDirectory(tests)) {
    members.sort((a, b) => hashes[a]! - hashes[b]! || (tests[a]!.id < tests[b]!.id ? -1 : 1));
    const start = Math.floor((hashOf(seed, `${directory}/`) / 2 ** 53) * windows);
    for (const [rank, member] of members.entries())
      numbers[member] = Math.floor((rank * windows + start) / members.length);
  }
  return numbers;
}

function membersByDirectory(tests: readonly Pick<TestCase, 'directory'>[]): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (const [i, { directory }] of tests.entries()) {
    const known = members.get(directory);
    if (known === undefined) members.set(directory, [i]);
    else known.push(i);
  }
  return members;
}

/** An agent's number of 0 to `of` - 1. */
export interface AgentNumber {
  readonly number: number;
  readonly of: number;
}

/**
 * The window of an agent in a round. A agents look at min(A, W) different windows in a round, and at all of them in
 * the ceil(W/A) rounds that begin at a multiple of that.
 */
export function windowOf({ number, of }: AgentNumber, round: number, windows: number): number {
  if (of >= windows) return (number + (round % windows)) % windows;
  const cycle = Math.ceil(windows / of);
  const shift = Math.floor(round / cycle) % windows;
  return (number + (round % cycle) * of + shift) % windows;
}

/** A test as a case: its directory is read from its id. */
export const testCase = (id: TestId): TestCase => ({ id, directory: directoryOf(id) });

/** The tests of a window, in the order of their hashes: as good as any other order, and the same each time. */
export function drawSample(
  tests: readonly TestCase[],
  seed: number,
  windows: number,
  window: number,
): TestId[] {
  const numbers = windowNumbers(tests, seed, windows);
  const drawn = tests
    .filter((_, i) => numbers[i] === window)
    .map(({ id }) => ({ id, hash: hashOf(seed, id) }));
  return drawn.sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}
