// The order in which candidates came, as this server saw it, kept between its processes. Their own clocks only order those that
// were seen at once: nobody waits for ever because a clock is wrong.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@swarm/host';
import type { Waiting } from './candidate-object.js';

export class ArrivalFile {
  readonly #path: string;

  constructor(state: string) {
    this.#path = join(state, 'queue-arrivals.json');
  }

  /** Those that are known in their order, and behind them the new ones as they are given. */
  async inOrder(waiting: readonly Waiting[]): Promise<Waiting[]> {
    const known = await this.#read();
    const place = new Map(known.map((token, i) => [token, i]));
    const order = (it: Waiting) => place.get(it.token) ?? known.length;
    const sorted = [...waiting].sort((a, b) => order(a) - order(b));
    const tokens = sorted.map(({ token }) => token);
    if (JSON.stringify(tokens) !== JSON.stringify(known))
      await writeFileAtomic(this.#path, `${JSON.stringify(tokens)}\n`, { durable: false });
    return sorted;
  }

  async #read(): Promise<string[]> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8')) as string[];
    } catch {
      return []; // None yet, or not whole: then the commits' own times are the order.
    }
  }
}
