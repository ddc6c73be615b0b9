// What `swarm preflight` prints: the document swarm.preflight/1, and its lines for people.

import {
  type Advice,
  count,
  EXIT,
  type ExitCode,
  type Forecast,
  type Overlap,
  type Pace,
  percent,
} from '@swarm/core';
import type { Told } from '../terminal/told.js';

/** Where a figure comes from. */
type Source = 'measured' | 'given' | 'assumed';

export interface Preflight {
  readonly advice: Advice;
  readonly pace: Pace;
  readonly sources: Readonly<Record<'session' | 'gate' | 'good' | 'usd', Source>>;
  readonly overlap: Overlap;
  /** What overlap was measured on. */
  readonly overlapOf: 'tasks' | 'commits';
  readonly tasks: number;
  readonly tests: number | undefined;
  readonly failingTests: number;
  /** What sessions can reach, in words. */
  readonly reach: string;
}

const EXITS: Readonly<Record<Advice['verdict'], ExitCode>> = {
  parallel: EXIT.done,
  alone: EXIT.done,
  'split-first': EXIT.refused,
  nothing: EXIT.nothing,
};

export function preflightTold(preflight: Preflight): Told {
  const { advice, pace, sources, overlap, tasks, tests, failingTests, reach } = preflight;
  const document = {
    schema: 'swarm.preflight/1',
    ...{ verdict: advice.verdict, agents: advice.agents, reasons: advice.reasons, next: advice.next },
    reach,
    hours: advice.hours ?? null,
    usd: advice.usd ?? null,
    work: { tasks, tests: tests ?? null, failingTests, pieces: advice.clusters.length },
    clusters: advice.clusters.map(({ signature, members }) => ({ signature: signature ?? null, members })),
    overlap: { of: preflight.overlapOf, ...overlap },
    pace: { ...pace, usdPerSession: pace.usdPerSession ?? null, sources },
    forecasts: advice.forecasts.map((each) => ({ ...each, usdPerLanded: each.usdPerLanded ?? null })),
  };
  return { document, lines: linesOf(preflight), exit: EXITS[advice.verdict] };
}

function linesOf({
  advice,
  pace,
  sources,
  overlap,
  overlapOf,
  tasks,
  tests,
  failingTests,
  reach,
}: Preflight): string[] {
  const { clusters, reasons, next } = advice;
  const work = tasks > 0 ? count(tasks, 'open task') : count(failingTests, 'failing test');
  const told = tests === undefined || tasks === 0 ? '' : `; ${failingTests} of ${count(tests, 'test')} fail`;
  const same = clusters.filter(({ members }) => members.length > 1);
  const mute = clusters.some(({ signature }) => signature === undefined) && tasks === 0;
  const hot = overlap.hot[0] === undefined ? '' : `, most often ${overlap.hot[0].path}`;
  return [
    headline(advice),
    `why: ${reasons.join('; ')}`,
    `work: ${mute ? 'at most ' : ''}${count(clusters.length, 'independent piece')} in ${work}${told}`,
    ...same.slice(0, 2).map(({ signature, members }) => `same: ${members.length} say ${signature}`),
    overlap.works < 2
      ? `overlap: not known from ${count(overlap.works, overlapOf.slice(0, -1))}, so taken to be none`
      : `overlap: ${percent(overlap.share)} of pairs of ${overlap.works} ${overlapOf} have a file in common${hot}`,
    `pace: a session ${time(pace.sessionSeconds)} (${sources.session}), ${percent(pace.goodShare)} good (${sources.good}), the gate ${time(pace.gateSeconds)} (${sources.gate})`,
    `landed an hour: ${shown(advice.forecasts).join(', ')}`,
    `reach: ${reach}`,
    `next: ${next}`,
  ];
}

function headline({ verdict, agents, hours, usd, clusters }: Advice): string {
  if (verdict === 'nothing') return 'NOTHING TO DO';
  const money =
    usd === undefined ? 'at a cost that nobody knows (--session-usd)' : `for about $${usd.toFixed(2)}`;
  const about =
    hours === undefined
      ? 'never done at this pace'
      : `all ${clusters.length} in about ${time(3600 * hours)}, ${money}`;
  if (verdict === 'split-first') return 'SPLIT FIRST: one failure is in the way of all others';
  return `RUN ${count(agents, 'agent')}: ${about}`;
}

/** A few of them: doubling. */
const shown = (forecasts: readonly Forecast[]): string[] =>
  forecasts
    .filter(({ agents }, index) => (agents & (agents - 1)) === 0 || index === forecasts.length - 1)
    .map(({ agents, landedPerHour }) => `${agents}: ${landedPerHour.toPrecision(2)}`);

function time(seconds: number): string {
  if (seconds < 120) return `${seconds.toPrecision(2)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toPrecision(2)} h`;
}
