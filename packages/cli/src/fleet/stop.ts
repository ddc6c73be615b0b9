// `swarm stop`: asks the runs of this repository to stop, and says what is there where none is.

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SwarmError } from '@swarm/core';
import { count } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { currentRuns, type FleetRun, fleetFolder, isAlive, readFleetRun } from './past-runs.js';
import { askToStop, type StopHow } from './stop-request.js';

export interface StopWish {
  /** The repository's state folder. */
  readonly state: string;
  /** Only this run. */
  readonly run: string | undefined;
  readonly how: StopHow;
  /** Until they are over. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

const LOOK_MS = 500;

/** Throws `no-run` (exit 2) for a run that isn't there. */
export async function stopRuns({ state, run, how, wait, signal }: StopWish): Promise<Told> {
  const fleet = fleetFolder(state);
  const found = run === undefined ? await currentRuns(fleet, new Date()) : [await named(fleet, run)];
  const alive = found.filter(isAlive);
  for (const { folder } of alive) await askToStop(folder, how);
  const after = wait ? await Promise.all(alive.map((each) => ended(fleet, each, signal))) : alive;
  const lines = after.map((each) => lineOf(each, how, wait));
  return {
    document: {
      schema: 'swarm.stop/1',
      how,
      runs: after.map(({ run, standing }) => ({ run, over: wait, landed: standing.totals.landed })),
    },
    lines: alive.length > 0 ? lines : [nothingLine(found[0])],
    exit: alive.length > 0 ? EXIT.done : EXIT.nothing,
  };
}

async function named(fleet: string, run: string): Promise<FleetRun> {
  const found = /^[\w-]+$/.test(run) ? await readFleetRun(fleet, run, new Date()) : undefined;
  if (found !== undefined) return found;
  throw new SwarmError(`run ${JSON.stringify(run)}: there is none in ${fleet}`, {
    code: 'no-run',
    exit: EXIT.usage,
    hint: '`swarm status` names those that are under way',
  });
}

async function ended(fleet: string, run: FleetRun, signal: AbortSignal): Promise<FleetRun> {
  for (;;) {
    const now = (await readFleetRun(fleet, run.run, new Date())) ?? run;
    if (!isAlive(now)) return now;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function lineOf({ run, standing }: FleetRun, how: StopHow, waited: boolean): string {
  if (waited) return `STOPPED ${run}: landed ${standing.totals.landed}`;
  const working = [...standing.agents.values()].filter(({ task }) => task !== undefined).length;
  return how === 'now'
    ? `STOPPING ${run}: its sessions are ended, and their claims given back`
    : `STOPPING ${run}: ${count(working, 'agent')} may finish; \`swarm stop --now\` ends them`;
}

function nothingLine(last: FleetRun | undefined): string {
  if (last === undefined) return 'no agents run here, and none have';
  if (last.state === 'over')
    return `no agents run here; the last run, ${last.run}, stopped: ${last.standing.stopped}`;
  return `no agents run here; the process of ${last.run} is gone: the next run cleans up after it, and goes on with its work`;
}
