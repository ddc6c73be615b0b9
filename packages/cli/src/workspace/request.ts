// What a create command asks for, from its flags.

import { resolve } from 'node:path';
import { EXIT, readHostRule, SwarmError } from '@swarm/core';
import type { Isolation, WorkspacesConfig } from '@swarm/host';
import type { WorkspaceRequest } from '@swarm/tasks';
import { limitsOf } from './flags.js';

interface CreateValues {
  readonly isolation: string | undefined;
  readonly from: string;
  readonly keep: readonly string[] | undefined;
  readonly network: boolean;
  readonly host: readonly string[] | undefined;
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
    network: sandboxed && (flags.network || (flags.host ?? config.network ?? false)),
    pass: flags.pass ?? config.pass ?? [],
    readOnly: sandboxed ? readOnly : [],
    dissociate: flags.dissociate,
    ...(image === undefined ? {} : { image }),
    ...(engine === undefined ? {} : { engine }),
    ...(flags.owner === undefined ? {} : { ownerPid: flags.owner }),
  };
}

function checkTogether(flags: CreateValues, isolation: Isolation, sandboxed: boolean): void {
  if (!sandboxed && (flags.network || flags.host !== undefined || flags['read-only'] !== undefined))
    throw mismatch('--network, --host and --read-only', 'bubblewrap or container');
  checkHosts(flags);
  if (isolation !== 'container' && (flags.image !== undefined || flags.engine !== undefined))
    throw mismatch('--image and --engine', 'container');
  if (isolation === 'worktree' && flags.dissociate)
    throw mismatch('--dissociate', 'clone, bubblewrap or container');
}

function checkHosts({ network, host = [] }: CreateValues): void {
  if (network && host.length > 0)
    throw wrongHost('--network and --host: all hosts, or some', 'leave one out');
  for (const text of host) {
    const rule = readHostRule(text);
    if ('problem' in rule) throw wrongHost(`--host ${text}: it ${rule.problem}`, 'name one host each time');
  }
}

const wrongHost = (what: string, hint: string): SwarmError =>
  new SwarmError(`workspace create: ${what}`, { code: 'usage', exit: EXIT.usage, hint });

const mismatch = (flags: string, isolations: string): SwarmError =>
  new SwarmError(`workspace create: ${flags} need another isolation`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: `use --isolation ${isolations}`,
  });
