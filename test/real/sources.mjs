// Upstream sources of the real programs: the tarballs of Debian's source packages, fetched through apt and kept.
// apt works on a private list and private folders, so the machine's own sources, lists and caches are not touched;
// the mirror and its keyring are those that the machine already trusts. apt checks what it fetches.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { debianMirrors } from './mirror.mjs';

const cache = join(import.meta.dirname, '..', '..', '.swarm', 'real-cache');

/** The release whose versions the expected results hold for. */
const RELEASE = 'bookworm';
const UPSTREAM = {
  cmark: '0.30.2',
  'lua5.4': '5.4.4',
  sed: '4.9',
  jq: '1.6',
  sqlite3: '3.40.1',
  mbedtls: '2.28.3',
  tcc: '0.9.27+git20200814.62c30a4a',
  zlib: '1.2.13.dfsg',
};

/** Finds the tarball in the cache, else fetches those of all the packages at once. */
export function sourceOf(name) {
  const reason = cached(name) === undefined ? fetchAll() : undefined;
  const tarball = cached(name);
  if (tarball !== undefined) return { kind: 'ready', tarball };
  return { kind: 'missing', reason: reason ?? `${RELEASE} has no ${name} ${UPSTREAM[name]}` };
}

/** Fetches what the cache lacks, where it can be had: before tests that run side by side all want it. */
export function fetchSources() {
  if (Object.keys(UPSTREAM).some((name) => cached(name) === undefined)) fetchAll();
}

/** Unpacks a tarball into a folder, without the folder that everything in it is under, where there is one. */
export function unpack(tarball, dir) {
  mkdirSync(dirname(dir), { recursive: true });
  const draft = mkdtempSync(`${dir}.`);
  tar('-xf', tarball, '-C', draft);
  const [top, ...others] = readdirSync(draft);
  const from = others.length === 0 && statSync(join(draft, top)).isDirectory() ? join(draft, top) : draft;
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(from)) renameSync(join(from, name), join(dir, name));
  rmSync(draft, { recursive: true });
}

function tar(...words) {
  const done = spawnSync('tar', words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (done.status !== 0) throw new Error(`tar: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

function cached(name) {
  mkdirSync(cache, { recursive: true });
  const start = `${name}_${UPSTREAM[name]}.orig.tar.`;
  const file = readdirSync(cache).find((entry) => entry.startsWith(start) && !entry.endsWith('.asc'));
  return file === undefined ? undefined : join(cache, file);
}

/** Fetches every package from the first mirror that has them; says why when none has. */
function fetchAll() {
  const mirrors = debianMirrors();
  if (mirrors.length === 0) return 'no Debian mirror in the sources of apt';
  let reason;
  for (const mirror of mirrors) {
    reason = fetchFrom(mirror);
    if (reason === undefined) return undefined;
  }
  return reason;
}

function fetchFrom(mirror) {
  const work = mkdtempSync(join(cache, 'apt-'));
  try {
    const config = writeConfig(work, mirror);
    const updated = apt(config, work, 'update', '--error-on=any');
    if (updated !== undefined) return updated;
    const fetched = apt(config, work, 'source', '--download-only', '--tar-only', ...Object.keys(UPSTREAM));
    for (const file of readdirSync(work))
      if (file.includes('.orig.tar.')) renameSync(join(work, file), join(cache, file));
    return fetched;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The private list and apt's configuration; read last by apt, so that it wins over the machine's. */
function writeConfig(work, mirror) {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'parts'])
    mkdirSync(join(work, folder), { recursive: true });
  const trust = mirror.trust.map((field) => `${field}\n`).join('');
  const stanza = `Types: deb-src\nURIs: ${mirror.uri}\nSuites: ${RELEASE}\nComponents: main\n${trust}`;
  writeFileSync(join(work, 'parts', 'real.sources'), stanza);
  const config = join(work, 'apt.conf');
  writeFileSync(
    config,
    `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "root";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "${join(work, 'parts')}";
Dir::State::lists "${join(work, 'lists')}";
Dir::Cache "${join(work, 'cache')}";
`,
  );
  return config;
}

/** Runs apt-get; its last error line when it fails. */
function apt(config, cwd, ...args) {
  const env = { ...process.env, LC_ALL: 'C' };
  const done = spawnSync('apt-get', ['-qq', '-c', config, ...args], { cwd, env, encoding: 'utf8' });
  if (done.error) return `apt-get: ${done.error.message}`;
  if (done.status === 0) return undefined;
  const errors = done.stderr.split('\n').filter((line) => line.startsWith('E:'));
  return `apt-get ${args[0]}: ${errors.at(-1)?.slice(2).trim() ?? `exit ${done.status}`}`;
}
