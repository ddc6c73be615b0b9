// Flags of the workspace commands, and what they mean.

import { Flags } from '@oclif/core';
import { EXIT, SwarmError } from '@swarm/core';
import type { Place, WorkspaceLimits } from '@swarm/tasks';

/** Flags that every workspace command has. */
export const placeFlags = {
  dir: Flags.string({ summary: 'A folder of the repository.', helpValue: 'DIR', default: '.' }),
  root: Flags.string({
    summary: 'Where workspaces are kept; default: .swarm/workspaces in the repository.',
    helpValue: 'DIR',
  }),
  remote: Flags.string({
    summary: "The hub: a remote's name or an address.",
    helpValue: 'REMOTE',
    default: 'origin',
  }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

export const jsonFlag = Flags.boolean({ summary: 'Print one JSON document (swarm.workspace/1).' });

interface PlaceValues {
  readonly dir: string;
  readonly root: string | undefined;
  readonly remote: string;
}

/** The place that the flags name. */
export async function placeOf(flags: PlaceValues, signal?: AbortSignal): Promise<Place> {
  const { openPlace } = await import('@swarm/tasks');
  const { resolve } = await import('node:path');
  return openPlace({
    dir: resolve(flags.dir),
    remote: flags.remote,
    ...(flags.root === undefined ? {} : { root: resolve(flags.root) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export const limitFlags = {
  memory: Flags.string({ summary: 'Memory for all programs in it, as 512M or 2G.', helpValue: 'SIZE' }),
  processes: Flags.integer({ summary: 'Processes at once.', helpValue: 'N', min: 1 }),
  disk: Flags.string({ summary: 'Disk for its files, as 512M or 2G.', helpValue: 'SIZE' }),
};

interface LimitValues {
  readonly memory: string | undefined;
  readonly processes: number | undefined;
  readonly disk: string | undefined;
}

export const limitsOf = ({ memory, processes, disk }: LimitValues): WorkspaceLimits => ({
  ...(memory === undefined ? {} : { memoryBytes: bytesOf('memory', memory) }),
  ...(processes === undefined ? {} : { processes }),
  ...(disk === undefined ? {} : { diskBytes: bytesOf('disk', disk) }),
});

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
