// `swarm.verification/1`: what `swarm verify --json` prints. The JSON Schema is docs/schemas/swarm.verification.1.json.

import { EXIT, type ExitCode } from '@swarm/core';
import type { RejectedEntry } from '../bisect/document.js';
import { count, oneLine, seconds } from '../terminal/line.js';

export interface VerifyDocument {
  readonly schema: 'swarm.verification/1';
  /** `inconclusive`: the test fails with everything from the oracle, or says nothing. */
  readonly verdict: 'green' | 'red' | 'inconclusive';
  readonly members: readonly string[];
  /** The members that failed together, when it is red. */
  readonly failing?: readonly string[];
  readonly outcome?: { readonly kind: string; readonly detail: string };
  readonly rejected: readonly RejectedEntry[];
  readonly notes: readonly string[];
  readonly stats: {
    readonly probes: number;
    readonly compiles: { readonly target: number; readonly oracle: number };
    readonly seconds: number;
  };
}

export function exitOf({ verdict }: VerifyDocument): ExitCode {
  if (verdict === 'green') return EXIT.done;
  return verdict === 'red' ? EXIT.refused : EXIT.inconclusive;
}

const MAX_LINE = 300;
const MAX_NOTES = 4;

/** The lines to print: the result first, for grep. */
export function renderVerify(document: VerifyDocument): string[] {
  const { verdict, stats, notes } = document;
  const cost = `${count(stats.probes, 'probe')}, compiles ${stats.compiles.target} target + ${stats.compiles.oracle} oracle, ${seconds(stats.seconds * 1000)}`;
  const shown = notes.slice(0, MAX_NOTES).map((note) => oneLine(`note: ${note}`, MAX_LINE));
  return [oneLine(`${verdict.toUpperCase()} ${said(document)}`, MAX_LINE), ...shown, cost];
}

function said({ verdict, members, failing, outcome, rejected }: VerifyDocument): string {
  const names = (some: readonly string[]) =>
    some.length <= 3 ? some.join(' + ') : `${some.slice(0, 3).join(' + ')} and ${some.length - 3} more`;
  if (verdict === 'green') return `${names(members)}: compiled by the target, the test passes`;
  if (rejected.length > 0) {
    const more = rejected.length > 1 ? ` (and ${rejected.length - 1} more)` : '';
    return `${rejected[0]!.unit}${more}: rejected: ${rejected[0]!.reason}`;
  }
  const what = outcome === undefined ? 'no outcome' : `${outcome.kind}: ${outcome.detail}`;
  return verdict === 'red' ? `${names(failing ?? members)}: ${what}` : what;
}
