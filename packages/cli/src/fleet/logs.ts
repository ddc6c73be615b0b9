// `swarm logs [AGENT|SESSION]`: what agents did, or what a session printed.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { FleetEvent } from '@swarm/fleet';
import type { LogEvent } from '../report/run-log.js';
import { seconds } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { type FleetRun, fleetFolder, readFleetRun, runNames } from './past-runs.js';
import { eventLine } from './standing.js';

export interface LogsWish {
  /** The repository's state folder. */
  readonly state: string;
  /** An agent, a session (`0003-agent-1`), or a session's number; left out: all agents. */
  readonly name: string | undefined;
  /** Only in this run; left out: the newest that knows the name. */
  readonly run: string | undefined;
  /** How many lines, the last ones; left out: what fits in ten. */
  readonly lines: number | undefined;
}

/** How many lines are shown where nobody asked for a number. */
export const FEW_LINES = 8;

/** Whose logs: an agent's, one session's, or, with neither, a whole run's. */
export interface Subject {
  readonly read: FleetRun;
  readonly agent: string | undefined;
  /** The one asked for, or the agent's newest. */
  readonly session: string | undefined;
}

/** Throws `no-agent` (exit 2). */
export async function showLogs(wish: LogsWish): Promise<Told> {
  const subject = await findSubject(wish);
  const most = wish.lines ?? FEW_LINES;
  const { read, agent, session } = subject;
  const isSession = agent === undefined && session !== undefined;
  const lines = isSession ? await printed(read, session, most) : deeds(read, agent).slice(-most);
  return toldOf(subject, lines, wish.lines !== undefined);
}

/** What the name means. Throws `no-agent` (exit 2). */
export async function findSubject(wish: LogsWish): Promise<Subject> {
  const fleet = fleetFolder(wish.state);
  const known = new Set<string>();
  for (const run of wish.run === undefined ? await runNames(fleet) : [wish.run]) {
    const read = /^[\w-]+$/.test(run) ? await readFleetRun(fleet, run, new Date()) : undefined;
    const found = read === undefined ? undefined : await subjectIn(read, wish.name);
    if (found !== undefined) return found;
    for (const agent of read?.standing.agents.keys() ?? []) known.add(agent);
  }
  throw unknown(wish, [...known]);
}

async function subjectIn(read: FleetRun, name: string | undefined): Promise<Subject | undefined> {
  if (name === undefined) return { read, agent: undefined, session: undefined };
  const sessions = await sessionsOf(read);
  const isMeant = (session: string) =>
    session === name || (/^\d+$/.test(name) && Number(session.split('-', 1)[0]) === Number(name));
  const session = sessions.find(isMeant);
  if (session !== undefined) return { read, agent: undefined, session };
  if (!read.standing.agents.has(name)) return undefined;
  const last = sessions.filter((each) => each.slice(each.indexOf('-') + 1) === name).at(-1);
  return { read, agent: name, session: last };
}

export const sessionFile = ({ folder }: FleetRun, session: string): string =>
  join(folder, 'sessions', `${session}.log`);

export const eventFile = ({ folder }: FleetRun): string => join(folder, 'log.jsonl');

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

const deeds = ({ events }: FleetRun, agent: string | undefined): string[] =>
  events.flatMap((event) => deedLine(event, agent) ?? []);

/** What an agent did, with when; of all agents with who. Undefined for what is another agent's, or of no interest. */
export function deedLine(event: LogEvent, agent: string | undefined): string | undefined {
  if (agent !== undefined && event.agent !== agent) return undefined;
  const line = eventLine(event as unknown as FleetEvent);
  const own = agent === undefined ? line : line?.replace(`${agent} `, '');
  return own === undefined ? undefined : `${seconds(event.atMs ?? 0)} ${own}`;
}

/** The lines, and where all are. */
export function toldOf(
  { read, agent, session }: Subject,
  lines: readonly string[],
  unlimited: boolean,
): Told {
  const file = session === undefined ? eventFile(read) : sessionFile(read, session);
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
  const what = name === undefined ? 'agents' : `an agent or a session ${JSON.stringify(name)}`;
  return new SwarmError(`logs: ${where} has ${what}`, {
    code: 'no-agent',
    exit: EXIT.usage,
    hint: known.length === 0 ? 'see swarm status' : `agents are ${known.slice(0, 8).join(', ')}`,
  });
}
