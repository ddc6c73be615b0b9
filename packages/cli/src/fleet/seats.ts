// The seats of a run: for each agent of each role a workspace, a way to the hub, and a backend's sessions.

import { join } from 'node:path';
import { type Seat, takenBy } from '@swarm/fleet';
import { programBackend } from '@swarm/host';
import { createWorkspace, openBench, type Place } from '@swarm/tasks';
import type { FoundBackend } from '../agents/discovery.js';
import { openSharedHub } from '../task/session.js';
import type { Checks } from './checks.js';
import { type Claiming, claimRound, claimTask } from './claiming.js';
import { HubDesk } from './desk.js';
import type { RoleSettings } from './roles.js';
import type { SessionPlace } from './session-place.js';
import type { RunSettings } from './settings.js';

export interface SeatParts {
  readonly settings: RunSettings;
  /** By role. */
  readonly backends: ReadonlyMap<string, FoundBackend>;
  readonly place: Place;
  readonly checks: Checks;
  /** Where what sessions print is kept. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tempDir: string;
  readonly signal: AbortSignal;
}

/** Who is to sit where: names and roles, in order. */
export function seatingOf({ roles, name, namesRoles }: Pick<RunSettings, 'roles' | 'name' | 'namesRoles'>) {
  return roles.flatMap((role) => {
    const prefix = namesRoles
      ? [name, role.role].filter((it) => it !== undefined).join('-')
      : (name ?? 'agent');
    return Array.from({ length: role.agents }, (_, index) => ({ agent: `${prefix}-${index + 1}`, role }));
  });
}

/** Make them all; `made` is told of each workspace as soon as it is there. */
export async function makeSeats(parts: SeatParts, made: (workspace: string) => void): Promise<Seat[]> {
  const seating = seatingOf(parts.settings);
  const seats: Seat[] = [];
  for (const [index, { agent, role }] of seating.entries())
    seats.push(await makeSeat(parts, made, agent, role, `${index + 1}/${seating.length}`));
  return seats;
}

async function makeSeat(
  parts: SeatParts,
  made: (workspace: string) => void,
  agent: string,
  role: RoleSettings,
  share: string,
): Promise<Seat> {
  const { settings, place, checks, signal } = parts;
  const { branch, ttlMs } = settings.tasks;
  const entry = await createWorkspace(place, {
    name: agent,
    isolation: settings.isolation,
    from: branch,
    ownerPid: process.pid,
  });
  made(agent);
  const hub = await openSharedHub({ ...settings.tasks, dir: entry.path, remote: 'origin' }, signal);
  const { descriptor } = parts.backends.get(role.role)!;
  const claiming: Claiming = { hub, agent, ttlMs, takes: takenBy(role.role, settings.roles) };
  const { every } = role;
  const desk = new HubDesk({
    share,
    hub,
    bench: openBench(place, entry),
    checks,
    backend: () => descriptor.load({ program: programBackend }),
    place: sessionPlace(parts, agent, role),
    branch,
    claim: () =>
      every === undefined
        ? claimTask(claiming)
        : claimRound({ ...claiming, role: role.role, every, now: () => new Date() }),
  });
  const pages = { project: settings.page, role: role.page };
  return {
    agent,
    role: role.role,
    backend: descriptor.name,
    desk,
    rounds: every !== undefined,
    pages,
    limits: role.session,
  };
}

function sessionPlace(
  { settings, backends, checks, logs, env, tempDir }: SeatParts,
  agent: string,
  role: RoleSettings,
): SessionPlace {
  const passed = Object.fromEntries(
    settings.pass.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  );
  return {
    descriptor: backends.get(role.role)!.descriptor,
    tempDir,
    logs: join(logs, 'sessions'),
    env,
    extra: { ...passed, PATH: checks.path, SWARM_AGENT: agent },
    wrap: [],
    model: role.model,
    args: role.args,
    price: undefined,
  };
}
