// What may end a program before it ends by itself: its time limit, its caller's signal, a flood of output.

import { setTimeout as sleep } from 'node:timers/promises';
import { captureBytes } from './capture.js';
import { endPolitely, type Finder } from './ending.js';

type Cause = 'timed-out' | 'aborted' | 'flooded';

/** What ended a program from outside. */
export interface Ending {
  readonly cause: Cause;
  /** The size that was exceeded; 0 when it was no flood. */
  readonly floodBytes: number;
}

export interface Limited {
  readonly timeLimitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where its output goes, and how large that may grow. */
  readonly outputs: readonly { readonly file: string; readonly limitBytes: number }[];
  /** What to end: who is asked, and who is killed where asking was of no use. */
  readonly find: Finder;
  readonly doomed?: Finder;
}

const WATCH_MS = 50;
const PAUSE_MS = 5;
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches one running program, and ends it at the first cause. */
export class Limits {
  #cause: Cause | undefined;
  #ending: Promise<void> | undefined;
  #released = false;
  #floodBytes = 0;
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
  async release(): Promise<Ending | undefined> {
    this.#released = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#watch);
    this.limited.signal?.removeEventListener('abort', this.#onAbort);
    const cause = this.#cause;
    await this.#ending;
    return cause && { cause, floodBytes: this.#floodBytes };
  }

  #look(): void {
    const flooded = this.limited.outputs.find(({ file, limitBytes }) => captureBytes(file) > limitBytes);
    if (flooded === undefined) return;
    this.#floodBytes = flooded.limitBytes;
    this.#end('flooded');
  }

  #end(cause: Cause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#ending = this.#insist();
  }

  /** Until it is known to have ended: it may not even have begun when the cause came. */
  async #insist(): Promise<void> {
    do {
      await endPolitely(this.limited.find, this.limited.doomed);
      await sleep(PAUSE_MS);
    } while (!this.#released);
  }
}
