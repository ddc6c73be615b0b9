// What a run of a program showed, and how two runs differ. Pure.

import type { FailureKind } from '@swarm/core';
import type { Exit } from '@swarm/host';

/** One run: how it ended, and its standard output. */
export interface Observation {
  readonly exit: Exit;
  /** Hash of all of standard output. */
  readonly output: string;
  /** Its beginning, for people. */
  readonly head: string;
}

/** How the target's run differs from the oracle's. */
export interface Difference {
  readonly kind: Exclude<FailureKind, 'link'>;
  /** For a crash the signal; two crashes are the same failure by the same signal, or both by one that spoilt memory ends in. */
  readonly signal?: string;
  /** One line. */
  readonly detail: string;
}

/** The difference, or undefined where there is none or the oracle's own run is not sound. */
export function differenceOf(oracle: Observation, target: Observation): Difference | undefined {
  if (oracle.exit.kind !== 'exited' || oracle.exit.code >= 126) return undefined;
  const { exit } = target;
  if (exit.kind === 'timed-out')
    return { kind: 'hang', detail: 'still running when the oracle had long ended' };
  if (exit.kind === 'signalled') return { kind: 'crash', signal: exit.signal, detail: exit.signal };
  if (exit.kind !== 'exited') return undefined;
  if (target.output !== oracle.output)
    return { kind: 'wrong-output', detail: firstLine(oracle.head, target.head) };
  if (exit.code !== oracle.exit.code)
    return { kind: 'exit', detail: `exit status ${exit.code}, the oracle's is ${oracle.exit.code}` };
  return undefined;
}

/** Spoilt memory ends in one of these by where things happen to lie. */
const MEMORY: ReadonlySet<string | undefined> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT']);

export const isSame = (a: Difference | undefined, b: Difference): boolean =>
  a !== undefined &&
  a.kind === b.kind &&
  (a.signal === b.signal || (MEMORY.has(a.signal) && MEMORY.has(b.signal)));

/** Equal runs: same end, same output. */
export const agree = (a: Observation, b: Observation): boolean =>
  a.output === b.output && JSON.stringify(a.exit) === JSON.stringify(b.exit);

function firstLine(expected: string, actual: string): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const at = left.findIndex((line, i) => line !== right[i]);
  const line = at < 0 ? left.length : at;
  const shown = (text: string | undefined) =>
    text === undefined ? 'the end' : JSON.stringify(text.slice(0, 80));
  return `line ${line + 1}: expected ${shown(left[line])}, got ${shown(right[line])}`;
}
