// Measures again and again what some trees take on the disk, at a small share of the time, until one is too large.

import { setTimeout as sleep } from 'node:timers/promises';
import { treeBytes } from '@swarm/host';

/** Between two measurements passes at least this long, and this many times what the last one took. */
const PAUSE_MS = 500;
const SHARE = 20;

export class DiskWatch {
  readonly #closing = new AbortController();
  readonly #watching: Promise<void>;
  #bytes = 0;

  constructor(
    private readonly paths: readonly string[],
    private readonly limitBytes: number | undefined,
  ) {
    this.#watching = limitBytes === undefined ? Promise.resolve() : this.#watch();
  }

  /** What to say when the limit is passed. */
  excess(): string | undefined {
    if (this.limitBytes === undefined || this.#bytes <= this.limitBytes) return undefined;
    return `filled more than ${Math.round(this.limitBytes / 2 ** 20)} MiB of disk`;
  }

  /** The bytes that there are at the end; what is measured once more only where a limit asks for it. */
  async close(): Promise<number> {
    this.#closing.abort();
    await this.#watching;
    return this.limitBytes === undefined ? 0 : this.#measure();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const startedMs = performance.now();
      this.#bytes = await this.#measure(signal);
      const pauseMs = Math.max(PAUSE_MS, SHARE * (performance.now() - startedMs));
      await sleep(pauseMs, undefined, { signal }).catch(() => {}); // Closing ends the pause.
    }
  }

  async #measure(signal?: AbortSignal): Promise<number> {
    const each = await Promise.all(this.paths.map((path) => treeBytes(path, signal)));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }
}
