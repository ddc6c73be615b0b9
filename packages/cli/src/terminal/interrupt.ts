// Ctrl-C and TERM: the first asks everything to stop and clean up, a second one ends the process at once (the helpers
// then kill what runs, since their input closes).

import { Cancellation, EXIT, SwarmError } from '@swarm/core';

export interface Interrupt {
  readonly cancel: Cancellation;
  readonly signal: AbortSignal;
  /** The problem to report when it was used, else undefined. */
  problem(): SwarmError | undefined;
  /** Stop listening. */
  release(): void;
}

/** Listen to SIGINT, SIGTERM and SIGHUP until released. `told` is what an interrupted command says. */
export function listenForInterrupt(told: { readonly message: string; readonly hint: string }): Interrupt {
  const cancel = new Cancellation();
  const abort = new AbortController();
  let by: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals) => {
    if (by !== undefined) process.exit(exitFor(by));
    by = signal;
    abort.abort();
    cancel.cancel();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return {
    cancel,
    signal: abort.signal,
    problem: () =>
      by === undefined
        ? undefined
        : new SwarmError(told.message, { code: 'interrupted', exit: exitFor(by), hint: told.hint }),
    release: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}

const exitFor = (signal: NodeJS.Signals) => (signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);

/** The first signal asks what runs to finish, and says so; the second one to stop at once; a third one ends the process. */
export function listenTwice(
  stop: { readonly drain: Cancellation; readonly abort: Cancellation },
  words: string,
  say: (words: string) => void = (line) => void process.stderr.write(`${line}\n`),
): () => void {
  const listener = (signal: NodeJS.Signals) => {
    if (stop.abort.cancelled) process.exit(exitFor(signal));
    if (stop.drain.cancelled) return stop.abort.cancel();
    say(words);
    stop.drain.cancel();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
