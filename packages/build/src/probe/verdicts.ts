// From how a test ended to an outcome. Pure, but for the two files that are compared.

import type { Failed, Outcome } from '@swarm/core';
import { PASS } from '@swarm/core';
import type { RunResult } from '@swarm/host';
import { crashSignal, firstError } from '../store/rejection.js';

/** As shells and make report it of a program that they ran. */
const CRASH_LINE =
  /(?:^|[ :\]])(?:Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception)(?:\s*$|\s{2,}| \(core dumped\))/;
const DIFF_LINE =
  /^(?:[<>] |@@ |--- \S|\+\+\+ \S|[-+][^-+])|\bdiffer: (?:byte|char) \d+|^Binary files .* differ/;
const LONGEST_DETAIL = 200;

export const failed = (failure: Failed['failure'], detail: string): Failed => ({
  kind: 'fail',
  failure,
  detail: oneLine(detail),
});

/** Judge a finished test; `difference` is what its standard output differs in from what is expected, if it does. */
export function testOutcome(result: RunResult, timeLimitMs: number, difference: string | undefined): Outcome {
  const { exit } = result;
  if (exit.kind === 'timed-out')
    return failed('hang', `still running after ${(timeLimitMs / 1000).toFixed(1)} s`);
  if (result.note !== undefined) return failed('wrong-output', result.note);
  if (exit.kind === 'signalled') return failed('crash', exit.signal);
  if (exit.kind === 'aborted') return { kind: 'unresolved', reason: 'cancelled' };
  if (exit.kind === 'not-started')
    return { kind: 'unresolved', reason: `could not start sh: ${exit.reason}` };
  const signal = crashSignal(exit.code);
  if (signal !== undefined) return failed('crash', withLast(signal, result.stderr));
  const crash = exit.code === 0 ? undefined : lines(result.stderr).find((line) => CRASH_LINE.test(line));
  if (crash !== undefined) return failed('crash', crash);
  if (difference !== undefined) return failed('wrong-output', difference);
  if (exit.code === 0) return PASS;
  const diff = diffDetail(result.stdout) ?? diffDetail(result.stderr);
  if (diff !== undefined) return failed('wrong-output', diff);
  return failed('exit', withLast(`exit status ${exit.code}`, result.stderr || result.stdout));
}

/** What the machine lacked, or did to a linker: it says nothing of the objects. */
const FROM_OUTSIDE =
  /terminated with signal (?:9|15)\b|Killed signal terminated|Cannot fork|Resource temporarily unavailable|Cannot allocate memory|memory exhausted|Too many open files/i;

/** A failed link: the first line that names an error. Unresolved where the machine failed, not the link. */
export function linkOutcome(result: RunResult, program: string | undefined): Outcome {
  const { exit, stderr } = result;
  if (exit.kind !== 'exited') return cutOff(result);
  const outside = lines(stderr).find((line) => FROM_OUTSIDE.test(line));
  if (outside !== undefined) return { kind: 'unresolved', reason: oneLine(outside) };
  const what = program === undefined ? 'link' : (program.split('/').at(-1) ?? program);
  return failed('link', linkError(stderr) ?? firstError(stderr) ?? `${what} failed without a message`);
}

/** What ended before it could say how it ended. */
export function cutOff({ exit }: RunResult): Outcome {
  const unresolved = (reason: string): Outcome => ({ kind: 'unresolved', reason });
  switch (exit.kind) {
    case 'aborted':
      return unresolved('cancelled');
    case 'not-started':
      return unresolved(exit.reason);
    case 'timed-out':
      return unresolved('the link did not end in time');
    case 'signalled':
      return unresolved(`the link was ended by ${exit.signal}`);
    case 'exited':
      return unresolved(`the link was cut off with exit status ${exit.code}`);
  }
}

/**
 * What came between from outside, as it seems, if anything did; not that the answer was no longer wanted. A program that is
 * killed has seldom done that itself, unless it is so each time.
 */
export function trouble(outcome: Outcome): string | undefined {
  if (outcome.kind === 'unresolved') return outcome.reason === 'cancelled' ? undefined : outcome.reason;
  const isKilled = outcome.kind === 'fail' && outcome.failure === 'crash' && KILLED.test(outcome.detail);
  return isKilled ? `the test was ended by ${outcome.detail}` : undefined;
}

const KILLED = /^SIG(?:KILL|TERM|HUP|INT)\b/;

/** The first byte-wise difference of two outputs, as one line for people; undefined where they are the same. */
export function firstDifference(expected: Buffer, actual: Buffer): string | undefined {
  if (expected.equals(actual)) return undefined;
  let at = 0;
  while (at < expected.length && at < actual.length && expected[at] === actual[at]) at++;
  const start = at === 0 ? 0 : expected.lastIndexOf(0x0a, at - 1) + 1;
  let number = 1;
  for (let i = 0; i < start; i++) if (expected[i] === 0x0a) number++;
  return oneLine(`line ${number}: expected ${lineAt(expected, start)}, got ${lineAt(actual, start)}`);
}

function lineAt(text: Buffer, start: number): string {
  if (start >= text.length) return 'the end';
  const end = text.indexOf(0x0a, start);
  const line = text.subarray(start, Math.min(end < 0 ? text.length : end, start + 80));
  return JSON.stringify(line.toString('utf8'));
}

/** `undefined reference` and its like say more than the summary before or after them. */
function linkError(stderr: string): string | undefined {
  return lines(stderr).find((line) =>
    /undefined reference|undefined symbol|multiple definition|defined twice|duplicate|cannot find|relocation/i.test(
      line,
    ),
  );
}

/** Both sides of the first difference in a diff's output, or undefined if it isn't one. */
function diffDetail(output: string): string | undefined {
  const all = lines(output);
  const whole = all.find((line) => /\bdiffer: (?:byte|char) \d+|^Binary files .* differ/.test(line));
  if (whole !== undefined) return whole;
  const left = all.find((line) => /^(?:< |-(?!--))/.test(line));
  const right = all.find((line) => /^(?:> |\+(?!\+\+))/.test(line));
  const isDiff = all.some(
    (line) => /^(?:@@ |\d+(?:,\d+)?[acd]\d+)/.test(line) && DIFF_LINE.test(left ?? right ?? ''),
  );
  return isDiff ? [left, right].filter((line) => line !== undefined).join(' | ') : undefined;
}

/** With the last that the program itself said; shells add a line that only names the signal. */
function withLast(what: string, output: string): string {
  const last = lines(output)
    .filter((line) => !CRASH_LINE.test(line))
    .at(-1);
  return last === undefined ? what : `${what}: ${last}`;
}

const lines = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');

const oneLine = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a program's output may hold any byte
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return plain.length > LONGEST_DETAIL ? `${plain.slice(0, LONGEST_DETAIL - 1)}…` : plain;
};
