// Work that Ctrl-C and TERM end in order: it is told, cleans up, and then the problem is said.

import { EXIT, SwarmError } from '@swarm/core';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Run it. Throws `interrupted` (exit 130 or 143) when a signal came. A second signal ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let by: NodeJS.Signals | undefined;
  const exit = () => (by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
  const listener = (signal: NodeJS.Signals) => {
    if (by !== undefined) process.exit(exit());
    by = signal;
    abort.abort();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  try {
    return await work(abort.signal);
  } catch (cause) {
    if (by === undefined) throw cause;
    throw new SwarmError('workspace: interrupted', {
      code: 'interrupted',
      exit: exit(),
      hint: 'what was half made has been removed; run it again',
      cause,
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, listener);
  }
}
