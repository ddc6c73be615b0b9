// The log of a run, found and read. Damaged lines (the last one of a killed run) are left out.

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

/** One line of a log; what is in it depends on its kind, and may be of a later version than this program. */
export type LogEvent = { readonly kind?: string; readonly atMs?: number } & Readonly<Record<string, unknown>>;

interface RunLog {
  /** The run's folder's name. */
  readonly run: string;
  readonly folder: string;
  readonly events: readonly LogEvent[];
}

/**
 * Read a run: the folder or log file named, a run of `dir` by its folder's name, or `dir`'s last one.
 * Throws `no-run` (exit 4 where there is none at all, else 2).
 */
export async function readRun(dir: string, named: string | undefined): Promise<RunLog> {
  const folder = named === undefined ? await lastRun(dir) : await namedRun(dir, named);
  const events = await readEvents(folder);
  if (events === undefined) throw noRun(`${folder}: no log of a run in it`, EXIT.usage);
  return { run: basename(folder), folder, events };
}

/** The lines of the log in a run's folder, its header first; undefined where there is none. */
export async function readEvents(folder: string): Promise<readonly LogEvent[] | undefined> {
  const text = await readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => undefined);
  return text?.split('\n').flatMap(eventOf);
}

async function lastRun(dir: string): Promise<string> {
  const runs = join(dir, '.swarm', 'runs');
  const last = (await readdir(runs).catch(() => [] as string[])).sort().at(-1);
  if (last === undefined) throw noRun(`${dir}: no run of swarm bisect here`, EXIT.nothing);
  return join(runs, last);
}

async function namedRun(dir: string, named: string): Promise<string> {
  for (const candidate of [resolve(named), join(dir, '.swarm', 'runs', named)]) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isDirectory()) return candidate;
    if (found?.isFile() && basename(candidate) === 'log.jsonl') return resolve(candidate, '..');
  }
  throw noRun(`run ${named}: no such folder, and no such run in ${dir}`, EXIT.usage);
}

const noRun = (message: string, exit: typeof EXIT.usage | typeof EXIT.nothing): SwarmError =>
  new SwarmError(message, {
    code: 'no-run',
    exit,
    hint: 'name a run by its folder, or the folder that was bisected with --dir',
  });

/** The event on a line of a log; none where it is damaged. */
export function eventOf(line: string): LogEvent[] {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? [event as LogEvent] : [];
  } catch {
    return [];
  }
}
