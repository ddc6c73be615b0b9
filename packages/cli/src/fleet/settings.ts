// What holds for `swarm run`: flags over the config over the defaults.

import { dirname, resolve } from 'node:path';
import type { PriceTable } from '@swarm/core';
import { type Limits, readUntil, type Until } from '@swarm/fleet';
import { type Isolation, loadConfig, type RoleConfig, type WorkspacesConfig } from '@swarm/host';
import { AGENT_PAGE } from '../init/pages.js';
import { type TaskSettings, taskSettings } from '../task/settings.js';
import { pathsBeside } from '../workspace/flags.js';
import { given, optionalPage, type RoleFlags, type RoleSettings, requiredPage, rolesOf } from './roles.js';

/** The flags of `swarm run`, as typed. */
export interface RunFlags extends RoleFlags {
  readonly dir: string;
  readonly remote: string | undefined;
  readonly name: string | undefined;
  readonly isolation: string | undefined;
  readonly once: boolean;
  readonly until: readonly string[] | undefined;
  readonly 'max-usd': number | undefined;
  readonly 'max-tokens': number | undefined;
  readonly 'max-sessions': number | undefined;
  readonly gate: boolean | undefined;
  readonly sample: boolean | undefined;
}

export interface RunSettings {
  readonly tasks: TaskSettings;
  /** At least one. */
  readonly roles: readonly RoleSettings[];
  /** What agents' names begin with, as it was given. */
  readonly name: string | undefined;
  /** Agents are named after their roles. */
  readonly namesRoles: boolean;
  readonly pass: readonly string[];
  readonly login: readonly string[];
  readonly isolation: Isolation;
  /** What workspaces are made with. */
  readonly workspaces: WorkspacesConfig;
  /** The page that every session begins with. */
  readonly page: string | undefined;
  readonly limits: Limits;
  readonly prices: PriceTable;
  readonly attempts: number;
  readonly once: boolean;
  readonly until: Until;
  /** Let agents rest that add nothing. */
  readonly shrink: boolean;
  readonly sample: boolean;
  readonly gate: boolean;
  readonly certify: boolean;
  readonly checkLimitMs: number;
  readonly prepare: string | undefined;
}

const CHECK_SECONDS = 3600;
const ATTEMPTS = 3;

/** `instead`: roles in place of the config's. Throws `config-invalid`, `no-backend`, `no-role`, `no-page`, `bad-until`, `usage` (exit 2). */
export async function runSettings(
  flags: RunFlags,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  instead?: readonly RoleConfig[],
): Promise<RunSettings> {
  const dir = resolve(flags.dir);
  const { config, file } = await loadConfig(dir);
  const run = instead === undefined ? config.run : { ...config.run, roles: instead };
  const home = file === undefined ? dir : dirname(file);
  const roles = rolesOf(run, home, flags, args);
  const tests = (config.tests.suites ?? []).length > 0;
  const gate = flags.gate ?? run.gate ?? tests;
  return {
    tasks: await taskSettings({ dir, remote: flags.remote }, env),
    roles,
    name: flags.name ?? run.name,
    namesRoles: run.roles !== undefined,
    pass: [...(run.pass ?? []), ...(config.workspaces.pass ?? [])],
    login: run.login ?? [],
    isolation: (flags.isolation as Isolation | undefined) ?? config.workspaces.isolation ?? 'clone',
    workspaces: pathsBeside(config.workspaces, home),
    page: run.prompt === undefined ? optionalPage(home, AGENT_PAGE) : requiredPage(home, run.prompt),
    limits: {
      run: given({
        usd: flags['max-usd'] ?? run.maxUsd,
        tokens: flags['max-tokens'] ?? run.maxTokens,
        sessions: flags['max-sessions'] ?? run.maxSessions,
      }),
      day: given({ usd: run.maxUsdPerDay }),
      task: given({ usd: run.maxUsdPerTask }),
      roles: Object.fromEntries(roles.map(({ role, limits }) => [role, limits])),
    },
    prices: run.prices ?? {},
    attempts: run.attempts ?? ATTEMPTS,
    once: flags.once,
    shrink: run.shrink ?? true,
    until: readUntil(flags.until ?? []),
    // A sample can't tell what was red before from what the work broke: it is for those who want it.
    sample: flags.sample ?? run.sample ?? false,
    gate,
    certify: run.certify ?? false,
    prepare: config.gate.prepare,
    checkLimitMs: 1000 * (run.checkTimeout ?? CHECK_SECONDS),
  };
}
