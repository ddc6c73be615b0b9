// Flags of the workspace commands, and what they mean.

import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { EXIT, SwarmError } from '@swarm/core';
import type { WorkspacesConfig } from '@swarm/host';
import type { Place, WorkspaceLimits } from '@swarm/tasks';

/** Flags that every workspace command has. */
export const placeFlags = {
  dir: Flags.string({ summary: 'A folder of the repository.', helpValue: 'DIR', default: '.' }),
  root: Flags.string({
    summary: 'Where workspaces are kept; default: .swarm/workspaces in the repository.',
    helpValue: 'DIR',
  }),
  remote: Flags.string({
    summary: "The hub: a remote's name or an address; default origin.",
    helpValue: 'REMOTE',
  }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

export const jsonFlag = Flags.boolean({ summary: 'Print one JSON document (swarm.workspace/1).' });

interface PlaceValues {
  readonly dir: string;
  readonly root: string | undefined;
  readonly remote: string | undefined;
}

/** The place that the flags name, and the config that holds for it. */
export async function placeOf(
  flags: PlaceValues,
  signal?: AbortSignal,
): Promise<{ place: Place; config: WorkspacesConfig }> {
  const [{ openPlace }, { loadConfig }] = await Promise.all([import('@swarm/tasks'), import('@swarm/host')]);
  const dir = resolve(flags.dir);
  const { config, file } = await loadConfig(dir);
  const workspaces = pathsBeside(config.workspaces, file === undefined ? dir : dirname(file));
  const { root } = workspaces;
  const place = await openPlace({
    dir,
    remote: flags.remote ?? config.tasks.remote ?? 'origin',
    ...(flags.root === undefined ? {} : { root: resolve(flags.root) }),
    ...(flags.root !== undefined || root === undefined ? {} : { root }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { place, config: workspaces };
}

/** With the paths that are written relative to the config's folder made absolute. */
export function pathsBeside(config: WorkspacesConfig, folder: string): WorkspacesConfig {
  const { root, readOnly } = config;
  return {
    ...config,
    ...(root === undefined ? {} : { root: resolve(folder, root) }),
    ...(readOnly === undefined ? {} : { readOnly: readOnly.map((path) => resolve(folder, path)) }),
  };
}

export const limitFlags = {
  memory: Flags.string({ summary: 'Memory for all programs in it, as 512M or 2G.', helpValue: 'SIZE' }),
  processes: Flags.integer({ summary: 'Processes at once.', helpValue: 'N', min: 1 }),
  disk: Flags.string({ summary: 'Disk for its files, as 512M or 2G.', helpValue: 'SIZE' }),
};

/** A flag before the config's key; what neither has is not limited. Throws `usage` (exit 2). */
export function limitsOf(
  flags: Partial<Record<'memory' | 'disk', string | undefined>> & {
    readonly processes?: number | undefined;
  },
  config: WorkspacesConfig,
): WorkspaceLimits {
  const memory = flags.memory ?? config.memory;
  const processes = flags.processes ?? config.processes;
  const disk = flags.disk ?? config.disk;
  return {
    ...(memory === undefined ? {} : { memoryBytes: bytesOf('memory', memory) }),
    ...(processes === undefined ? {} : { processes }),
    ...(disk === undefined ? {} : { diskBytes: bytesOf('disk', disk) }),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Throws `usage` (exit 2). */
function bytesOf(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)i?B?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * UNITS[unit.toUpperCase()]!);
  if (bytes > 0) return bytes;
  throw new SwarmError(`--${flag} ${text}: not a size`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: 'give a number with K, M, G or T, as 512M',
  });
}
