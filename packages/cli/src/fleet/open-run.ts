// A run of agents, opened: its log, its workspaces, its checks and its money; and all of it closed again.

import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cancellation } from '@swarm/core';
import {
  type Amount,
  BackOff,
  Breaker,
  type FleetEvent,
  Lane,
  Ledger,
  type Seat,
  type Shared,
} from '@swarm/fleet';
import { openLog, openStateFolder } from '@swarm/host';
import { openPlace, type Place, removeWorkspace } from '@swarm/tasks';
import type { FoundBackend } from '../agents/discovery.js';
import { openChecks } from './checks.js';
import { systemClock } from './clock.js';
import { clearLeftovers } from './leftovers.js';
import { checkLogin } from './login.js';
import { restoreMoney } from './past-money.js';
import { fleetFolder } from './past-runs.js';
import { given, type RoleSettings } from './roles.js';
import { runId } from './run-id.js';
import { makeSeats } from './seats.js';
import type { RunSettings } from './settings.js';
import { Standing } from './standing.js';

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

export interface OpenRun {
  readonly run: string;
  readonly place: Place;
  /** Its own, beneath the state folder. */
  readonly folder: string;
  /** The log's path. */
  readonly log: string;
  readonly standing: Standing;
  /** The agents' seats: what can be wrong with them was found out. */
  makeSeats(): Promise<Seat[]>;
  /** What all agents share, with the money that earlier runs spent. */
  shared(): Promise<Shared>;
  /** Remove what was made. `why`: the log's last word, where it has none yet. */
  close(why?: string): Promise<void>;
}

/** How many rounds of equal bad ends are too many, over all agents. */
const BREAKER = 8;
const MOST_REBASES = 10;

/** Throws what opening the hub, the repository and logins throws. */
export async function openRun(request: RunRequest): Promise<OpenRun> {
  const { settings, stop, env, tempDir } = request;
  const { dir, remote, branch } = settings.tasks;
  const { root } = settings.workspaces;
  checkLogin(settings.login, env.HOME ?? homedir());
  const place = await openPlace({ dir, remote, env, ...(root === undefined ? {} : { root }) });
  const ending = new AbortController();
  // Each agent listens.
  setMaxListeners(0, ending.signal);
  const state = await openStateFolder(place.repository);
  await clearLeftovers({ place, tasks: settings.tasks, state, tempDir, signal: ending.signal });
  const run = runId(new Date());
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
  setMaxListeners(0, landing.signal);
  stop.abort.onCancel(() => landing.abort());
  const checks = await openChecks({
    repository: place.repository,
    branch,
    workspaces: place.layout.root,
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
  const refused = new Set<string>();
  const onRefused = (agent: string, host: string, why: string): void => {
    if (!refused.has(host)) tell({ kind: 'host-refused', agent, host, why });
    refused.add(host);
  };
  const made: string[] = [];
  const parts = {
    ...request,
    place,
    checks,
    onRefused,
    logs: folder,
    signal: ending.signal,
    landing: landing.signal,
  };
  return {
    ...{ run, place, folder, log: log.path, standing },
    makeSeats: () => makeSeats(parts, (workspace) => made.push(workspace)),
    shared: async () => {
      const ledger = new Ledger(settings.limits, sessionLimits(settings.roles));
      const goneOn = await restoreMoney(ledger, state, run, new Date());
      if (goneOn !== undefined) tell({ kind: 'gone-on', ...goneOn });
      let sessions = 0;
      return {
        ...{ run, clock: systemClock, tell, ledger },
        backOff: new BackOff(),
        breaker: new Breaker(BREAKER),
        lane: new Lane(systemClock),
        maxAttempts: settings.attempts,
        maxRebases: MOST_REBASES,
        abort: stop.abort,
        random: Math.random,
        nameSession: (agent) => `${String(++sessions).padStart(4, '0')}-${agent}`,
      };
    },
    close: async (why = 'it is over') => {
      // Who reads the log must not take it for one that was killed.
      if (standing.stopped === undefined) tell({ kind: 'fleet-stopped', why });
      ending.abort();
      await checks.close();
      for (const name of made) await removeWorkspace(place, name, true);
      log.close();
    },
  };
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

/** What one session of each role may take. */
const sessionLimits = (roles: readonly RoleSettings[]): Record<string, Amount> =>
  Object.fromEntries(roles.map(({ role, session: { usd, tokens } }) => [role, given({ usd, tokens })]));
