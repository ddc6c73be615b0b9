// Which culprit is meant: found in the last bisect of a folder that found any, with the settings that it was found by; or that of a task,
// which needs no bisect here.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { BisectDocument, CulpritEntry } from '../bisect/document.js';
import type { BisectSettings } from '../bisect/settings.js';
import { type LogEvent, readRun } from '../report/run-log.js';
import { type FoundBefore, refused } from './found.js';

/**
 * Find a culprit by its id, the beginning of its id, its task or a member, else a task in the task store by its id or the beginning
 * of that. Throws `no-run` (exit 4), `no-culprit` and `ambiguous-culprit` (exit 2), `not-reducible` (exit 2), and what opening a hub throws.
 */
export async function findCulprit(dir: string, named: string, signal: AbortSignal): Promise<FoundBefore> {
  let unknown: unknown;
  try {
    return await foundHere(dir, named);
  } catch (error) {
    if (!(error instanceof SwarmError) || !NOT_HERE.has(error.code)) throw error;
    unknown = error;
  }
  const { culpritOfTask } = await import('./from-task.js');
  const found = await culpritOfTask(dir, named, signal);
  if (found === undefined) throw unknown;
  return found;
}

const NOT_HERE: ReadonlySet<string> = new Set(['no-run', 'no-culprit']);

async function foundHere(dir: string, named: string): Promise<FoundBefore> {
  const { document, settings } = await lastBisect(dir);
  const culprit = chosen(document.culprits, named);
  if (settings.kind !== 'build')
    throw refused(`culprit ${culprit.id}: found in a list of names; there is no source to reduce`);
  if (culprit.label === 'link' || culprit.outcome.kind === 'link')
    throw refused(`culprit ${culprit.id}: does not link, so there is no run whose failure could be kept`);
  return { culprit, units: unitsOf(culprit), settings, task: culprit.task };
}

async function lastBisect(dir: string): Promise<{ document: BisectDocument; settings: BisectSettings }> {
  const names = await readdir(join(dir, '.swarm', 'runs')).catch(() => [] as string[]);
  for (const name of names.sort().reverse()) {
    const { events } = await readRun(dir, name);
    const of = <T>(kind: string): T | undefined =>
      events.find((event) => event.kind === kind) as T | undefined;
    const document = of<LogEvent & BisectDocument>('result');
    const settings = of<LogEvent & { settings: BisectSettings }>('settings')?.settings;
    if (document?.schema === 'swarm.bisect/1' && settings !== undefined && document.culprits.length > 0)
      return { document, settings };
  }
  throw new SwarmError(`${dir}: no run of swarm bisect here that found a culprit`, {
    code: 'no-run',
    exit: EXIT.nothing,
    hint: 'run swarm bisect first, name the folder that was bisected with --dir, or name a task',
  });
}

/** The culprit that a word means; an id, a member or a member's unit wins over the beginning of an id. */
function chosen(culprits: readonly CulpritEntry[], named: string): CulpritEntry {
  // Culprits of one task have one cause: any of them shows it.
  const ofTask = culprits.find(({ task }) => task === named);
  if (ofTask !== undefined) return ofTask;
  const isNamed = (member: string) => member === named || member.startsWith(`${named}:`);
  const exact = culprits.filter(({ id, members }) => id === named || members.some(isNamed));
  const found = exact.length > 0 ? exact : culprits.filter(({ id }) => named !== '' && id.startsWith(named));
  if (found.length === 1) return found[0]!;
  const shown = (found.length > 0 ? found : culprits)
    .slice(0, 5)
    .map(({ id, members }) => `${id} (${members.join(' + ')})`);
  const among = `one of: ${shown.join(', ')}`;
  if (found.length > 1)
    throw new SwarmError(`culprit ${named}: stands for ${found.length} culprits`, {
      code: 'ambiguous-culprit',
      exit: EXIT.usage,
      hint: among,
    });
  throw new SwarmError(`culprit ${named}: not among those of the last bisect`, {
    code: 'no-culprit',
    exit: EXIT.usage,
    hint: among,
  });
}

/** A function is called `unit:name`. */
function unitsOf({ members, level }: CulpritEntry): string[] {
  const units = members.map((member) => (level === 'function' ? member.replace(/:[^:/]*$/, '') : member));
  return [...new Set(units)];
}
