// A bisect's settings as the flags that say them again from the root of the repository: what the committed config says
// already is left out, paths are relative to the root, so that the command holds in any clean checkout.

import { isAbsolute, join, relative } from 'node:path';
import { createRunner, loadConfig, type ProcessRunner } from '@swarm/host';
import { configLayer } from './config-layer.js';
import { type BuildSettings, type Compiler, resolveSettings } from './settings.js';

/** Flags for settings, run at `root`: those beyond a checkout's config, or all of them. */
export async function restatedFlags(
  settings: BuildSettings,
  root: string,
  which: 'beyond-config' | 'all' = 'beyond-config',
): Promise<string[]> {
  if (which === 'all') return flagsBeyond(settings, {}, root);
  const runner = createRunner({ jobs: 1 });
  try {
    return flagsBeyond(settings, await committed(settings.dir, runner), root);
  } finally {
    await runner.close();
  }
}

/** What a clean checkout lacks that the flags count on, and what to do about it; undefined where it has all. */
export async function lackedByCheckout({ source }: BuildSettings, root: string): Promise<string | undefined> {
  if (source.kind !== 'database' || source.configure !== undefined) return undefined;
  const runner = createRunner({ jobs: 1 });
  try {
    if (await isCommitted(source.file, runner)) return undefined;
    return `no clean checkout has ${pathFrom(root, source.file)}: --configure CMD says how it is written`;
  } finally {
    await runner.close();
  }
}

/** What a checkout's config says by itself about this folder; nothing where git doesn't keep it. */
async function committed(dir: string, runner: ProcessRunner): Promise<Partial<BuildSettings>> {
  const { file } = await loadConfig(dir);
  if (file === undefined || !(await isCommitted(file, runner))) return {};
  try {
    const said = resolveSettings({ dir }, await configLayer(dir), dir, false);
    return said.kind === 'build' ? said : {};
  } catch {
    return {}; // It leaves something out: then all of it is said again.
  }
}

/** Without git there is no checkout but this folder, and the config is in it. */
async function isCommitted(file: string, runner: ProcessRunner): Promise<boolean> {
  const git = (...args: string[]) =>
    runner.run({ argv: ['git', ...args], cwd: join(file, '..'), timeLimitMs: 10_000 });
  const { exit } = await git('rev-parse', '--show-toplevel');
  if (exit.kind !== 'exited' || exit.code !== 0) return true;
  const listed = await git('ls-files', '--error-unmatch', '--', file);
  return listed.exit.kind === 'exited' && listed.exit.code === 0;
}

function flagsBeyond(settings: BuildSettings, said: Partial<BuildSettings>, root: string): string[] {
  const path = (place: string) => pathFrom(root, place);
  const dir = path(settings.dir);
  const expected = settings.expectStdout;
  return [
    ...(dir === '.' ? [] : ['--dir', dir]),
    ...compilerFlags('--target', [settings.target], said.target && [said.target], path),
    ...compilerFlags('--oracle', settings.oracles, said.oracles ?? [{ cc: 'gcc', flags: '' }], path),
    ...sourceFlags(settings.source, said.source, path),
    ...(settings.test === said.test ? [] : ['--test', settings.test]),
    ...(expected === undefined || expected === said.expectStdout ? [] : ['--expect-stdout', path(expected)]),
    ...(settings.probeTimeoutMs === undefined || settings.probeTimeoutMs === said.probeTimeoutMs
      ? []
      : ['--probe-timeout', `${settings.probeTimeoutMs / 1000}`]),
  ];
}

function compilerFlags(
  flag: string,
  all: readonly Compiler[],
  said: readonly Compiler[] | undefined,
  path: (place: string) => string,
): string[] {
  if (JSON.stringify(all) === JSON.stringify(said)) return [];
  const named = all.flatMap(({ cc }) => [flag, isAbsolute(cc) ? dotted(path(cc)) : cc]);
  const own = all[0]?.flags ?? '';
  return own === '' ? named : [...named, `${flag}-flags`, own];
}

/** A compiler in the root itself has to have a slash to be a path. */
const dotted = (place: string): string => (place.includes('/') ? place : `./${place}`);

function sourceFlags(
  source: BuildSettings['source'],
  said: BuildSettings['source'] | undefined,
  path: (place: string) => string,
): string[] {
  if (JSON.stringify(source) === JSON.stringify(said)) return [];
  if (source.kind === 'database') {
    const configure = source.configure === undefined ? [] : ['--configure', source.configure];
    return ['--compile-commands', path(source.file), ...configure, '--link', source.link];
  }
  const clean = source.clean === undefined ? [] : ['--clean', source.clean];
  return ['--build', source.build, ...clean, ...(source.rebuild ? ['--rebuild'] : [])];
}

/** Relative where it is inside, else as it is. */
function pathFrom(root: string, place: string): string {
  const inside = relative(root, place);
  if (inside === '') return '.';
  return inside.startsWith('..') || isAbsolute(inside) ? place : inside;
}
