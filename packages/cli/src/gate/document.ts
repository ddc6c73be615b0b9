// The document of a decision, swarm.gate/1, and the lines that people read.

import {
  count,
  type Difference,
  EXIT,
  type ExitCode,
  type GateDecision,
  seconds,
  type Tampering,
} from '@swarm/core';
import type { Told } from '../terminal/told.js';
import type { Approval } from './approval.js';
import type { Subject } from './subject.js';

export interface GateDocument {
  readonly schema: 'swarm.gate/1';
  readonly verdict: GateDecision['verdict'];
  readonly base: Subject['base'];
  readonly candidate: Subject['candidate'];
  readonly approval?: Approval;
  /** The change can't be built: why. */
  readonly broken?: string;
  readonly tampering: readonly Tampering[];
  /** The first hundred; all are in the folder of the log. */
  readonly differences: readonly Difference[];
  readonly counts: GateDecision['counts'];
  readonly tighten: GateDecision['tighten'];
  readonly tests: GateDecision['tests'];
  readonly baseline: { readonly key: string; readonly measured: boolean };
  readonly reruns: number;
  /** It was allowed before, and nothing was run. */
  readonly reused?: boolean;
  /** The certificate that was put at the hub: the trees that it names. */
  readonly certificate?: { readonly tree: string; readonly base: string };
  readonly seconds: number;
  /** All that is known, for `swarm gate explain`. */
  readonly log: string;
}

export const SHOWN_DIFFERENCES = 100;
const SHOWN_LINES = 7;

const EXITS: Readonly<Record<GateDecision['verdict'], ExitCode>> = {
  allow: EXIT.done,
  refuse: EXIT.refused,
  inconclusive: EXIT.inconclusive,
  nothing: EXIT.nothing,
};

export function toldOf(document: GateDocument): Told {
  const problems = problemLines(document);
  const shown = problems.slice(0, SHOWN_LINES);
  const more = problems.length - shown.length;
  return {
    document,
    lines: [
      ...shown,
      ...(more > 0 ? [`... ${more} more: ${document.log}`] : []),
      summary(document),
      `log: ${document.log}`,
    ],
    exit: EXITS[document.verdict],
  };
}

/** What blocks, and what is undecided, each a line that grep finds. */
function problemLines({ broken, tampering, differences }: GateDocument): string[] {
  const bad = differences.filter(({ effect }) => effect === 'blocks' || effect === 'undecided');
  if (broken !== undefined)
    return [`ERROR build: ${broken}; ${count(bad.length, 'test')} that passed on the base can't run`];
  return [
    ...tampering.map(({ what, reason }) => `ERROR ${what}: ${reason}`),
    ...bad.map(({ test, kind, reason }) => `ERROR ${test}: ${kind}: ${reason}`),
  ];
}

const WORDS: Readonly<Record<GateDecision['verdict'], string>> = {
  allow: 'ALLOWED',
  refuse: 'REFUSED',
  inconclusive: 'INCONCLUSIVE',
  nothing: 'NOTHING',
};

function summary(document: GateDocument): string {
  const { verdict, base, candidate, tests, counts, reruns, approval, reused, tampering, tighten } = document;
  const parts = [
    `${shortName(candidate.name)} on ${shortName(base.name)}`,
    reused ? 'allowed before' : `${count(tests.candidate, 'test')} in ${seconds(1000 * document.seconds)}`,
    ...(tampering.length === 0 ? [] : [`${count(tampering.length, 'change')} to what judges it`]),
    ...Object.entries(counts).map(([kind, n]) => `${n} ${kind}`),
    ...(reruns === 0 ? [] : [count(reruns, 'rerun')]),
    ...(tighten.length === 0 ? [] : [`${count(tighten.length, 'line')} of swarm/*.txt to take out`]),
    ...(approval === undefined ? [] : [`approved by ${approval.by}`]),
    ...(document.certificate === undefined ? [] : ['certified']),
  ];
  return `${WORDS[verdict]} ${parts.join('; ')}`;
}

/** Ids of commits are cut as git cuts them. */
export const shortName = (name: string): string => (/^[0-9a-f]{40,}$/.test(name) ? name.slice(0, 10) : name);
