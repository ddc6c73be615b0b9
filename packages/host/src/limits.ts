// What may end a program before it ends by itself: its time limit, its caller's signal, a flood of output.

import { captureBytes, floodBytes } from './capture.js';
import { endPolitely, type Finder } from './ending.js';

export type Cause = 'timed-out' | 'aborted' | 'flooded';

export interface Limited {
  readonly timeLimitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Captures to watch. */
  readonly captures: readonly string[];
  readonly capBytes: number;
  /** What to end. */
  readonly find: Finder;
}

const WATCH_MS = 50;
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches one running program, and ends it at the first cause. */
export class Limits {
  #cause: Cause | undefined;
  #ending: Promise<void> | undefined;
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #onAbort = () => this.#end('aborted');

  constructor(private readonly limited: Limited) {
    const { timeLimitMs, signal } = limited;
    if (timeLimitMs !== undefined && timeLimitMs <= LONGEST_TIMER_MS)
      this.#deadline = setTimeout(() => this.#end('timed-out'), timeLimitMs);
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** The program's own end is known: stop watching; what is being ended is waited for. Tells what ended it, if anything. */
  async release(): Promise<Cause | undefined> {
    clearTimeout(this.#deadline);
    clearInterval(this.#watch);
    this.limited.signal?.removeEventListener('abort', this.#onAbort);
    const cause = this.#cause;
    await this.#ending;
    return cause;
  }

  #look(): void {
    const limit = floodBytes(this.limited.capBytes);
    if (this.limited.captures.some((file) => captureBytes(file) > limit)) this.#end('flooded');
  }

  #end(cause: Cause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#ending = endPolitely(this.limited.find);
  }
}
