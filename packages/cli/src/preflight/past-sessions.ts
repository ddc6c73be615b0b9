// What sessions of earlier runs took, and what came of them, from the logs that are here.

import { join } from 'node:path';
import { fleetFolder, runNames } from '../fleet/past-runs.js';
import { readEvents } from '../report/run-log.js';

export interface PastSessions {
  readonly count: number;
  /** The median. */
  readonly seconds: number;
  /** The share that landed. */
  readonly landedShare: number;
  /** On average; undefined where none said. */
  readonly usd: number | undefined;
}

/** So many runs are read, the newest. */
const RUNS = 20;
/** Fewer sessions say too little. */
const LEAST = 5;

/** Undefined where there were too few. */
export async function pastSessions(state: string): Promise<PastSessions | undefined> {
  const fleet = fleetFolder(state);
  const seconds: number[] = [];
  const usd: number[] = [];
  let landed = 0;
  for (const run of (await runNames(fleet)).slice(0, RUNS))
    for (const event of (await readEvents(join(fleet, run))) ?? []) {
      if (event.kind === 'landed') landed++;
      if (event.kind !== 'session-ended') continue;
      seconds.push(Number(event.wallMs) / 1000);
      const spent = (event.usage as { readonly usd?: number } | undefined)?.usd;
      if (spent !== undefined) usd.push(spent);
    }
  if (seconds.length < LEAST) return undefined;
  return {
    count: seconds.length,
    seconds: seconds.sort((a, b) => a - b)[seconds.length >> 1]!,
    landedShare: Math.min(1, landed / seconds.length),
    usd: usd.length === 0 ? undefined : usd.reduce((sum, each) => sum + each, 0) / usd.length,
  };
}
