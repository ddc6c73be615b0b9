// What holds for the commands about tasks: flags over the environment over the config over the defaults.

import { resolve } from 'node:path';
import { loadConfig } from '@swarm/host';

/** The flags that settings come from, as typed. */
export interface TypedFlags {
  readonly dir: string;
  readonly remote?: string | undefined;
  readonly branch?: string | undefined;
  readonly agent?: string | undefined;
  readonly local?: boolean | undefined;
  readonly ttl?: number | undefined;
  readonly 'time-limit'?: number | undefined;
}

export interface TaskSettings {
  /** Absolute. */
  readonly dir: string;
  /** Where what is ours is kept, out of reach of programs in `dir`, its tree's top. Left out: in the tree's state folder. */
  readonly apart?: string;
  readonly store: 'refs' | 'files';
  readonly remote: string;
  /** Somebody has said that there is one. */
  readonly isHubNamed: boolean;
  /** Somebody has said that none is wanted. */
  readonly local: boolean;
  readonly branch: string;
  readonly namespace?: string;
  readonly ttlMs: number;
  /** For how long claims hold that don't say it themselves: files that were written by hand. */
  readonly plainTtlMs: number;
  readonly verifyLimitMs: number;
  /** As given; left out: the working copy's own. */
  readonly agent?: string;
}

const TTL_SECONDS = 1800;
const VERIFY_SECONDS = 600;

export async function taskSettings(
  flags: TypedFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TaskSettings> {
  const dir = resolve(flags.dir);
  const { config, sections } = await loadConfig(dir);
  const { tasks } = config;
  const agent = flags.agent ?? (env.SWARM_AGENT || env.SWARM_WORKSPACE);
  return {
    dir,
    store: tasks.store ?? 'refs',
    remote: flags.remote ?? tasks.remote ?? 'origin',
    isHubNamed: flags.remote !== undefined || sections.has('tasks'),
    local: flags.local === true,
    branch: flags.branch ?? tasks.branch ?? 'main',
    ttlMs: 1000 * (flags.ttl ?? tasks.ttl ?? TTL_SECONDS),
    plainTtlMs: 1000 * (tasks.ttl ?? TTL_SECONDS),
    verifyLimitMs: 1000 * (flags['time-limit'] ?? tasks.verifyTimeout ?? VERIFY_SECONDS),
    ...(tasks.namespace === undefined ? {} : { namespace: tasks.namespace }),
    ...(agent === undefined || agent === '' ? {} : { agent }),
  };
}
