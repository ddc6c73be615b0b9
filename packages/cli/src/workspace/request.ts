// What a create command asks for, from its flags.

import { resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { Isolation, WorkspacesConfig } from '@swarm/host';
import type { WorkspaceRequest } from '@swarm/tasks';
import { limitsOf } from './flags.js';

interface CreateValues {
  readonly isolation: string | undefined;
  readonly from: string;
  readonly keep: readonly string[] | undefined;
  readonly network: boolean;
  readonly pass: readonly string[] | undefined;
  readonly 'read-only': readonly string[] | undefined;
  readonly image: string | undefined;
  readonly engine: string | undefined;
  readonly dissociate: boolean;
  readonly owner: number | undefined;
  readonly memory: string | undefined;
  readonly processes: number | undefined;
  readonly disk: string | undefined;
}

/** Flags over the config. Throws `usage` (exit 2) where flags don't fit together; what a config says too much is left out. */
export function requestOf(name: string, flags: CreateValues, config: WorkspacesConfig): WorkspaceRequest {
  const isolation = (flags.isolation ?? config.isolation ?? 'clone') as Isolation;
  const sandboxed = isolation === 'bubblewrap' || isolation === 'container';
  checkTogether(flags, isolation, sandboxed);
  const image = flags.image ?? config.image;
  const engine = flags.engine ?? config.engine;
  const readOnly = flags['read-only']?.map((path) => resolve(path)) ?? config.readOnly ?? [];
  return {
    name,
    isolation,
    from: flags.from,
    limits: limitsOf(flags, config),
    keep: (flags.keep ?? config.keep ?? []).map((path) => path.replace(/\/+$/, '')),
    network: sandboxed && (flags.network || config.network === true),
    pass: flags.pass ?? config.pass ?? [],
    readOnly: sandboxed ? readOnly : [],
    dissociate: flags.dissociate,
    ...(image === undefined ? {} : { image }),
    ...(engine === undefined ? {} : { engine }),
    ...(flags.owner === undefined ? {} : { ownerPid: flags.owner }),
  };
}

function checkTogether(flags: CreateValues, isolation: Isolation, sandboxed: boolean): void {
  if (!sandboxed && (flags.network || flags['read-only'] !== undefined))
    throw mismatch('--network and --read-only', 'bubblewrap or container');
  if (isolation !== 'container' && (flags.image !== undefined || flags.engine !== undefined))
    throw mismatch('--image and --engine', 'container');
  if (isolation === 'worktree' && flags.dissociate)
    throw mismatch('--dissociate', 'clone, bubblewrap or container');
}

const mismatch = (flags: string, isolations: string): SwarmError =>
  new SwarmError(`workspace create: ${flags} need another isolation`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: `use --isolation ${isolations}`,
  });
