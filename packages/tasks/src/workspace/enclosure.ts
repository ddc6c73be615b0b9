// What stands around a program in a workspace: isolated as the workspace says, within its limits, with a scratch folder of its own. Nothing
// of it is left when it is closed; what a killed swarm leaves, the next start finds by its cookie.

import { basename, delimiter, join } from 'node:path';
import { type Enclosure, type HostRule, type ProcessUsage, readHostRule, type Started } from '@swarm/core';
import {
  createRunner,
  createWorkDir,
  type Gateway,
  makeFolder,
  openGateway,
  watchMarked,
  writeFileAtomic,
} from '@swarm/host';
import { DiskWatch } from './disk-watch.js';
import { authorVariables, type Place } from './place.js';
import { hostsOf, isSandboxed, type WorkspaceRecord } from './record.js';
import {
  bubblewrapWords,
  containerName,
  containerWords,
  ENGINES_OWN,
  type Entry,
  HOSTS,
  HOSTS_TEXT,
} from './sandbox.js';

export interface EnclosureWish {
  /** In a sandbox: more that is seen, read-only, besides what the workspace says. */
  readonly shows?: readonly string[];
  /** A home that only this program has, in place of the workspace's. */
  readonly freshHome?: boolean;
  /** Where its scratch folder is, outside of sandboxes; left out: at the workspace. */
  readonly scratchIn?: string;
  /** In a sandbox: another tree, in place of all that the workspace has. */
  readonly tree?: string;
  /** Told of each host that its programs want to reach and may not, once. */
  readonly onRefused?: (target: string, why: string) => void;
}

/** One program of those that run inside, where there are several. */
interface Entrant extends Started {
  readonly cwd?: string;
  /** More that it may write. */
  readonly folders?: readonly string[];
  /** Unique among them. */
  readonly number?: number;
}

export interface OpenEnclosure extends Enclosure {
  /** What its processes are found by: SWARM_RUN=<cookie>. */
  readonly cookie: string;
  readonly home: string;
  /** A private folder, gone when it is closed. */
  readonly folder: string;
  enter(program: Entrant): Started;
  /** What the workspace sets in the environment of its programs. */
  readonly env: Readonly<Record<string, string>>;
  /** Holds programs that have `mark` in their environment to the workspace's limits, as many as there are at once, until it is told to stop. */
  watch(): LimitWatch;
  readonly mark: Readonly<Record<string, string>>;
  /** End what is no child of ours, as a container, of the program with this number. Cheap where there is none. */
  endOthers(number?: number): Promise<void>;
  close(): Promise<void>;
}

interface LimitWatch {
  /** What a program that was killed since took too much of; else it was ended otherwise. */
  readonly excess: () => string | undefined;
  readonly stop: () => void;
}

const MARK = 'SWARM_ENCLOSURE';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PASSED_ON = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ', 'NO_COLOR', 'COLORTERM'];

export async function openEnclosure(
  place: Place,
  record: WorkspaceRecord,
  wish: EnclosureWish = {},
): Promise<OpenEnclosure> {
  const { layout } = place;
  const { shows = [], freshHome = false, scratchIn, tree } = wish;
  const { name, limits } = record;
  makeFolder(layout.runs(name), 'workspace');
  const work = await createWorkDir(
    isSandboxed(record) ? layout.runs(name) : (scratchIn ?? layout.runs(name)),
  );
  for (const part of ['tmp', 'shm', ...(freshHome ? ['home'] : [])])
    makeFolder(join(work.path, part), 'workspace', 0o700);
  if (isSandboxed(record)) await writeFileAtomic(join(work.path, HOSTS), HOSTS_TEXT);
  const gateway = await gatewayOf(record, work.path, wish.onRefused).catch(async (error: unknown) => {
    await work.remove();
    throw error;
  });
  const cookie = basename(work.path);
  const home = freshHome ? join(work.path, 'home') : layout.home(name);
  const own = tree === undefined ? [layout.tree(name), layout.home(name)] : [tree];
  const disk = new DiskWatch([...own, work.path], limits.diskBytes);
  const container = record.isolation === 'container';
  const engine = record.container?.engine ?? '';
  const entry = {
    ...{ scratch: work.path, home, shows },
    ...(tree === undefined ? {} : { tree }),
    ...(gateway === undefined ? {} : { gateway }),
  };
  const nameOf = (number?: number) => (number === undefined ? cookie : `${cookie}.${number}`);
  const exceeded =
    Object.keys(limits).length === 0
      ? {}
      : { exceeded: (usage: ProcessUsage) => disk.excess() ?? excess(record, usage) };
  return {
    ...exceeded,
    mark: { [MARK]: cookie },
    watch: () => {
      let said: string | undefined;
      const stop = watchMarked(exceeded, { variable: MARK, value: cookie }, (what) => {
        said = what;
      });
      return { excess: () => said, stop };
    },
    cookie,
    home,
    folder: work.path,
    env: { ...environment(place, record, work.path, home), ...gateway?.env },
    enter: ({ number, ...program }) => entered(place, record, { ...entry, name: nameOf(number), ...program }),
    processLimits: container ? [] : processLimits(record),
    holdsOthers: record.isolation === 'bubblewrap',
    lastWish: container ? [engine, 'kill', containerName(cookie)] : [],
    endOthers: async (number) => {
      if (container) await removeContainer(place, engine, containerName(nameOf(number)));
    },
    close: async () => {
      await gateway?.close();
      await work.remove();
      await writeUsage(place, record, await disk.close());
    },
  };
}

/** Where only some hosts may be reached. Throws `no-relay` (exit 3). */
async function gatewayOf(
  record: WorkspaceRecord,
  scratch: string,
  onRefused: EnclosureWish['onRefused'],
): Promise<Gateway | undefined> {
  const rules = hostsOf(record)
    .map(readHostRule)
    .filter((rule): rule is HostRule => !('problem' in rule));
  if (rules.length === 0) return undefined;
  const folder = join(scratch, 'sockets');
  makeFolder(folder, 'workspace', 0o700);
  return openGateway({ rules, folder, ...(onRefused === undefined ? {} : { onRefused }) });
}

/** The program to start, and the environment that it starts in. An engine also needs what says where its images are. */
function entered({ layout, env }: Place, record: WorkspaceRecord, entry: Entry): Started {
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
function environment(
  place: Place,
  record: WorkspaceRecord,
  scratch: string,
  home: string,
): Record<string, string> {
  const { layout } = place;
  const passed = [...PASSED_ON, ...record.pass].flatMap((name) => {
    const value = place.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    PATH: isSandboxed(record) ? visiblePath(record) : (place.env.PATH ?? SYSTEM_PATH),
    ...Object.fromEntries(passed),
    HOME: home,
    TMPDIR: isSandboxed(record) ? '/tmp' : join(scratch, 'tmp'),
    SWARM_WORKSPACE: record.name,
    SWARM_AGENT: record.name,
    SWARM_CACHE: layout.cache(record.name),
    ...authorVariables(record),
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
  ];
}

function excess(record: WorkspaceRecord, usage: ProcessUsage): string | undefined {
  const { limits, isolation } = record;
  if (isolation === 'container') return undefined; // The engine holds them: its own processes are no children of ours.
  const { memoryBytes = Number.POSITIVE_INFINITY, processes = Number.POSITIVE_INFINITY } = limits;
  if (usage.memoryBytes > memoryBytes) return `took more than ${mebibytes(memoryBytes)} of memory`;
  const own = OWN_PROCESSES + (hostsOf(record).length > 0 ? 1 : 0);
  if (usage.processes > processes + own) return `ran more than ${processes} processes at once`;
  return undefined;
}

/** The leader, its guard, and bubblewrap's two; the relay is one more. */
const OWN_PROCESSES = 4;

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** A container is no child of ours: it ends when its engine is told. Killed first: `rm` alone would give it ten seconds. */
async function removeContainer(place: Place, engine: string, name: string): Promise<void> {
  await askEngine(place, [engine, 'kill', name]);
  await askEngine(place, [engine, 'rm', '--force', name]);
}

/** Those of all programs of an enclosure whose swarm was killed. */
export async function removeContainers(place: Place, engine: string, cookie: string): Promise<void> {
  const words = [
    engine,
    'ps',
    '--all',
    '--format',
    '{{.Names}}',
    '--filter',
    `name=${containerName(cookie)}`,
  ];
  for (const name of (await askEngine(place, words)).split('\n').filter((line) => line !== ''))
    await removeContainer(place, engine, name);
}

async function askEngine(place: Place, argv: readonly string[]): Promise<string> {
  const runner = createRunner({ jobs: 1, outside: true });
  try {
    return (await runner.run({ argv, cwd: place.layout.root, timeLimitMs: 60_000 })).stdout;
  } finally {
    await runner.close();
  }
}

const writeUsage = (place: Place, { name }: WorkspaceRecord, diskBytes: number): Promise<void> =>
  writeFileAtomic(place.layout.usage(name), `${JSON.stringify({ diskBytes })}\n`).catch(() => {}); // An estimate, no more.
