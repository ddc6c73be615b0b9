// What is added to a sample on top: what failed last, what the change touched. At most a fifth of the sample, and never part of
// its statistics.

import { directoryOf, type TestCase, type TestId } from './test.js';

const MOST = 0.2;

export interface Extras {
  readonly added: readonly TestId[];
  /** Wanted as well, and left out by the limit. */
  readonly over: number;
}

/** The first of `wanted` that are no part of `sample` yet, as many as a fifth of it; at least one. */
export function addExtras(sample: readonly TestId[], wanted: readonly TestId[]): Extras {
  const have = new Set(sample);
  const fresh = [...new Set(wanted)].filter((id) => !have.has(id));
  const most = Math.max(1, Math.floor(sample.length * MOST));
  return { added: fresh.slice(0, most), over: Math.max(0, fresh.length - most) };
}

/** The tests that a change touches: their own file, or a file beside them that carries their file's name before its ending. */
export function touchedTests(tests: readonly TestCase[], changed: readonly string[]): TestId[] {
  if (changed.length === 0) return [];
  const files = new Set(changed);
  const stems = new Set(changed.map(stem));
  return tests
    .filter(({ id }) => {
      const file = id.split('::', 1)[0]!;
      return files.has(file) || stems.has(stem(file));
    })
    .map(({ id }) => id);
}

/** A path without what follows the first dot of its file's name: `a/b.test.ts` and `a/b.expected` are both `a/b`. */
function stem(path: string): string {
  const directory = directoryOf(path);
  const name = directory === '' ? path : path.slice(directory.length + 1);
  const dot = name.indexOf('.', 1);
  return `${directory}/${dot < 0 ? name : name.slice(0, dot)}`;
}
