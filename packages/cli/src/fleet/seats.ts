// The seats of a run: for each agent of each role a workspace, a way to the hub, and a backend's sessions.

import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { BackendDescriptor, Cancel } from '@swarm/core';
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
import { Doors } from './doors.js';
import { copyLogin } from './login.js';
import { ownPaths } from './own-program.js';
import { QueueLanding } from './queue-landing.js';
import type { RoleSettings } from './roles.js';
import { type SessionPlace, searchPath } from './session-place.js';
import type { RunSettings } from './settings.js';
import { expectFiles, expectSwarm, expectVisible } from './visibility.js';

export interface SeatParts {
  readonly settings: RunSettings;
  /** By role. */
  readonly backends: ReadonlyMap<string, FoundBackend>;
  readonly place: Place;
  readonly checks: Checks;
  /** Told of each host that an agent's programs may not reach. */
  readonly onRefused: (agent: string, host: string, why: string) => void;
  /** Where what sessions print is kept. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tempDir: string;
  readonly signal: AbortSignal;
  /** From then on no agent begins. */
  readonly stop: { readonly drain: Cancel };
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

/**
 * One for each agent. The first of each role is open, and what its sessions need was found there; the others are made when their agents begin,
 * so that nobody waits for them. `made` is told of each workspace as soon as it is there.
 */
export async function makeSeats(parts: SeatParts, made: (workspace: string) => void): Promise<Seat[]> {
  const seating = seatingOf(parts.settings);
  const doors = new Doors();
  const firsts = new Map<string, HubDesk>();
  const seats = seating.map(({ agent, role }, index) => {
    const sitter = { agent, role, share: `${index + 1}/${seating.length}`, isFirst: !firsts.has(role.role) };
    const desk = new HubDesk(() =>
      doors.enter(async () => (parts.stop.drain.cancelled ? undefined : deskParts(parts, made, sitter))),
    );
    if (sitter.isFirst) firsts.set(role.role, desk);
    return seatOf(parts, sitter, desk);
  });
  for (const desk of firsts.values()) await desk.open();
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

const seatOf = ({ settings, backends }: SeatParts, { agent, role }: Sitter, desk: HubDesk): Seat => ({
  agent,
  role: role.role,
  backend: backends.get(role.role)!.descriptor.name,
  desk,
  rounds: role.every !== undefined,
  pages: { project: settings.page, role: role.page },
  limits: role.session,
});

async function deskParts(
  parts: SeatParts,
  made: (workspace: string) => void,
  sitter: Sitter,
): Promise<DeskParts> {
  const { settings, place } = parts;
  const { agent } = sitter;
  const { branch } = settings.tasks;
  const typed = { ...NOT_TYPED, isolation: settings.isolation, from: branch };
  const request = requestOf(agent, typed, settings.workspaces);
  const entry = await createWorkspace(place, {
    ...request,
    pass: [...new Set([...(request.pass ?? []), ...settings.pass])],
    ownerPid: process.pid,
  });
  try {
    const all = await partsIn(parts, entry, sitter);
    made(agent);
    return all;
  } catch (error) {
    await removeWorkspace(place, agent, true);
    throw error;
  }
}

async function partsIn(parts: SeatParts, entry: WorkspaceEntry, sitter: Sitter): Promise<DeskParts> {
  const { settings, place, checks, signal } = parts;
  const { branch, ttlMs } = settings.tasks;
  const { agent, role, share, isFirst } = sitter;
  const own = { ...settings.tasks, ...hubPlace(place, entry.record) };
  const hub = await openSharedHub(own, signal);
  const queue = own.store === 'files' ? undefined : await openSharedQueue(own, parts.landing);
  const { descriptor } = parts.backends.get(role.role)!;
  const sessions = sessionPlace(parts, entry, role);
  if (isFirst) expectFiles(descriptor.reads?.(role.args) ?? [], entry.path);
  if (isFirst && sessions.sandboxed)
    await expectPrograms(sessions, entry, programOf(descriptor, role), settings.sample);
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
      return deskParts(parts, () => {}, { ...sitter, isFirst: false });
    },
  };
}

const programOf = ({ program, programOf }: BackendDescriptor, { args }: RoleSettings): string | undefined =>
  program ?? programOf?.(args);

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
  host: undefined,
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
  { settings, backends, place, checks, logs, env, tempDir, onRefused }: SeatParts,
  { record }: WorkspaceEntry,
  role: RoleSettings,
): SessionPlace {
  const { descriptor } = backends.get(role.role)!;
  const sandboxed = isSandboxed(record);
  const program = descriptor.program === undefined ? undefined : pathOf(descriptor.program, env.PATH ?? '');
  const home = env.HOME ?? homedir();
  const files = (descriptor.reads?.(role.args) ?? []).filter(isAbsolute);
  return {
    descriptor,
    enclose: () =>
      openEnclosure(place, record, {
        freshHome: true,
        shows: [checks.bin, ...ownPaths(), ...files],
        scratchIn: tempDir,
        onRefused: (host, why) => onRefused(record.name, host, why),
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
