// Checkouts of combinations that probes run in, built once and kept while they may be asked again: only the last few, since each
// is a whole built tree.

import type { LazySide } from '../gate/measurement.js';

const KEPT = 4;

export class Sides {
  /** Oldest use first. */
  readonly #open = new Map<string, LazySide>();

  async use(tree: string, make: () => LazySide): Promise<LazySide> {
    const side = this.#open.get(tree) ?? make();
    this.#open.delete(tree);
    this.#open.set(tree, side);
    for (const [old, it] of [...this.#open].slice(0, -KEPT)) {
      this.#open.delete(old);
      await it.close();
    }
    return side;
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const side of all) await side.close();
  }
}
