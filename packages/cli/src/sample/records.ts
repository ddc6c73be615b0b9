// What a run leaves: a folder with all results and the outputs of what didn't pass, the history, and the reports that were asked for.

import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestResult } from '@swarm/core';
import { makeFolder } from '@swarm/host';
import { historyFolder, openResults, readResults, writeCtrf, writeHistory, writeJunit } from '@swarm/runner';
import type { SampleSettings } from './settings.js';

export interface Records {
  /** The run's own folder. */
  readonly folder: string;
  /** The file with all results, as a person in the current folder would name it. */
  readonly shownPath: string;
  /** Throws `disk-full` (exit 3). */
  add(result: TestResult): void;
  close(): void;
  writeReports(): Promise<void>;
}

const NAME = 'swarm sample-test';
/** Runs that are kept. */
const KEPT = 50;

/** Throws `disk-full` and `read-only` (exit 3), before anything runs. */
export function openRecords(
  settings: Pick<SampleSettings, 'junit' | 'ctrf'>,
  state: string,
  header: { readonly agent: string; readonly replay: string },
): Records {
  const startedAt = new Date();
  const runs = join(state, 'tests', 'runs');
  const stamp = startedAt.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const folder = join(runs, `${stamp}-${process.pid}`);
  makeFolder(folder, 'run folder');
  removeOld(runs);
  const results = openResults(folder, { ...header, command: NAME, startedAt: startedAt.toISOString() });
  const history = writeHistory(historyFolder(state), header.agent, Date.now);
  return {
    folder,
    shownPath: shown(results.path),
    add(result) {
      results.add(result);
      history.add(result);
    },
    close() {
      try {
        history.flush();
      } finally {
        results.close();
      }
    },
    async writeReports() {
      const { junit, ctrf } = settings;
      if (junit !== undefined) await writeJunit(junit, readResults(results.path), { name: NAME, startedAt });
      if (ctrf !== undefined)
        await writeCtrf(ctrf, readResults(results.path), {
          name: NAME,
          startMs: startedAt.getTime(),
          stopMs: Date.now(),
        });
    },
  };
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** Names begin with when they ran. */
function removeOld(runs: string): void {
  const names = readdirSync(runs).sort();
  for (const name of names.slice(0, -KEPT)) rmSync(join(runs, name), { recursive: true, force: true });
}
