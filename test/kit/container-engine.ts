// Podman with a store of its own and an image that is made here from the machine's programs. Where a machine doesn't let
// anybody raise resource limits, podman's runtime fails to set them; so a wrapper takes them out of what it is told.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Folder } from './folder.ts';
import { needs } from './needs.ts';

const IMAGE = 'swarm-test:1';
const PROGRAMS = [
  'bash',
  'sh',
  'cat',
  'ls',
  'ps',
  'id',
  'touch',
  'mkdir',
  'mv',
  'rm',
  'env',
  'sleep',
  'git',
  'head',
  'ln',
  'tr',
  'seq',
];

export interface ContainerEngine {
  readonly image: string;
  /** For whoever runs podman. */
  readonly env: Readonly<Record<string, string>>;
}

/** An engine that has run a container; undefined, said aloud (or thrown, see `needs`), where none can be. */
export function containerEngine(folder: Folder): ContainerEngine | undefined {
  if (!needs('podman', 'runc')) return undefined;
  const env = writeSettings(folder);
  const podman = (...words: string[]) =>
    spawnSync('podman', words, { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 60_000 });
  const imported = podman('import', '--quiet', makeRoot(folder), IMAGE);
  const ran = podman('run', '--rm', '--network', 'none', IMAGE, 'sh', '-c', 'echo inside');
  if (imported.status === 0 && ran.stdout === 'inside\n') return { image: IMAGE, env };
  const reason = `podman can't run a container here: ${(imported.stderr + ran.stderr).trim().split('\n').at(-1)}`;
  if (process.env.SWARM_REQUIRE_ALL === '1') throw new Error(`${reason}, and SWARM_REQUIRE_ALL=1`);
  process.stderr.write(`SKIP: ${reason}\n`);
  return undefined;
}

/** A tar of a root file system with a few of this machine's programs and the libraries that they need. */
function makeRoot(folder: Folder): string {
  const root = folder.path('root');
  for (const name of ['bin', 'usr/bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'run'])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of PROGRAMS) {
    const program = realpathSync(execFileSync('which', [name], { encoding: 'utf8' }).trim());
    const linked = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/[^ ]+/g) ?? [];
    for (const file of [program, ...linked]) copyInto(root, file);
    if (!existsSync(join(root, 'bin', name))) symlinkSync(program, join(root, 'bin', name));
  }
  execFileSync('tar', ['-C', root, '-cf', folder.path('root.tar'), '.']);
  return folder.path('root.tar');
}

function copyInto(root: string, file: string): void {
  const to = join(root, file);
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(file, to, { dereference: true });
}

function writeSettings(folder: Folder): Record<string, string> {
  const real = execFileSync('which', ['runc'], { encoding: 'utf8' }).trim();
  const runc = folder.write(
    'bin/runc',
    `#!/bin/bash
# runc, told no resource limits.
for ((i = 1; i < $#; i++)); do
  [[ \${!i} == --bundle || \${!i} == -b ]] || continue
  next=$((i + 1))
  '${process.execPath}' -e 'const fs = require("fs");
    const file = process.argv[1] + "/config.json";
    const config = JSON.parse(fs.readFileSync(file, "utf8"));
    delete config.process.rlimits;
    fs.writeFileSync(file, JSON.stringify(config));' "\${!next}"
done
exec '${real}' "$@"
`,
  );
  folder.write(
    'containers.conf',
    `[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n[engine.runtimes]\nrunc = ["${runc}"]\n`,
  );
  folder.write(
    'storage.conf',
    `[storage]\ndriver = "vfs"\ngraphroot = "${folder.path('store')}"\nrunroot = "${folder.path('run')}"\n`,
  );
  return {
    CONTAINERS_CONF: folder.path('containers.conf'),
    CONTAINERS_STORAGE_CONF: folder.path('storage.conf'),
  };
}
