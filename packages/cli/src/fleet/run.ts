// `swarm run`: from settings to a fleet that works, and to what is told of it at its end.

import { EXIT, type ExitCode } from '@swarm/core';
import { type FleetEnd, runFleet } from '@swarm/fleet';
import type { Told } from '../terminal/told.js';
import { openRun, type RunRequest } from './open-run.js';
import { reachText } from './reach.js';
import { seatingOf } from './seats.js';
import type { RunSettings } from './settings.js';
import { costText, type Standing } from './standing.js';
import { watchStop } from './stop-request.js';

export async function runAgents(request: RunRequest): Promise<Told> {
  const { settings, stop } = request;
  const opened = await openRun(request);
  const { run, standing } = opened;
  const release = watchStop(opened.folder, (how) => {
    stop.drain.cancel();
    if (how === 'now') stop.abort.cancel();
  });
  let why: string | undefined;
  try {
    const seats = await opened.makeSeats();
    const wish = {
      seats,
      until: settings.until,
      once: settings.once,
      drain: stop.drain,
      shrink: settings.shrink,
    };
    const end = await runFleet(wish, await opened.shared());
    return told(run, end, standing, opened.log);
  } catch (error) {
    why = `it could not begin: ${(error as Error).message}`;
    throw error;
  } finally {
    release();
    await opened.close(why);
  }
}

function told(run: string, end: FleetEnd, standing: Standing, log: string): Told {
  const { landed, superseded, handedBack, workedMs, why, stoppedBy } = end;
  const pace = workedMs === 0 ? undefined : landed / (workedMs / 3_600_000);
  const { sessions, usage } = standing.totals;
  return {
    document: {
      schema: 'swarm.run/1',
      run,
      ...{ landed, superseded, handedBack, sessions, usage, why, stoppedBy: stoppedBy ?? null, log },
      landedPerAgentHour: pace ?? null,
    },
    lines: [
      `LANDED ${landed}, superseded ${superseded}, handed back ${handedBack}, ${sessions} sessions${costText(usage, landed)}${paceText(pace)}`,
      `stopped: ${why}`,
      `log: ${log}`,
    ],
    exit: exitOf(end),
  };
}

/** Landings of one agent in an hour. */
const paceText = (pace: number | undefined): string =>
  pace === undefined ? '' : `, ${pace < 10 ? pace.toFixed(1) : Math.round(pace)} landed per agent and hour`;

/** Nothing more is wrong than that a limit was reached: partial. */
function exitOf({ stoppedBy, landed, superseded, handedBack }: FleetEnd): ExitCode {
  if (stoppedBy === 'limit') return EXIT.partial;
  if (stoppedBy === 'breaker') return EXIT.refused;
  if (stoppedBy === 'trouble') return EXIT.environment;
  if (stoppedBy === 'base') return EXIT.inconclusive;
  return landed + superseded + handedBack === 0 ? EXIT.nothing : EXIT.done;
}

/** Nothing was begun. */
export function dryRun(settings: RunSettings, open: number): Told {
  const { roles, isolation, gate, sample, workspaces } = settings;
  const reach = reachText(isolation, workspaces.network);
  const agents = seatingOf(settings).length;
  const each = roles.map(
    ({ role, agents, backend, every }) =>
      `${agents} ${role}${agents === 1 ? '' : 's'} with ${backend}${every === undefined ? '' : ', in rounds'}`,
  );
  const document = {
    schema: 'swarm.run-plan/1',
    agents,
    roles: roles.map(({ role, agents, backend, every }) => ({
      role,
      agents,
      backend,
      rounds: every !== undefined,
    })),
    ...{ isolation, reach, gate, sample, open },
  };
  return {
    document,
    lines: [
      `would run ${agents} ${agents === 1 ? 'agent' : 'agents'}, each in a ${isolation}, on ${open} open tasks`,
      ...each,
      `they reach: ${reach}`,
      `checks: the task's own command${sample ? ', a sample of the tests' : ''}${gate ? ', the gate' : ''}`,
    ],
    exit: open === 0 ? EXIT.nothing : EXIT.done,
  };
}
