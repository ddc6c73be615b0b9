// Work that Ctrl-C and TERM end in order: it is told, cleans up, and then the problem is said.

import { listenForInterrupt } from '../terminal/interrupt.js';

const TOLD = { message: 'workspace: interrupted', hint: 'what was half made has been removed; run it again' };

/** Run it. Throws `interrupted` (exit 130 or 143) when a signal came. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = listenForInterrupt(TOLD);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
  }
}
