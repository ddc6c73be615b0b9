// `swarm logs AGENT|SESSION`: what an agent did, or what a session printed.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { FleetEvent } from '@swarm/fleet';
import { seconds } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { type FleetRun, fleetFolder, readFleetRun, runNames } from './past-runs.js';
import { eventLine } from './standing.js';

export interface LogsWish {
  /** The repository's state folder. */
  readonly state: string;
  /** An agent, a session (`0003-agent-1`), or a session's number. */
  readonly name: string;
  /** Only in this run; left out: the newest that knows the name. */
  readonly run: string | undefined;
  /** How many lines, the last ones; left out: what fits in ten. */
  readonly lines: number | undefined;
}

const LINES = 8;

interface Found {
  readonly read: FleetRun;
  readonly agent: string | undefined;
  readonly session: string | undefined;
  readonly lines: readonly string[];
}

/** Throws `no-agent` (exit 2). */
export async function showLogs(wish: LogsWish): Promise<Told> {
  const fleet = fleetFolder(wish.state);
  const known = new Set<string>();
  for (const name of wish.run === undefined ? await runNames(fleet) : [wish.run]) {
    const read = /^[\w-]+$/.test(name) ? await readFleetRun(fleet, name, new Date()) : undefined;
    const found = read === undefined ? undefined : await find(read, wish.name, wish.lines ?? LINES);
    if (found !== undefined) return told(found, wish.lines !== undefined);
    for (const agent of read?.standing.agents.keys() ?? []) known.add(agent);
  }
  throw unknown(wish, [...known]);
}

async function find(read: FleetRun, name: string, most: number): Promise<Found | undefined> {
  const sessions = await sessionsOf(read);
  const isMeant = (session: string) =>
    session === name || (/^\d+$/.test(name) && Number(session.split('-', 1)[0]) === Number(name));
  const session = sessions.find(isMeant);
  if (session !== undefined)
    return { read, agent: undefined, session, lines: await printed(read, session, most) };
  if (!read.standing.agents.has(name)) return undefined;
  const last = sessions.filter((each) => each.slice(each.indexOf('-') + 1) === name).at(-1);
  return { read, agent: name, session: last, lines: deeds(read, name).slice(-most) };
}

const sessionFile = ({ folder }: FleetRun, session: string): string =>
  join(folder, 'sessions', `${session}.log`);

/** In the order of their starts. */
async function sessionsOf({ folder }: FleetRun): Promise<string[]> {
  const names = await readdir(join(folder, 'sessions')).catch(() => [] as string[]);
  return names.map((name) => name.replace(/\.log$/, '')).sort();
}

async function printed(read: FleetRun, session: string, most: number): Promise<string[]> {
  const text = await readFile(sessionFile(read, session), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-most);
}

/** What happened to an agent, each with when. */
const deeds = ({ events }: FleetRun, agent: string): string[] =>
  events.flatMap((event) => {
    const line = event.agent === agent ? eventLine(event as unknown as FleetEvent) : undefined;
    return line === undefined ? [] : [`${seconds(event.atMs ?? 0)} ${line.replace(`${agent} `, '')}`];
  });

function told({ read, agent, session, lines }: Found, unlimited: boolean): Told {
  const file = session === undefined ? join(read.folder, 'log.jsonl') : sessionFile(read, session);
  return {
    document: {
      schema: 'swarm.logs/1',
      run: read.run,
      ...{ agent: agent ?? null, session: session ?? null, lines, file },
    },
    lines: [...lines, `log: ${file}`],
    exit: EXIT.done,
    unlimited,
  };
}

function unknown({ name, run }: LogsWish, known: readonly string[]): SwarmError {
  const where = run === undefined ? 'no run here' : `not run ${run}`;
  return new SwarmError(`logs: ${where} has an agent or a session ${JSON.stringify(name)}`, {
    code: 'no-agent',
    exit: EXIT.usage,
    hint: known.length === 0 ? 'see swarm status' : `agents are ${known.slice(0, 8).join(', ')}`,
  });
}
