// From what a tool lists to test cases: unique ids in their order, and the way back from an id to the tool's own name.

import { directoryOf, type TestCase, type TestId } from '@swarm/core';
import { compareIds } from '../report/sorted.js';

/** Tests by id, each with what the tool knows it by. */
export class Listed<T> {
  readonly #tests = new Map<TestId, T>();

  /** Add a test; where two would share an id, the later one gets a number. */
  add(id: TestId, test: T): TestId {
    let unique = id;
    for (let n = 2; this.#tests.has(unique); n++) unique = `${id} (${n})`;
    this.#tests.set(unique, test);
    return unique;
  }

  get(id: TestId): T | undefined {
    return this.#tests.get(id);
  }

  get cases(): TestCase[] {
    return [...this.#tests.keys()].sort(compareIds).map((id) => ({ id, directory: directoryOf(id) }));
  }
}
