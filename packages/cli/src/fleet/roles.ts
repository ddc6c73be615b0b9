// The roles of a run: what the config says of each, and which of them `--role` asks for.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT, type SessionLimits, SwarmError } from '@swarm/core';
import { type Amount, type Duty, readEvery } from '@swarm/fleet';
import { nearestName, type RoleConfig, type RunConfig } from '@swarm/host';
import { ROLE_FOLDER } from '../init/pages.js';

/** One role of a run. */
export interface RoleSettings extends Duty {
  readonly agents: number;
  /** Its page's text. */
  readonly page: string | undefined;
  readonly backend: string;
  readonly model: string | undefined;
  readonly args: readonly string[];
  readonly session: SessionLimits;
  /** What all sessions of the role together may spend in this run. */
  readonly limits: Amount;
}

/** What was typed that is about roles. */
export interface RoleFlags {
  readonly role: readonly string[] | undefined;
  readonly agents: number | undefined;
  readonly backend: string | undefined;
  readonly model: string | undefined;
}

const SESSION_SECONDS = 3600;
const IDLE_SECONDS = 600;

/** `home`: the folder that pages are named from. Throws `no-backend`, `no-role`, `no-page`, `bad-every` and `usage` (exit 2). */
export function rolesOf(
  run: RunConfig,
  home: string,
  flags: RoleFlags,
  args: readonly string[],
): RoleSettings[] {
  const wanted = chosen(run.roles ?? [plainRole(run)], flags);
  return wanted.map((role): RoleSettings => {
    const backend = flags.backend ?? role.backend ?? run.backend;
    if (backend === undefined) throw noBackend(role, run.roles !== undefined);
    return {
      role: role.name,
      takes: role.takes,
      every: role.every === undefined ? undefined : readEvery(role.every),
      agents: role.agents ?? 1,
      page: pageOf(role, home),
      backend,
      model: flags.model ?? role.model ?? run.model,
      args: args.length > 0 ? args : (role.args ?? run.args ?? []),
      session: sessionLimits(run, role),
      limits: given({ usd: role.maxUsd, tokens: role.maxTokens, sessions: role.maxSessions }),
    };
  });
}

/** What a run without roles has: one, with the page that `run.role` names. */
const plainRole = ({ role, agents }: RunConfig): RoleConfig => ({
  name: role === undefined ? 'developer' : basename(role).replace(/\.md$/, ''),
  ...(role === undefined ? {} : { page: role }),
  ...(agents === undefined ? {} : { agents }),
});

function chosen(roles: readonly RoleConfig[], { role: names, agents }: RoleFlags): RoleConfig[] {
  const picked = names === undefined ? [...roles] : names.map((name) => pick(roles, name));
  if (agents === undefined) return picked;
  const withTasks = picked.filter(({ every }) => every === undefined);
  if (withTasks.length === 1)
    return picked.map((role) => (role === withTasks[0] ? { ...role, agents } : role));
  throw new SwarmError(`run: -n ${agents} says not of which role: ${withTasks.length} of them take tasks`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: `say it with the role, as --role ${withTasks[0]?.name ?? picked[0]?.name}=${agents}`,
  });
}

/** `critic` or `critic=2`. */
function pick(roles: readonly RoleConfig[], typed: string): RoleConfig {
  const [, name = '', count] = /^([^=]*)(?:=([1-9]\d{0,3}))?$/.exec(typed) ?? [];
  const role = roles.find((it) => it.name === name);
  if (role !== undefined) return count === undefined ? role : { ...role, agents: Number(count) };
  const names = roles.map((it) => it.name);
  const nearest = nearestName(typed.replace(/=.*/, ''), names);
  throw new SwarmError(`--role ${typed}: there is no such role`, {
    code: 'no-role',
    exit: EXIT.usage,
    hint: nearest === undefined ? `run.roles has ${names.join(', ')}` : `did you mean ${nearest}?`,
  });
}

/** The page that is named, or the one of the role's name where there is one. */
function pageOf({ name, page }: RoleConfig, home: string): string | undefined {
  return page === undefined ? optionalPage(home, `${ROLE_FOLDER}/${name}.md`) : requiredPage(home, page);
}

export const optionalPage = (home: string, name: string): string | undefined =>
  existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8') : undefined;

/** Throws `no-page` (exit 2). */
export function requiredPage(home: string, name: string): string {
  const text = optionalPage(home, name);
  if (text !== undefined) return text;
  throw new SwarmError(`run: there is no page ${join(home, name)}`, {
    code: 'no-page',
    exit: EXIT.usage,
    hint: 'write it, or name another one under `run` in the config',
  });
}

function sessionLimits(run: RunConfig, role: RoleConfig): SessionLimits {
  const { sessionTime, idleTime, sessionUsd, sessionTokens } = { ...run, ...given(role) };
  return {
    wallMs: 1000 * (sessionTime ?? SESSION_SECONDS),
    idleMs: 1000 * (idleTime ?? IDLE_SECONDS),
    ...given({ usd: sessionUsd, tokens: sessionTokens }),
  };
}

/** Without the keys that have no value. */
export const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

const noBackend = ({ name }: RoleConfig, named: boolean): SwarmError =>
  new SwarmError(`run: no backend is named${named ? ` for ${name}` : ''}`, {
    code: 'no-backend',
    exit: EXIT.usage,
    hint: 'pass --backend NAME, or set run.backend; `swarm agents` lists them',
  });
