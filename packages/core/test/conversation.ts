// Talks to a search as a runner would, and holds it to the rules of the conversation: nothing is asked twice, and
// nothing that has been answered is asked again. Answers can come out of order, late, and for probes nobody wants.

import {
  type Answer,
  type Outcome,
  type Probe,
  probeId,
  type Search,
  type SearchOptions,
  type SearchReport,
} from '../src/index.js';

export const OPTIONS: SearchOptions = { width: 1, confidence: 0.999, repeat: 1, enumerate: 0 };

export interface Conversation {
  readonly report: SearchReport;
  /** In the order in which the search was given them. */
  readonly answers: readonly Answer[];
}

/** What a probe says, and what it cost if that matters. */
export type Oracle = (probe: Probe) => Outcome;

export interface Manner {
  /** Probes in flight at once. */
  readonly width?: number;
  /** Answers a random part of what is in flight, in random order. Without it, each round is answered as it was asked. */
  readonly random?: () => number;
  readonly costMs?: (probe: Probe, outcome: Outcome) => number;
}

/** Answers until there is a report. */
export function converse(search: Search, oracle: Oracle, manner: Manner = {}): Conversation {
  const { width = 1, random, costMs } = manner;
  const flights = new Map<string, Probe>();
  const answers: Answer[] = [];
  const answered = new Set<string>();
  let step = search.next([]);
  while (!step.done) {
    const wanted = [...step.value.needs, ...step.value.may];
    if (step.value.needs.length === 0) throw new Error('needs nothing and has no report');
    const ids = wanted.map(probeId);
    const again = ids.find((id, i) => answered.has(id) || ids.indexOf(id) < i);
    if (again !== undefined) throw new Error(`asked twice: ${again}`);
    for (const probe of wanted.slice(0, width)) flights.set(probeId(probe), probe);
    const landed = landing([...flights.values()], random).map((probe): Answer => {
      const outcome = oracle(probe);
      return { probe, outcome, costMs: costMs?.(probe, outcome) ?? 100 };
    });
    for (const { probe } of landed) {
      flights.delete(probeId(probe));
      answered.add(probeId(probe));
    }
    answers.push(...landed);
    step = search.next(landed);
  }
  return { report: step.value, answers };
}

/** Which of the probes in flight answer now. */
function landing(flights: readonly Probe[], random: (() => number) | undefined): Probe[] {
  if (random === undefined) return [...flights];
  const drawn = flights
    .map((probe) => ({ probe, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ probe }) => probe);
  return drawn.slice(0, 1 + Math.floor(random() * drawn.length));
}

/** The members of each culprit, as numbers of units that are named u0, u1, ... */
export const membersOf = (report: SearchReport): number[][] =>
  report.culprits.map(({ members }) => members.map((member) => Number(member.slice(1))));

/** What may not depend on how the probes were run. */
export const findings = ({ verdict, culprits, notes }: SearchReport) => ({ verdict, culprits, notes });
