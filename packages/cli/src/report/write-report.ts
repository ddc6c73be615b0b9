// `swarm report`: from a run's log to a page in a file.

import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import { page } from './page.js';
import { readReproducers } from './reproducers.js';
import { readRun } from './run-log.js';
import { storyOf } from './story.js';

export interface ReportRequest {
  /** The folder that was bisected. */
  readonly dir: string;
  /** A run's folder or its name; left out: the last one. */
  readonly run: string | undefined;
  /** Left out: `report.html` in the run's folder. */
  readonly output: string | undefined;
}

/** What `swarm report --json` prints. */
export interface WrittenReport {
  readonly schema: 'swarm.report/1';
  /** Absolute. */
  readonly file: string;
  readonly run: string;
  /** The run's verdict; null where it did not end. */
  readonly verdict: string | null;
}

/** Make the page. Throws `no-run` and `no-such-place`. */
export async function writeReport({ dir, run, output }: ReportRequest): Promise<WrittenReport> {
  const log = await readRun(resolve(dir), run);
  const told = storyOf(log.run, log.events);
  const state = dirname(dirname(log.folder));
  const ids = told.culprits.map(({ id }) => id);
  const story = { ...told, reproducers: await readReproducers(state, ids) };
  const file = output === undefined ? join(log.folder, 'report.html') : resolve(output);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new SwarmError(`--output ${file}: no such folder`, {
      code: 'no-such-place',
      exit: EXIT.usage,
      hint: 'make the folder first',
    });
  await writeFileAtomic(file, page(story));
  return { schema: 'swarm.report/1', file, run: log.run, verdict: story.document?.verdict ?? null };
}
