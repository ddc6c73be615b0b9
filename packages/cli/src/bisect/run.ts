// One run of `swarm bisect`, from settings to document: its folder, its log and journal, and either way in.

import { statSync } from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import { openLog, openStateFolder } from '@swarm/host';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { BisectDocument } from './document.js';
import { openProbeJournal } from './probe-journal.js';
import { createRunFolder, earlierRuns, jobKey } from './run-folder.js';
import type { RunContext } from './search-run.js';
import type { BisectSettings } from './settings.js';

export async function runBisect(settings: BisectSettings, status: Status): Promise<BisectDocument> {
  checkPlaces(settings);
  const state = await openStateFolder(settings.dir);
  const key = jobKey(jobParts(settings));
  const earlier = settings.resume ? await earlierRuns(state, key) : [];
  const folder = createRunFolder(state, key, new Date());
  const log = openLog(folder.path, 'bisect');
  const journal = await openProbeJournal(folder, earlier);
  const interrupt = listenForInterrupt({
    message: 'bisect: interrupted; what was learned is kept',
    hint: 'run the same command with --resume to go on',
  });
  const { cancel, signal } = interrupt;
  const event = (kind: string, data: object) => log.event(kind, { ...data });
  const run: RunContext = { status, cancel, signal, journal, event };
  try {
    event('settings', { settings });
    const found: BisectDocument = { ...(await start(settings, state, run)), log: log.path };
    const document = await emitted(found, settings, folder.path, signal);
    event('result', document);
    return document;
  } catch (error) {
    event('problem', { message: error instanceof Error ? error.message : String(error) });
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
    journal.close();
    log.close();
  }
}

/** With the tasks of what was found, where they are asked for; a search over some units says nothing about the others. */
async function emitted(
  found: BisectDocument,
  settings: BisectSettings,
  folder: string,
  signal: AbortSignal,
): Promise<BisectDocument> {
  if (settings.kind !== 'build' || !settings.emitTasks || settings.only !== undefined) return found;
  const [{ emitTasks }, { readRun }] = await Promise.all([
    import('../emit/emit.js'),
    import('../report/run-log.js'),
  ]);
  try {
    return await emitTasks(found, settings, (await readRun(settings.dir, folder)).events, signal);
  } catch (error) {
    // A hub out of reach takes nothing from what was found: the same command with --resume costs no probe.
    if (!(error instanceof SwarmError)) throw error;
    const note = `no tasks were stored: ${error.message}; run again with --resume when that is mended`;
    return { ...found, notes: [note, ...found.notes] };
  }
}

/** What is named must be there before anything is made beside it. Throws `no-such-place`, exit 2. */
function checkPlaces(settings: BisectSettings): void {
  const absent = (flag: string, path: string, what: string) =>
    new SwarmError(`${flag} ${path}: no such ${what}`, {
      code: 'no-such-place',
      exit: EXIT.usage,
      hint: 'check the path; paths in a config are relative to its own folder',
    });
  const { dir } = settings;
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw absent('--dir', dir, 'folder');
  const file = settings.kind === 'build' ? settings.expectStdout : undefined;
  if (file !== undefined && !statSync(file, { throwIfNoEntry: false })?.isFile())
    throw absent('--expect-stdout', file, 'file');
}

async function start(settings: BisectSettings, state: string, run: RunContext) {
  if (settings.kind === 'list') {
    const { bisectList } = await import('./from-list.js');
    return bisectList(settings, state, run);
  }
  const { bisectBuild } = await import('./from-build.js');
  return bisectBuild(settings, state, run);
}

/** Runs with equal parts are the same job: their journals serve each other. */
function jobParts(settings: BisectSettings): string[] {
  if (settings.kind === 'list') return ['list', settings.dir, settings.unitsFile, settings.probe];
  const { dir, source, test } = settings;
  return ['build', dir, test, source.kind === 'recorded' ? source.build : source.file];
}
