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

/** Most programs are brief, and need no more than this one look that never comes. */
const FIRST_LOOK_MS = 50;
const WATCH_MS = 50;
const PAUSE_MS = 5;
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches one running program, and ends it at the first cause; what comes within its first moments counts at the end of those. */
export class Limits {
  #cause: Cause | undefined;
  #ending: Promise<void> | undefined;
  readonly #startedMs = performance.now();
  #released = false;
  #floodBytes = 0;
  #deadline: NodeJS.Timeout;
  #watch: NodeJS.Timeout | undefined;
  #onAbort: (() => void) | undefined;

  constructor(private readonly limited: Limited) {
    const firstMs = Math.min(limited.timeLimitMs ?? FIRST_LOOK_MS, FIRST_LOOK_MS);
    this.#deadline = setTimeout(() => this.#firstLook(), firstMs);
  }

  /** The program's own end is known: stop watching; what is being ended is waited for. Tells what ended it, if anything. */
  async release(): Promise<Ending | undefined> {
    this.#released = true;
    clearTimeout(this.#deadline);
    if (this.#watch !== undefined) clearInterval(this.#watch);
    if (this.#onAbort !== undefined) this.limited.signal?.removeEventListener('abort', this.#onAbort);
    const cause = this.#cause;
    await this.#ending;
    return cause && { cause, floodBytes: this.#floodBytes };
  }

  #firstLook(): void {
    const { timeLimitMs = Number.POSITIVE_INFINITY, signal } = this.limited;
    const leftMs = timeLimitMs - (performance.now() - this.#startedMs);
    if (signal?.aborted) this.#end('aborted');
    else if (timeLimitMs <= FIRST_LOOK_MS) this.#end('timed-out');
    else this.#watchOn(leftMs);
  }

  #watchOn(leftMs: number): void {
    if (leftMs <= LONGEST_TIMER_MS) this.#deadline = setTimeout(() => this.#end('timed-out'), leftMs);
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#onAbort = () => this.#end('aborted');
    this.limited.signal?.addEventListener('abort', this.#onAbort);
    this.#look();
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
