// `swarm run`: from settings to a fleet that works, and to what is told of it at its end.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Cancellation, EXIT, type ExitCode } from '@swarm/core';
import {
  type Amount,
  BackOff,
  Breaker,
  type FleetEnd,
  type FleetEvent,
  Lane,
  Ledger,
  runFleet,
} from '@swarm/fleet';
import { openLog, openStateFolder } from '@swarm/host';
import { openPlace, removeWorkspace } from '@swarm/tasks';
import type { FoundBackend } from '../agents/discovery.js';
import type { Told } from '../terminal/told.js';
import { openChecks } from './checks.js';
import { systemClock } from './clock.js';
import { clearLeftovers } from './leftovers.js';
import { checkLogin } from './login.js';
import { restoreMoney } from './past-money.js';
import { fleetFolder } from './past-runs.js';
import type { RoleSettings } from './roles.js';
import { runId } from './run-id.js';
import { makeSeats, seatingOf } from './seats.js';
import type { RunSettings } from './settings.js';
import { costText, Standing } from './standing.js';
import { watchStop } from './stop-request.js';

interface RunStop {
  /** Said once: sessions finish. */
  readonly drain: Cancellation;
  /** Said again: they are ended. */
  readonly abort: Cancellation;
}

export interface RunRequest {
  readonly settings: RunSettings;
  /** By role. */
  readonly backends: ReadonlyMap<string, FoundBackend>;
  readonly stop: RunStop;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tempDir: string;
  readonly onEvent: (event: FleetEvent, standing: Standing) => void;
}

/** How many rounds of equal bad ends are too many, over all agents. */
const BREAKER = 8;
const MOST_REBASES = 10;

export async function runAgents(request: RunRequest): Promise<Told> {
  const { settings, stop, env, tempDir } = request;
  const { dir, remote, branch } = settings.tasks;
  const { root } = settings.workspaces;
  checkLogin(settings.login, env.HOME ?? homedir());
  const place = await openPlace({ dir, remote, env, ...(root === undefined ? {} : { root }) });
  const ending = new AbortController();
  await clearLeftovers(place, settings.tasks, ending.signal);
  const run = runId(new Date());
  const state = await openStateFolder(place.repository);
  const folder = join(fleetFolder(state), run);
  const log = openLog(folder, 'run');
  const standing = new Standing();
  const startedMs = performance.now();
  const keep = loggedNow();
  const tell = (event: FleetEvent): void => {
    const { kind, ...data } = event;
    const atMs = performance.now() - startedMs;
    if (keep(event, atMs)) log.event(kind, data);
    standing.note(event, atMs);
    request.onEvent(event, standing);
  };
  const landing = new AbortController();
  stop.abort.onCancel(() => landing.abort());
  const checks = await openChecks({
    repository: place.repository,
    branch,
    timeLimitMs: settings.checkLimitMs,
    prepare: settings.prepare,
    sample: settings.sample,
    gate: settings.gate,
    certify: settings.certify,
    signal: ending.signal,
    env,
    pass: settings.pass,
    tempDir,
  });
  const made: string[] = [];
  const release = watchStop(folder, (how) => {
    stop.drain.cancel();
    if (how === 'now') stop.abort.cancel();
  });
  try {
    const parts = { ...request, place, checks, logs: folder, signal: ending.signal, landing: landing.signal };
    const seats = await makeSeats(parts, (workspace) => made.push(workspace));
    let sessions = 0;
    const ledger = new Ledger(settings.limits, largestSession(settings.roles));
    const goneOn = await restoreMoney(ledger, state, run, new Date());
    if (goneOn !== undefined) tell({ kind: 'gone-on', ...goneOn });
    const end = await runFleet(
      { seats, until: settings.until, once: settings.once, drain: stop.drain },
      {
        run,
        clock: systemClock,
        tell,
        ledger,
        backOff: new BackOff(),
        breaker: new Breaker(BREAKER),
        lane: new Lane(),
        maxAttempts: settings.attempts,
        maxRebases: MOST_REBASES,
        abort: stop.abort,
        random: Math.random,
        nameSession: (agent) => `${String(++sessions).padStart(4, '0')}-${agent}`,
      },
    );
    return told(run, end, standing, log.path);
  } finally {
    release();
    ending.abort();
    await checks.close();
    for (const name of made) await removeWorkspace(place, name, true);
    log.close();
  }
}

/** How often what a session has used is logged while it runs: what is known of it after a kill. */
const PROGRESS_MS = 5_000;

/** Is an event logged? All are, but for progress of a session that was logged a moment ago. */
function loggedNow(): (event: FleetEvent, atMs: number) => boolean {
  const last = new Map<string, number>();
  return (event, atMs) => {
    if (event.kind !== 'session-progress') return true;
    if (atMs - (last.get(event.session) ?? Number.NEGATIVE_INFINITY) < PROGRESS_MS) return false;
    last.set(event.session, atMs);
    return true;
  };
}

function told(run: string, end: FleetEnd, standing: Standing, log: string): Told {
  const { landed, superseded, handedBack, why, stoppedBy } = end;
  const { sessions, usage } = standing.totals;
  return {
    document: {
      schema: 'swarm.run/1',
      run,
      ...{ landed, superseded, handedBack, sessions, usage, why, stoppedBy: stoppedBy ?? null, log },
    },
    lines: [
      `LANDED ${landed}, superseded ${superseded}, handed back ${handedBack}, ${sessions} sessions${costText(usage, landed)}`,
      `stopped: ${why}`,
      `log: ${log}`,
    ],
    exit: exitOf(end),
  };
}

/** Nothing more is wrong than that a limit was reached: partial. */
function exitOf({ stoppedBy, landed, superseded, handedBack }: FleetEnd): ExitCode {
  if (stoppedBy === 'limit') return EXIT.partial;
  if (stoppedBy === 'breaker') return EXIT.refused;
  if (stoppedBy === 'trouble') return EXIT.environment;
  return landed + superseded + handedBack === 0 ? EXIT.nothing : EXIT.done;
}

/** What one session of any role may take, where all have a limit. */
function largestSession(roles: readonly RoleSettings[]): Amount {
  const most = (what: 'usd' | 'tokens') => Math.max(...roles.map(({ session }) => session[what] ?? Infinity));
  return { usd: most('usd'), tokens: most('tokens') };
}

/** Nothing was begun. */
export function dryRun(settings: RunSettings, open: number): Told {
  const { roles, isolation, gate, sample } = settings;
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
    ...{ isolation, gate, sample, open },
  };
  return {
    document,
    lines: [
      `would run ${agents} ${agents === 1 ? 'agent' : 'agents'}, each in a ${isolation}, on ${open} open tasks`,
      ...each,
      `checks: the task's own command${sample ? ', a sample of the tests' : ''}${gate ? ', the gate' : ''}`,
    ],
    exit: open === 0 ? EXIT.nothing : EXIT.done,
  };
}
