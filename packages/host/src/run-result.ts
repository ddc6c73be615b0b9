// From how a program ended to a result.

import { constants } from 'node:os';
import type { Ending } from './limits.js';
import type { Exit, RunResult } from './process.js';

/** What ran, once it is over. */
export interface Ended extends Omit<RunResult, 'note'> {
  /** What ended it from outside, if anything did. */
  readonly ending: Ending | undefined;
}

export function runResult({ ending, ...result }: Ended): RunResult {
  if (ending === undefined) return result;
  if (ending.cause !== 'flooded') return { ...result, exit: { kind: ending.cause } };
  const note = `stopped after more than ${ending.floodBytes / 2 ** 20} MiB of output`;
  return { ...result, exit: { kind: 'signalled', signal: 'SIGXFSZ' }, note };
}

/** The result of a program that never ran. */
export function withoutRun(exit: Exit, startedMs = performance.now()): RunResult {
  return { exit, wallMs: performance.now() - startedMs, stdout: '', stderr: '', leaked: false, swept: true };
}

const NAMES = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals))
  if (!NAMES.has(number)) NAMES.set(number, name);

export const signalName = (number: number): string => NAMES.get(number) ?? `SIG${number}`;
