// Makes a fresh clone ready: the pinned pnpm through npm, installed packages, built packages, oclif's manifest.
// Does nothing that is already done, so that `npm run demo` and `npm test` start at once the second time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

/** Run a program, quiet unless it fails; its failure is ours. */
const run = (what, program, args, cwd = root) => {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, CI: 'true' } });
  if (done.status === 0) return;
  const reason = done.error ? done.error.message : `${done.stdout}${done.stderr}`.trim();
  process.stderr.write(`ERROR setup: ${what} failed\n${reason}\n`);
  process.exit(3);
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `ERROR setup: Node ${process.versions.node} is too old; install Node 20.19 or newer\n`,
  );
  process.exit(3);
}

const packages = ['packages', 'plugins'].flatMap((folder) =>
  existsSync(at(folder))
    ? readdirSync(at(folder))
        .map((name) => join(folder, name))
        .filter((folder) => existsSync(at(folder, 'package.json')))
    : [],
);
const manifests = [
  'package.json',
  'pnpm-workspace.yaml',
  'pnpm-lock.yaml',
  ...packages.map((dir) => join(dir, 'package.json')),
];
const wanted = createHash('sha256');
for (const file of manifests) wanted.update(readFileSync(at(file)));
const stamp = at('node_modules', '.swarm-setup');
const digest = wanted.digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  process.stderr.write('setup: installing packages (once)\n');
  const { packageManager } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  run('pnpm install', 'npx', ['--yes', packageManager, 'install', '--frozen-lockfile']);
  writeFileSync(stamp, digest);
}

run('tsc -b', process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-b']);

// The manifest spares the command line from loading every command at start-up; it follows the built commands.
const cli = at('packages', 'cli');
const manifest = join(cli, 'oclif.manifest.json');
const commands = join(cli, 'dist', 'commands');
const newest = Math.max(
  ...readdirSync(commands, { recursive: true }).map((name) => statSync(join(commands, name)).mtimeMs),
);
if (!existsSync(manifest) || statSync(manifest).mtimeMs < newest) {
  run(
    'oclif manifest',
    process.execPath,
    [join(cli, 'node_modules', 'oclif', 'bin', 'run.js'), 'manifest'],
    cli,
  );
}

// A bundle of it all loads in half the time. It is used as long as nothing was built after it.
const bundle = join(cli, 'bundle', 'package.json');
const built = [
  manifest,
  stamp,
  at('.ci', 'bundle.mjs'),
  ...readdirSync(at('packages')).map((name) => at('packages', name, 'dist', '.tsbuildinfo')),
];
const timeOf = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built.some((file) => timeOf(file) >= timeOf(bundle)))
  run('bundle', process.execPath, [at('.ci', 'bundle.mjs')]);
