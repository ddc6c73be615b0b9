// The shim's program, as source.

import { fileURLToPath } from 'node:url';
import { type ProgramSource, sourceVersion } from '@swarm/host';

export const SHIM_SOURCE: ProgramSource = {
  name: 'shim',
  folder: fileURLToPath(new URL('../../shim/', import.meta.url)),
};

/** Changes whenever the shim's program does. */
export const shimVersion = (): string => sourceVersion(SHIM_SOURCE);
