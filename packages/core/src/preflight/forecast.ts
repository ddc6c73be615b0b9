// What N agents would land in an hour, and at what cost: a closed queue with one server.
//
// An agent works for a session's time and then comes to the gate, where work is checked and landed one after the other. That is the machine
// repairman's queue; its throughput is found by mean value analysis (Reiser and Lavenberg 1980), from k - 1 agents to k: who arrives finds the
// queue that k - 1 leave. The analysis is exact where times are exponential, and a little low where they are steady.
//
// Of what comes to the gate, some isn't good, and some conflicts with what others landed since it was begun: each landing of the others meets it
// in a file with the measured chance, and half of those meetings are taken to be conflicts.

export interface Pace {
  readonly sessionSeconds: number;
  /** To check and land one piece of work. */
  readonly gateSeconds: number;
  /** The share of sessions whose work is good. */
  readonly goodShare: number;
  /** The chance that two pieces of work have a file in common. */
  readonly overlapShare: number;
  /** Undefined where nobody knows. */
  readonly usdPerSession: number | undefined;
}

export interface Forecast {
  readonly agents: number;
  readonly landedPerHour: number;
  /** The share of sessions that are lost to conflicts with other agents. */
  readonly conflictShare: number;
  readonly usdPerLanded: number | undefined;
}

/** How many of the meetings in a file are conflicts. */
const CONFLICTS = 0.5;
const HOUR = 3600;

/** For 1 to `most` agents. */
export function forecastsOf(pace: Pace, most: number): Forecast[] {
  const { sessionSeconds, goodShare, overlapShare, usdPerSession } = pace;
  const gate = Math.max(pace.gateSeconds, 1e-3);
  const forecasts: Forecast[] = [];
  let queue = 0;
  for (let agents = 1; agents <= most; agents++) {
    const atGate = gate * (1 + queue);
    const perSecond = agents / (sessionSeconds + atGate);
    queue = perSecond * atGate;
    // While one agent works, each of the others lands about one good piece of work.
    const conflictShare = 1 - (1 - overlapShare * CONFLICTS) ** ((agents - 1) * goodShare);
    const landing = goodShare * (1 - conflictShare);
    forecasts.push({
      agents,
      landedPerHour: perSecond * landing * HOUR,
      conflictShare,
      usdPerLanded: usdPerSession === undefined || landing === 0 ? undefined : usdPerSession / landing,
    });
  }
  return forecasts;
}

/** An agent is worth it as long as it adds this share of what the first one does. */
const WORTH = 0.25;

/** The largest number of agents of which the last one still adds enough. */
export function worthwhile(forecasts: readonly Forecast[]): number {
  const [first] = forecasts;
  if (first === undefined) return 0;
  let last = first;
  for (const next of forecasts.slice(1)) {
    if (next.landedPerHour - last.landedPerHour < WORTH * first.landedPerHour) break;
    last = next;
  }
  return last.agents;
}
