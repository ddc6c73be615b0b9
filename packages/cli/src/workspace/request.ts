// What a create command asks for, from its flags.

import { resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { Isolation, WorkspaceLimits, WorkspaceRequest } from '@swarm/tasks';

interface CreateValues {
  readonly isolation: string;
  readonly from: string;
  readonly keep: readonly string[] | undefined;
  readonly network: boolean;
  readonly pass: readonly string[] | undefined;
  readonly 'read-only': readonly string[] | undefined;
  readonly image: string | undefined;
  readonly engine: string | undefined;
  readonly dissociate: boolean;
  readonly owner: number | undefined;
}

/** Throws `usage` (exit 2) where flags don't fit together. */
export function requestOf(name: string, flags: CreateValues, limits: WorkspaceLimits): WorkspaceRequest {
  const { isolation, image, engine, owner } = flags;
  const sandboxed = isolation === 'bubblewrap' || isolation === 'container';
  if (!sandboxed && (flags.network || flags['read-only'] !== undefined))
    throw mismatch('--network and --read-only', 'bubblewrap or container');
  if (isolation !== 'container' && (image !== undefined || engine !== undefined))
    throw mismatch('--image and --engine', 'container');
  if (isolation === 'worktree' && flags.dissociate)
    throw mismatch('--dissociate', 'clone, bubblewrap or container');
  return {
    name,
    isolation: isolation as Isolation,
    from: flags.from,
    limits,
    keep: (flags.keep ?? []).map((path) => path.replace(/\/+$/, '')),
    network: flags.network,
    pass: flags.pass ?? [],
    readOnly: (flags['read-only'] ?? []).map((path) => resolve(path)),
    dissociate: flags.dissociate,
    ...(image === undefined ? {} : { image }),
    ...(engine === undefined ? {} : { engine }),
    ...(owner === undefined ? {} : { ownerPid: owner }),
  };
}

const mismatch = (flags: string, isolations: string): SwarmError =>
  new SwarmError(`workspace create: ${flags} need another isolation`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: `use --isolation ${isolations}`,
  });
