// The runs of a repository, under way and over, read from their logs.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FleetEvent } from '@swarm/fleet';
import { ownerAlive } from '@swarm/host';
import { type LogEvent, readEvents } from '../report/run-log.js';
import { Standing } from './standing.js';
import { stopAsked } from './stop-request.js';

/** `died`: its process is gone, and it said no last word. */
type RunState = 'running' | 'stopping' | 'over' | 'died';

export interface FleetRun {
  readonly run: string;
  readonly folder: string;
  readonly state: RunState;
  /** The stamp of its process, where its log has one. */
  readonly owner: string | undefined;
  readonly startedAt: Date;
  /** Between its start and now, or its last word. */
  readonly elapsedMs: number;
  readonly standing: Standing;
  /** In order; those of a later version than this program are among them. */
  readonly events: readonly LogEvent[];
}

/** Where runs of agents are, in a state folder. */
export const fleetFolder = (state: string): string => join(state, 'fleet');

/** Names of all runs, newest first. */
export async function runNames(fleet: string): Promise<string[]> {
  const names = await readdir(fleet).catch(() => [] as string[]);
  return names.sort().reverse();
}

/** Undefined where there is no log of a run. */
export async function readFleetRun(fleet: string, run: string, now: Date): Promise<FleetRun | undefined> {
  const folder = join(fleet, run);
  const [header, ...events] = (await readEvents(folder)) ?? [];
  if (header === undefined) return undefined;
  const standing = new Standing();
  for (const event of events) standing.note(event as unknown as FleetEvent, event.atMs ?? 0);
  const startedAt = new Date(String(header.startedAt));
  const owner = typeof header.owner === 'string' ? header.owner : undefined;
  const alive = standing.stopped === undefined && lives(owner);
  const state = alive ? ((await stopAsked(folder)) ? 'stopping' : 'running') : ended(standing);
  const elapsedMs = alive ? now.getTime() - startedAt.getTime() : (events.at(-1)?.atMs ?? 0);
  return { run, folder, state, owner, startedAt, elapsedMs, standing, events };
}

const ended = ({ stopped }: Standing): RunState => (stopped === undefined ? 'died' : 'over');

/** False for nobody. */
export const lives = (owner: string | undefined): boolean => owner !== undefined && ownerAlive(owner);

export const isAlive = ({ state }: FleetRun): boolean => state === 'running' || state === 'stopping';

/** The runs that are under way, newest first; where none is, the last one. */
export async function currentRuns(fleet: string, now: Date): Promise<FleetRun[]> {
  const names = await runNames(fleet);
  const asked = new Set(names.slice(0, 1));
  for (const name of names) if (await ownerMayLive(join(fleet, name))) asked.add(name);
  const runs = await Promise.all([...asked].map((name) => readFleetRun(fleet, name, now)));
  const known = runs.filter((run) => run !== undefined);
  const alive = known.filter(isAlive);
  return alive.length > 0 ? alive : known.slice(0, 1);
}

const HEADER_BYTES = 1024;

/** Asked of all runs, however long their logs are. */
async function ownerMayLive(folder: string): Promise<boolean> {
  const file = await open(join(folder, 'log.jsonl')).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const owner = /"owner":"([^"]*)"/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
    return lives(owner);
  } finally {
    await file.close();
  }
}
