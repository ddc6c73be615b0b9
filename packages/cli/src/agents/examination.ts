// Whether a backend's program works here: it is found, and says its version within a limit, with a session's environment and home.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { sessionEnvironment } from '@swarm/core';
import { createRunner, createTempDir, type ProcessRunner, type RunResult } from '@swarm/host';
import type { Discovery, FoundBackend } from './discovery.js';

interface ListedAgent {
  readonly name: string;
  readonly about: string;
  readonly plugin: string;
  readonly program?: string;
  /** Where the program was found. */
  readonly path?: string;
  readonly version?: string;
  /** Versions that the plugin is known to work with, in words. */
  readonly versions?: string;
  /** `builtin`: it needs no program of its own. */
  readonly state: 'ready' | 'builtin' | 'missing' | 'broken';
  /** Why it is broken. */
  readonly reason?: string;
}

export interface AgentsDocument {
  readonly schema: 'swarm.agents/1';
  readonly agents: readonly ListedAgent[];
  /** Plugins that could not be asked, or whose answer could not be used. */
  readonly problems: Discovery['problems'];
}

const LIMIT_MS = 20_000;
const MAX_VERSION = 80;
const MAX_LINES = 10;

/** Look at all of them; programs run in folders beneath `tempDir`, which are gone afterwards. */
export async function examineBackends(
  { backends, problems }: Discovery,
  env: Readonly<Record<string, string | undefined>>,
  tempDir: string,
): Promise<AgentsDocument> {
  const runner = createRunner();
  const work = await createTempDir(tempDir);
  try {
    const looks = backends.map((backend) => examine(backend, env, work.path, runner));
    return { schema: 'swarm.agents/1', agents: await Promise.all(looks), problems };
  } finally {
    await runner.close();
    await work.remove();
  }
}

async function examine(
  { descriptor, plugin }: FoundBackend,
  host: Readonly<Record<string, string | undefined>>,
  home: string,
  runner: ProcessRunner,
): Promise<ListedAgent> {
  const { name, about, program, versions, versionArgs = ['--version'] } = descriptor;
  const known = { name, about, plugin, ...(versions && { versions }) };
  if (program === undefined) return { ...known, state: 'builtin' };
  const path = pathOf(program, host.PATH ?? '');
  if (path === undefined) return { ...known, program, state: 'missing' };
  const env = { ...sessionEnvironment(host, { pass: [] }, home), TMPDIR: home };
  const request = { argv: [path, ...versionArgs], cwd: home, env, timeLimitMs: LIMIT_MS, sweep: true };
  return { ...known, program, path, ...verdictOf(await runner.run(request)) };
}

function verdictOf({ exit, stdout, stderr }: RunResult): Pick<ListedAgent, 'state' | 'version' | 'reason'> {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const said = lines.find((line) => line !== '') ?? '';
  if (exit.kind === 'exited' && exit.code === 0) {
    const version = lines.find((line) => /\d+\.\d+/.test(line)) ?? said;
    return {
      state: 'ready',
      version: /\d+\.\d+[\w.+-]*/.exec(version)?.[0] ?? version.slice(0, MAX_VERSION),
    };
  }
  const how = exit.kind === 'exited' ? `exit status ${exit.code}` : exit.kind;
  return { state: 'broken', reason: said === '' ? how : `${how}: ${said}` };
}

/** Where a program is on a search path. */
export function pathOf(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

/** One line each, problems first, ten at most. */
export function agentLines({ agents, problems }: AgentsDocument): string[] {
  const lines = [
    ...problems.map(({ plugin, reason }) => `ERROR plugin ${plugin}: ${reason}`),
    ...agents.map(agentLine),
  ];
  const more = lines.length - MAX_LINES;
  return more <= 0 ? lines : [...lines.slice(0, MAX_LINES - 1), `... ${more + 1} more: --json has all`];
}

function agentLine({ name, state, version, path, program, reason, about }: ListedAgent): string {
  const detail = {
    ready: `${version}  ${path}`,
    builtin: about,
    missing: `${program} is not on PATH`,
    broken: `${path}: ${reason}`,
  }[state];
  return `${name.padEnd(12)} ${state.padEnd(8)} ${detail}`;
}
