// From how a program ended to a result.

import { constants } from 'node:os';
import { floodBytes } from './capture.js';
import type { Cause } from './limits.js';
import type { Exit, RunResult } from './process.js';

/** What ran, once it is over. */
export interface Ended {
  /** How the program ended by itself. */
  readonly exit: Exit;
  /** What ended it from outside, if anything did. */
  readonly cause?: Cause | undefined;
  readonly startedMs: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly leaked: boolean;
  readonly capBytes: number;
}

export function runResult(ended: Ended): RunResult {
  const { cause, startedMs, capBytes, exit, ...rest } = ended;
  const result = { ...rest, wallMs: performance.now() - startedMs };
  if (cause === undefined) return { ...result, exit };
  if (cause !== 'flooded') return { ...result, exit: { kind: cause } };
  const note = `stopped after more than ${floodBytes(capBytes) / 2 ** 20} MiB of output`;
  return { ...result, exit: { kind: 'signalled', signal: 'SIGXFSZ' }, note };
}

/** The result of a program that never ran. */
export function withoutRun(exit: Exit, startedMs = performance.now()): RunResult {
  return { exit, wallMs: performance.now() - startedMs, stdout: '', stderr: '', leaked: false };
}

const NAMES = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals))
  if (!NAMES.has(number)) NAMES.set(number, name);

export const signalName = (number: number): string => NAMES.get(number) ?? `SIG${number}`;
