// How a command is entered into a workspace's isolation: the words that run it there, and what it sees. From inside a sandbox
// (bubblewrap or a container) only the workspace, its own home, /tmp and cache can be written; the system is read-only, and
// nothing else of the machine is there: no home, no other workspace, no process, and no network unless it was asked for. Where some hosts
// may be reached there is none either, but a gateway's sockets, and its relay in front of each program.
//
// What git outside will read again is read-only too: the clone's settings and hooks. `.git` itself is a mount, so that it can't
// be moved away and replaced.

import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, relayWords } from '@swarm/host';
import type { Layout, WorkspaceRecord } from './record.js';

/** One command about to run. */
export interface Entry {
  readonly argv: readonly string[];
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  /** Its own /tmp, gone after it. */
  readonly scratch: string;
  /** Names it among all commands of the machine. */
  readonly name: string;
  readonly home: string;
  /** More that is seen, read-only. */
  readonly shows: readonly string[];
  /** Another tree in place of all that the workspace has: its `.git` is read-only. */
  readonly tree?: string;
  /** The way to the hosts that may be reached. */
  readonly gateway?: Gateway;
  /** More that can be written. */
  readonly folders?: readonly string[];
  /** Where it starts. Default: at the tree's top. */
  readonly cwd?: string;
}

/** Paths that a sandbox shows, each at its own place. */
interface Mount {
  readonly path: string;
  readonly from?: string;
  readonly writable: boolean;
}

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Of /etc only what programs need to start: no keys, no passwords, no host's own settings. */
const SETTINGS = [
  'alternatives',
  'bash.bashrc',
  'ca-certificates.conf',
  'fonts',
  'gitattributes',
  'group',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'passwd',
  'protocols',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'terminfo',
].map((name) => `/etc/${name}`);
const RESOLVER = ['/etc/resolv.conf', '/etc/hosts', '/etc/host.conf', '/etc/gai.conf'];

/** The words that run a command inside bubblewrap. */
export function bubblewrapWords(layout: Layout, record: WorkspaceRecord, entry: Entry): string[] {
  const words = ['bwrap', '--die-with-parent', '--new-session', '--unshare-all', '--cap-drop', 'ALL'];
  words.push('--hostname', record.name);
  const hasNetwork = record.network === true;
  if (hasNetwork) words.push('--share-net');
  for (const path of SYSTEM) words.push(...systemWords(path));
  for (const path of [...SETTINGS, ...(hasNetwork ? RESOLVER : [])]) words.push('--ro-bind-try', path, path);
  words.push('--proc', '/proc', '--dev', '/dev', '--bind', join(entry.scratch, 'shm'), '/dev/shm');
  for (const { path, from = path, writable } of mounts(layout, record, entry))
    words.push(writable ? '--bind' : '--ro-bind', from, path);
  if (!hasNetwork) words.push('--ro-bind', join(entry.scratch, HOSTS), '/etc/hosts');
  // Its own root holds only the way to the mounts.
  words.push('--remount-ro', '/', '--chdir', startOf(layout, record, entry));
  return [...words, '--', ...startWords(entry)];
}

/** A system folder, or the link that it is where the system has merged its folders under /usr. */
function systemWords(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

export const containerName = (cookie: string): string => `swarm-${cookie}`;

/** The words that run a command in a container; docker and podman understand them alike. */
export function containerWords(layout: Layout, record: WorkspaceRecord, entry: Entry): string[] {
  const { engine, image } = record.container!;
  const { memoryBytes, processes } = record.limits;
  const words = [engine, 'run', '--rm', '--interactive', '--name', containerName(entry.name)];
  words.push('--hostname', record.name, '--network', record.network === true ? networkOf(engine) : 'none');
  words.push('--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges');
  words.push('--security-opt', 'label=disable', '--pull', 'never');
  words.push('--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`);
  if (memoryBytes !== undefined) words.push('--memory', String(memoryBytes));
  if (processes !== undefined) words.push('--pids-limit', String(processes));
  for (const { path, from = path, writable } of mounts(layout, record, entry))
    words.push('--mount', `type=bind,source=${from},target=${path}${writable ? '' : ',readonly'}`);
  words.push('--workdir', startOf(layout, record, entry));
  // By name: a value on a command line could be read by anybody on the machine. Not so what the engine has itself.
  for (const [name, value] of Object.entries(entry.env))
    words.push('--env', ENGINES_OWN.has(name) ? `${name}=${value}` : name);
  return [...words, image, ...startWords(entry)];
}

/** The engine needs its own values of these; ours are no secrets. */
export const ENGINES_OWN: ReadonlySet<string> = new Set([
  'HOME',
  'PATH',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_STATE_HOME',
]);

/** Each engine's own separate network: never the host's. */
const networkOf = (engine: string): string =>
  /podman$/.test(engine) && process.getuid?.() !== 0 ? 'slirp4netns' : 'bridge';

/** In the scratch folder: the names that a sandbox without a network knows. */
export const HOSTS = 'hosts';
export const HOSTS_TEXT = '127.0.0.1 localhost\n::1 localhost\n';

/** Where the gateway is inside. */
const RELAY = '/swarm-network/relay';
const SOCKETS = '/swarm-network/sockets';

const startWords = ({ gateway, argv }: Entry): readonly string[] =>
  gateway === undefined ? argv : relayWords(gateway, RELAY, SOCKETS, argv);

const ofGateway = ({ relay, folder }: Gateway): Mount[] => [
  { path: RELAY, from: relay, writable: false },
  { path: SOCKETS, from: folder, writable: false },
];

const startOf = (layout: Layout, { name }: WorkspaceRecord, { cwd, tree }: Entry): string =>
  cwd ?? tree ?? layout.tree(name);

/** What is seen, outer places first. */
function mounts(layout: Layout, record: WorkspaceRecord, entry: Entry): Mount[] {
  const tmp = { path: '/tmp', from: join(entry.scratch, 'tmp'), writable: true };
  const own = entry.tree === undefined ? ofWorkspace(layout, record) : ofTree(entry.tree);
  return [
    tmp,
    ...seen([...record.readOnly, ...entry.shows]),
    ...own,
    { path: entry.home, writable: true },
    ...(entry.folders ?? []).map((path) => ({ path, writable: true })),
    ...(entry.gateway === undefined ? [] : ofGateway(entry.gateway)),
  ];
}

const seen = (paths: readonly string[]): Mount[] => paths.map((path) => ({ path, writable: false }));

const ofTree = (tree: string): Mount[] => [
  { path: tree, writable: true },
  { path: join(tree, '.git'), writable: false },
];

function ofWorkspace(layout: Layout, record: WorkspaceRecord): Mount[] {
  const { name } = record;
  const tree = layout.tree(name);
  const kept = record.keep.map((path) => ({
    path: join(tree, path),
    from: join(layout.cache(name), path),
    writable: true,
  }));
  return [
    ...seen(record.borrows),
    { path: tree, writable: true },
    { path: join(tree, '.git'), writable: true },
    { path: join(tree, '.git', 'config'), writable: false },
    { path: join(tree, '.git', 'hooks'), writable: false },
    { path: layout.cache(name), writable: true },
    ...kept,
  ];
}
