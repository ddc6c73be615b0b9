// Running a command in a workspace: isolated as the workspace says, within its limits, with an environment of its own, and with
// its exit status passed on. Nothing of it is left afterwards; what a killed swarm leaves, the next start finds by its cookie.

import { basename, delimiter } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import {
  createRunner,
  createWorkDir,
  makeFolder,
  runAttached,
  type Usage,
  writeFileAtomic,
} from '@swarm/host';
import { DiskWatch } from './disk-watch.js';
import type { Place } from './place.js';
import type { WorkspaceRecord } from './record.js';
import { bubblewrapWords, containerName, containerWords, ENGINES_OWN, type Entry } from './sandbox.js';

export interface ExecRequest {
  readonly argv: readonly string[];
  /** Added to what the workspace gives. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PASSED_ON = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ', 'NO_COLOR', 'COLORTERM'];
const ENGINE_FAILED = 125;

/**
 * Run a command with our own streams. Gives its exit status, 128 and the signal's number for a signal. Throws `not-started`
 * (exit 3), `workspace-limit` (exit 1) when it took more than the workspace may, and `interrupted` (exit 130).
 */
export async function execIn(place: Place, record: WorkspaceRecord, request: ExecRequest): Promise<number> {
  const { layout } = place;
  const { name, limits } = record;
  makeFolder(layout.runs(name), 'workspace');
  const work = await createWorkDir(layout.runs(name));
  for (const part of ['tmp', 'shm']) makeFolder(`${work.path}/${part}`, 'workspace');
  const cookie = basename(work.path);
  const entry: Entry = {
    argv: request.argv,
    env: { ...environment(place, record, work.path), ...request.env },
    scratch: work.path,
    cookie,
  };
  const disk = new DiskWatch([layout.tree(name), layout.home(name), work.path], limits.diskBytes);
  const container = record.isolation === 'container';
  const engine = record.container?.engine ?? '';
  try {
    const result = await runAttached({
      ...entered(place, record, entry),
      cookie,
      cwd: layout.tree(name),
      holdsOthers: record.isolation === 'bubblewrap',
      processLimits: container ? [] : processLimits(record),
      ...(container ? { lastWish: [engine, 'kill', containerName(cookie)] } : {}),
      exceeded: (usage) => disk.excess() ?? excess(record, usage),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    if (container && (result.exit.kind !== 'exited' || result.exceeded !== undefined))
      await removeContainer(place, engine, cookie);
    if (result.exceeded !== undefined) throw overLimit(name, result.exceeded);
    return statusOf(record, request, result.exit);
  } finally {
    await work.remove();
    await writeUsage(place, record, await disk.close());
  }
}

type Exit = Awaited<ReturnType<typeof runAttached>>['exit'];

function statusOf(record: WorkspaceRecord, { argv }: ExecRequest, exit: Exit): number {
  switch (exit.kind) {
    case 'not-started':
      throw new SwarmError(`workspace ${record.name}: ${argv[0]} could not be started: ${exit.reason}`, {
        code: 'not-started',
        exit: EXIT.environment,
        hint: 'see that the program is there, also from inside',
      });
    case 'aborted':
      throw new SwarmError(`workspace ${record.name}: interrupted`, {
        code: 'interrupted',
        exit: EXIT.interrupted,
        hint: 'the workspace is kept as it is',
      });
    case 'exited':
      if (record.isolation === 'container' && exit.code === ENGINE_FAILED)
        throw new SwarmError(`workspace ${record.name}: the container could not be started`, {
          code: 'container-failed',
          exit: EXIT.environment,
          hint: `see what ${record.container?.engine} said above; try it with ${record.container?.image} by hand`,
        });
      return exit.code;
  }
}

/** The program to start, and the environment that it starts in. An engine also needs what says where its images are. */
function entered({ layout, env }: Place, record: WorkspaceRecord, entry: Entry) {
  switch (record.isolation) {
    case 'bubblewrap':
      return { argv: bubblewrapWords(layout, record, entry), env: entry.env };
    case 'container': {
      const inside = Object.entries(entry.env).filter(([name]) => !ENGINES_OWN.has(name));
      const own = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const words = containerWords(layout, record, entry);
      return { argv: words, env: { ...Object.fromEntries(own), ...Object.fromEntries(inside) } };
    }
    default:
      return { argv: entry.argv, env: entry.env };
  }
}

/** What is passed on by name, and what is the workspace's own. */
function environment(place: Place, record: WorkspaceRecord, scratch: string): Record<string, string> {
  const { layout } = place;
  const sandboxed = record.isolation === 'bubblewrap' || record.isolation === 'container';
  const passed = [...PASSED_ON, ...record.pass].flatMap((name) => {
    const value = place.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const { name, email } = record.author;
  return {
    PATH: sandboxed ? visiblePath(record) : (place.env.PATH ?? SYSTEM_PATH),
    ...Object.fromEntries(passed),
    HOME: layout.home(record.name),
    TMPDIR: sandboxed ? '/tmp' : `${scratch}/tmp`,
    SWARM_WORKSPACE: record.name,
    SWARM_AGENT: record.name,
    SWARM_CACHE: layout.cache(record.name),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** The system's own folders, and before them programs that the workspace may read besides. */
const visiblePath = (record: WorkspaceRecord): string =>
  [...record.readOnly.filter((path) => basename(path) === 'bin'), SYSTEM_PATH].join(delimiter);

/** For each process; what all of them take together is measured. */
function processLimits({ limits }: WorkspaceRecord): string[] {
  const { memoryBytes, diskBytes } = limits;
  return [
    '--core=0:0',
    ...(memoryBytes === undefined ? [] : [`--data=${memoryBytes}:${memoryBytes}`]),
    ...(diskBytes === undefined ? [] : [`--fsize=${diskBytes}:${diskBytes}`]),
    '--',
  ];
}

function excess({ limits, isolation }: WorkspaceRecord, usage: Usage): string | undefined {
  if (isolation === 'container') return undefined; // The engine holds them: its own processes are no children of ours.
  const { memoryBytes = Number.POSITIVE_INFINITY, processes = Number.POSITIVE_INFINITY } = limits;
  if (usage.memoryBytes > memoryBytes) return `took more than ${mebibytes(memoryBytes)} of memory`;
  if (usage.processes > processes + OWN_PROCESSES) return `ran more than ${processes} processes at once`;
  return undefined;
}

/** The leader, its guard, and bubblewrap's two. */
const OWN_PROCESSES = 4;

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

const overLimit = (name: string, what: string): SwarmError =>
  new SwarmError(`workspace ${name}: the command ${what} and was stopped`, {
    code: 'workspace-limit',
    exit: EXIT.refused,
    hint: 'raise the limit when the workspace is made, or make the command smaller',
  });

/** A container is no child of ours: it ends when its engine is told. Killed first: `rm` alone would give it ten seconds. */
export async function removeContainer(place: Place, engine: string, cookie: string): Promise<void> {
  const runner = createRunner({ jobs: 1 });
  const name = containerName(cookie);
  try {
    for (const words of [
      ['kill', name],
      ['rm', '--force', name],
    ])
      await runner.run({ argv: [engine, ...words], cwd: place.layout.root, timeLimitMs: 60_000 });
  } finally {
    await runner.close();
  }
}

const writeUsage = (place: Place, { name }: WorkspaceRecord, diskBytes: number): Promise<void> =>
  writeFileAtomic(place.layout.usage(name), `${JSON.stringify({ diskBytes })}\n`).catch(() => {}); // An estimate, no more.
