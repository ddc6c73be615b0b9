// Watches a helper while it owes an answer. While its program is alive it may take any time; once nothing of that is left and the helper
// still says nothing, it hangs (it was stopped, or the shell has a fault), and nobody else would ever notice.

import { listProcesses } from './process-table.js';

/** How long a helper may say nothing once its program has ended. A busy machine answers in milliseconds. */
export const SILENCE_MS = 20_000;

const LOOKS = 10;

export class Watchdog {
  #owed = false;
  #quietSince: number | undefined;
  readonly #timer: NodeJS.Timeout;

  /** Calls `giveUp` once, at most a tenth of `silenceMs` late. Without /proc it never does. */
  constructor(
    private readonly helper: { readonly own: { readonly session: number; readonly guard: number } },
    private readonly silenceMs: number,
    private readonly giveUp: () => void,
  ) {
    this.#timer = setInterval(() => this.#look(), silenceMs / LOOKS).unref();
  }

  /** Does it owe an answer from now on? */
  owed(owed: boolean): void {
    this.#owed = owed;
    this.#quietSince = undefined;
  }

  /** It will say no more. */
  release(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (!this.#owed) return;
    const { session, guard } = this.helper.own;
    const processes = listProcesses();
    const itself = processes.some(({ pid }) => pid === session);
    const works = processes.some(
      (entry) =>
        entry.pid !== session &&
        entry.pid !== guard &&
        (entry.parent === session || entry.session === session),
    );
    if (!itself || works) this.#quietSince = undefined;
    else this.#quietSince ??= performance.now();
    if (this.#quietSince === undefined || performance.now() - this.#quietSince < this.silenceMs) return;
    this.release();
    this.giveUp();
  }
}
