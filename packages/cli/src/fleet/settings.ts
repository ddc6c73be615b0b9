// What holds for `swarm run`: flags over the config over the defaults.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT, type SessionLimits, SwarmError } from '@swarm/core';
import { type Limits, readUntil, type Until } from '@swarm/fleet';
import { loadConfig } from '@swarm/host';
import { AGENT_PAGE } from '../init/pages.js';
import { type TaskSettings, taskSettings } from '../task/settings.js';

/** The flags of `swarm run`, as typed. */
export interface RunFlags {
  readonly dir: string;
  readonly remote: string | undefined;
  readonly agents: number | undefined;
  readonly name: string | undefined;
  readonly backend: string | undefined;
  readonly model: string | undefined;
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
  readonly agents: number;
  readonly name: string;
  readonly backend: string;
  readonly model: string | undefined;
  readonly args: readonly string[];
  readonly pass: readonly string[];
  readonly isolation: 'clone' | 'worktree';
  readonly pages: { readonly project: string | undefined; readonly role: string | undefined };
  readonly role: string;
  readonly session: SessionLimits;
  readonly limits: Limits;
  readonly attempts: number;
  readonly once: boolean;
  readonly until: Until;
  readonly sample: boolean;
  readonly gate: boolean;
  readonly certify: boolean;
  readonly checkLimitMs: number;
  readonly prepare: string | undefined;
}

const SESSION_SECONDS = 3600;
const IDLE_SECONDS = 600;
const CHECK_SECONDS = 3600;
const ATTEMPTS = 3;

/** Throws `config-invalid`, `no-backend`, `no-page`, `bad-until` (exit 2). */
export async function runSettings(
  flags: RunFlags,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunSettings> {
  const dir = resolve(flags.dir);
  const { config, file } = await loadConfig(dir);
  const { run } = config;
  const home = file === undefined ? dir : dirname(file);
  const backend = flags.backend ?? run.backend;
  if (backend === undefined)
    throw new SwarmError('run: no backend is named', {
      code: 'no-backend',
      exit: EXIT.usage,
      hint: 'pass --backend NAME, or set run.backend; `swarm agents` lists them',
    });
  const isolation = flags.isolation ?? config.workspaces.isolation ?? 'clone';
  if (isolation !== 'clone' && isolation !== 'worktree')
    throw new SwarmError(`run: sessions in ${isolation} are not supported yet`, {
      code: 'isolation-unsupported',
      exit: EXIT.usage,
      hint: 'pass --isolation clone',
    });
  const tests = (config.tests.suites ?? []).length > 0;
  const gate = flags.gate ?? run.gate ?? tests;
  const amount = <K extends string>(key: K, value: number | undefined) =>
    value === undefined ? {} : ({ [key]: value } as { [key in K]: number });
  return {
    tasks: await taskSettings({ dir, remote: flags.remote }, env),
    agents: flags.agents ?? run.agents ?? 1,
    name: flags.name ?? run.name ?? 'agent',
    backend,
    model: flags.model ?? run.model,
    args: args.length > 0 ? args : (run.args ?? []),
    pass: run.pass ?? [],
    isolation,
    pages: {
      project: page(home, run.prompt) ?? optionalPage(home, AGENT_PAGE),
      role: page(home, run.role),
    },
    role: run.role === undefined ? 'developer' : run.role.replace(/^.*\//, '').replace(/\.md$/, ''),
    session: {
      wallMs: 1000 * (run.sessionTime ?? SESSION_SECONDS),
      idleMs: 1000 * (run.idleTime ?? IDLE_SECONDS),
      ...amount('usd', run.sessionUsd),
      ...amount('tokens', run.sessionTokens),
    },
    limits: {
      run: {
        ...amount('usd', flags['max-usd'] ?? run.maxUsd),
        ...amount('tokens', flags['max-tokens'] ?? run.maxTokens),
        ...amount('sessions', flags['max-sessions'] ?? run.maxSessions),
      },
      day: amount('usd', run.maxUsdPerDay),
      task: amount('usd', run.maxUsdPerTask),
    },
    attempts: run.attempts ?? ATTEMPTS,
    once: flags.once,
    until: readUntil(flags.until ?? []),
    // A sample can't tell what was red before from what the work broke: it is for those who want it.
    sample: flags.sample ?? run.sample ?? false,
    gate,
    certify: run.certify ?? false,
    prepare: config.gate.prepare,
    checkLimitMs: 1000 * (run.checkTimeout ?? CHECK_SECONDS),
  };
}

const optionalPage = (home: string, name: string): string | undefined =>
  existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8') : undefined;

function page(home: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const text = optionalPage(home, name);
  if (text !== undefined) return text;
  throw new SwarmError(`run: there is no page ${join(home, name)}`, {
    code: 'no-page',
    exit: EXIT.usage,
    hint: 'write it, or name another one under `run` in the config',
  });
}
