// The seats of a run: for each agent of each role a workspace, a way to the hub, and a backend's sessions.

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Seat, takenBy } from '@swarm/fleet';
import { programBackend } from '@swarm/host';
import {
  createWorkspace,
  hubPlace,
  isSandboxed,
  openBench,
  openEnclosure,
  type Place,
  removeWorkspace,
  type WorkspaceEntry,
} from '@swarm/tasks';
import type { FoundBackend } from '../agents/discovery.js';
import { pathOf } from '../agents/examination.js';
import { openSharedQueue } from '../queue/open.js';
import { openSharedHub } from '../task/session.js';
import { requestOf } from '../workspace/request.js';
import type { Checks } from './checks.js';
import { type Claiming, claimRound, claimTask } from './claiming.js';
import { type DeskParts, HubDesk } from './desk.js';
import { copyLogin } from './login.js';
import { ownPaths } from './own-program.js';
import { QueueLanding } from './queue-landing.js';
import type { RoleSettings } from './roles.js';
import { type SessionPlace, searchPath } from './session-place.js';
import type { RunSettings } from './settings.js';
import { expectSwarm, expectVisible } from './visibility.js';

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
  /** Ends the waiting for the landing queue. */
  readonly landing: AbortSignal;
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
  const looked = new Set<string>();
  for (const [index, { agent, role }] of seating.entries()) {
    const share = `${index + 1}/${seating.length}`;
    const isFirst = !looked.has(role.role);
    looked.add(role.role);
    seats.push(await makeSeat(parts, made, { agent, role, share, isFirst }));
  }
  return seats;
}

interface Sitter {
  readonly agent: string;
  readonly role: RoleSettings;
  /** Which agent of how many it is, as `sample-test` names it. */
  readonly share: string;
  /** Of its role. */
  readonly isFirst: boolean;
}

async function makeSeat(parts: SeatParts, made: (workspace: string) => void, sitter: Sitter): Promise<Seat> {
  const { agent, role } = sitter;
  const desk = new HubDesk(await deskParts(parts, made, sitter));
  const pages = { project: parts.settings.page, role: role.page };
  return {
    agent,
    role: role.role,
    backend: parts.backends.get(role.role)!.descriptor.name,
    desk,
    rounds: role.every !== undefined,
    pages,
    limits: role.session,
  };
}

async function deskParts(
  parts: SeatParts,
  made: (workspace: string) => void,
  { agent, role, share, isFirst }: Sitter,
): Promise<DeskParts> {
  const { settings, place, checks, signal } = parts;
  const { branch, ttlMs } = settings.tasks;
  const typed = { ...NOT_TYPED, isolation: settings.isolation, from: branch };
  const request = requestOf(agent, typed, settings.workspaces);
  const entry = await createWorkspace(place, {
    ...request,
    pass: [...new Set([...(request.pass ?? []), ...settings.pass])],
    ownerPid: process.pid,
  });
  made(agent);
  const own = { ...settings.tasks, ...hubPlace(place, entry.record) };
  const hub = await openSharedHub(own, signal);
  const queue = own.store === 'files' ? undefined : await openSharedQueue(own, parts.landing);
  const { descriptor } = parts.backends.get(role.role)!;
  const sessions = sessionPlace(parts, entry, role);
  if (isFirst && sessions.sandboxed)
    await expectPrograms(sessions, entry, descriptor.program, settings.sample);
  const claiming: Claiming = { hub, agent, ttlMs, takes: takenBy(role.role, settings.roles) };
  const { every } = role;
  return {
    share,
    workspace: agent,
    hub,
    queue: queue && new QueueLanding({ hub, queue, agent, signal: parts.landing }),
    bench: openBench(place, entry),
    checks,
    backend: () => descriptor.load({ program: programBackend }),
    place: sessions,
    branch,
    claim: () =>
      every === undefined
        ? claimTask(claiming)
        : claimRound({ ...claiming, role: role.role, every, now: () => new Date() }),
    remake: async () => {
      await removeWorkspace(place, agent, true);
      return deskParts(parts, () => {}, { agent, role, share, isFirst: false });
    },
  };
}

async function expectPrograms(
  sessions: SessionPlace,
  { record, path: workspace }: WorkspaceEntry,
  program: string | undefined,
  sample: boolean,
): Promise<void> {
  const { isolation } = record;
  const look = async (expectIt: typeof expectVisible, what: string) => {
    const enclosure = await sessions.enclose();
    const path = searchPath(sessions, enclosure);
    await expectIt(enclosure, { program: what, isolation, path, workspace });
  };
  if (program !== undefined) await look(expectVisible, program);
  if (sample) await look(expectSwarm, 'swarm');
}

/** All that a workspace is made with comes from the config. */
const NOT_TYPED = {
  keep: undefined,
  network: false,
  pass: undefined,
  'read-only': undefined,
  image: undefined,
  engine: undefined,
  dissociate: false,
  owner: undefined,
  memory: undefined,
  processes: undefined,
  disk: undefined,
};

function sessionPlace(
  { settings, backends, place, checks, logs, env, tempDir }: SeatParts,
  { record }: WorkspaceEntry,
  role: RoleSettings,
): SessionPlace {
  const { descriptor } = backends.get(role.role)!;
  const sandboxed = isSandboxed(record);
  const program = descriptor.program === undefined ? undefined : pathOf(descriptor.program, env.PATH ?? '');
  const home = env.HOME ?? homedir();
  return {
    descriptor,
    enclose: () =>
      openEnclosure(place, record, {
        freshHome: true,
        shows: [checks.bin, ...ownPaths()],
        scratchIn: tempDir,
      }),
    furnish: (to) => copyLogin(settings.login, home, to),
    logs: join(logs, 'sessions'),
    env,
    pass: settings.pass,
    bins: [...(sandboxed && program !== undefined ? [dirname(program)] : []), checks.bin],
    sandboxed,
    model: role.model,
    args: role.args,
    prices: settings.prices,
  };
}
