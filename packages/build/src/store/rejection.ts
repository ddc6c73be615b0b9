// Why a compiler didn't give an object: the stage it stopped at and the first line that says so. Pure.

import type { Exit } from '@swarm/host';

/** `compile` and `assemble` are answers of the compiler; `crash` and `timeout` are faults of its own. */
export type RejectionStage = 'compile' | 'assemble' | 'crash' | 'timeout';

export interface Rejection {
  readonly stage: RejectionStage;
  /** One line: the first error, not the first warning. */
  readonly reason: string;
}

const CRASH_CODES = new Map([
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [139, 'SIGSEGV'],
]);

const CRASH_TEXT =
  /internal compiler error|compiler error:|segmentation fault|terminated (?:with|by) signal|core dumped|panicked at|assertion .*failed|stack smashing|stack dump:|traceback \(most recent call last\)|unhandled exception/i;

const ASSEMBLER_TEXT = /assembler messages|\.s:\d+: error|:\d+: Error: |invalid instruction mnemonic/;

const NOISE =
  /^in file included from|^\s*from |: in function |: note: |warning|^\d+ (?:errors?|warnings?) generated/i;

/** The signal that an exit status of a shell or driver stands for, if it is one of a crash. */
export const crashSignal = (code: number): string | undefined => CRASH_CODES.get(code);

/** Judge a compiler's run that ended without success. */
export function rejection(exit: Exit, output: string): Rejection {
  const first = firstError(output);
  if (exit.kind === 'timed-out') return { stage: 'timeout', reason: 'the compiler did not end in time' };
  if (exit.kind === 'signalled') return { stage: 'crash', reason: crashReason(exit.signal, output, first) };
  const code = exit.kind === 'exited' ? exit.code : 1;
  const signal = crashSignal(code);
  if (signal !== undefined) return { stage: 'crash', reason: crashReason(signal, output, first) };
  if (CRASH_TEXT.test(output)) return { stage: 'crash', reason: crashReason(undefined, output, first) };
  const reason = first ?? `exit status ${code} without a message`;
  return { stage: ASSEMBLER_TEXT.test(output) ? 'assemble' : 'compile', reason };
}

/** The first line that speaks of an error; else the first that is neither warning nor context. */
export function firstError(output: string): string | undefined {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const telling = lines.filter(
    (line) => line !== '' && !NOISE.test(line) && !/assembler messages:$/i.test(line),
  );
  return telling.find((line) => /error/i.test(line)) ?? telling[0];
}

function crashReason(signal: string | undefined, output: string, first: string | undefined): string {
  const line = output.split(/\r?\n/).find((text) => CRASH_TEXT.test(text));
  const said = line?.trim() ?? first;
  if (signal === undefined) return said ?? 'the compiler crashed';
  return said === undefined ? `the compiler died of ${signal}` : `the compiler died of ${signal}: ${said}`;
}
