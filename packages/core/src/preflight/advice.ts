// Does it pay to have many agents here, and how many? A pure decision over what was measured.

import { type Forecast, forecastsOf, type Pace, worthwhile } from './forecast.js';
import { type Cluster, clustersOf, type Failure } from './signature.js';

export interface PreflightFacts {
  /** What is to be done: open tasks, or where there is none, failing tests. */
  readonly failures: readonly Failure[];
  /** Nobody has made tasks of them yet. */
  readonly untasked: boolean;
  /** It is known which tests fail. */
  readonly tested: boolean;
  /** The base can't even be built: why. */
  readonly broken: string | undefined;
  /** The project has a build that can be bisected: a failure that holds everything can be taken apart. */
  readonly canBisect: boolean;
  readonly pace: Pace;
  /** Agents that the machine, or the person, allows. */
  readonly mostAgents: number;
}

/**
 * `parallel`: so many agents. `alone`: a second one adds too little. `split-first`: one failure hides or holds all others, and many agents would
 * do the same work. `nothing`: there is nothing to do.
 */
type PreflightVerdict = 'parallel' | 'alone' | 'split-first' | 'nothing';

export interface Advice {
  readonly verdict: PreflightVerdict;
  /** How many agents to run now. */
  readonly agents: number;
  readonly clusters: readonly Cluster[];
  /** For 1 agent up to twice what is advised, as far as there is work. */
  readonly forecasts: readonly Forecast[];
  /** Until all that is there is landed; undefined: never at this pace. */
  readonly hours: number | undefined;
  /** For all of it; undefined where nobody knows what a session costs. */
  readonly usd: number | undefined;
  /** Why, the weightiest first; each in one line. */
  readonly reasons: readonly string[];
  /** What to do next. */
  readonly next: string;
}

/** One cause of so many failures, that are so large a part of all, is worth mending first. */
const MANY = 4;
const LARGE_PART = 0.5;

const TASKS_FIRST = 'a task for each (swarm bisect --emit-tasks, or swarm task import with a JUnit report)';

export function adviceOf(facts: PreflightFacts): Advice {
  const { failures, broken, canBisect, pace, mostAgents } = facts;
  const clusters = clustersOf(failures);
  const pieces = clusters.length;
  const all = forecastsOf(pace, Math.max(1, Math.min(mostAgents, pieces)));
  const split = splitReason(facts, clusters);
  const agents = pieces === 0 && broken === undefined ? 0 : split === undefined ? worthwhile(all) : 1;
  const chosen = all[Math.max(agents, 1) - 1]!;
  const known = { clusters, forecasts: all.slice(0, Math.max(2 * agents, 2)), ...total(chosen, pieces) };
  if (split !== undefined) {
    const next =
      broken === undefined && canBisect
        ? 'swarm bisect --emit-tasks takes it apart'
        : 'have one agent, or a person, mend that first';
    return { verdict: 'split-first', agents: 1, ...known, reasons: [split], next };
  }
  if (agents === 0)
    return {
      verdict: 'nothing',
      agents,
      ...known,
      reasons: [facts.tested ? 'no open task, and no test fails' : 'no open task; tests were not run'],
      next: 'swarm plan, or swarm task add',
    };
  const reasons = [limitReason(facts, agents, all, pieces)];
  const verdict = agents === 1 ? 'alone' : 'parallel';
  const run = `swarm run -n ${agents}`;
  return { verdict, agents, ...known, reasons, next: facts.untasked ? `${TASKS_FIRST}, then ${run}` : run };
}

function splitReason(
  { failures, broken, canBisect }: PreflightFacts,
  clusters: readonly Cluster[],
): string | undefined {
  if (broken !== undefined) return `the base can't be built, so that no work on it can be judged: ${broken}`;
  const [largest] = clusters;
  if (largest === undefined) return undefined;
  const { signature, members } = largest;
  if (signature !== undefined && members.length >= MANY && members.length >= LARGE_PART * failures.length)
    return `one cause seems to be behind ${members.length} of ${failures.length}: ${signature}`;
  if (clusters.length === 1 && canBisect) return `all there is to do is one failure: ${members[0]}`;
  return undefined;
}

/** What keeps it from being more. */
function limitReason(
  { pace, mostAgents }: PreflightFacts,
  agents: number,
  all: readonly Forecast[],
  pieces: number,
): string {
  if (agents === pieces)
    return `there ${pieces === 1 ? 'is one independent piece' : `are ${pieces} independent pieces`} of work`;
  if (agents === mostAgents) return `more than ${mostAgents} were not asked for`;
  const next = all[agents]!;
  const capacity = 3600 / pace.gateSeconds;
  const gate =
    next.landedPerHour / Math.max(pace.goodShare * (1 - next.conflictShare), 1e-9) > 0.75 * capacity;
  return gate
    ? `the gate checks ${capacity.toFixed(1)} an hour, one after the other: agent ${agents + 1} would wait for it`
    : `agent ${agents + 1} would lose more to conflicts than it adds: ${percent(next.conflictShare)} of sessions`;
}

function total({ landedPerHour, usdPerLanded }: Forecast, pieces: number): Pick<Advice, 'hours' | 'usd'> {
  return {
    hours: landedPerHour === 0 ? undefined : pieces / landedPerHour,
    usd: usdPerLanded === undefined ? undefined : pieces * usdPerLanded,
  };
}

export const percent = (share: number): string => `${Math.round(100 * share)}%`;
