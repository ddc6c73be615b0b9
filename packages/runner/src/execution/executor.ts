// Where tests run: in this process while it can keep up, else in worker processes that each drive helpers of their own. One event
// loop starts about a thousand programs a second; more tests at once than a few would wait for it, not for a processor.

import { setMaxListeners } from 'node:events';
import { createRunner, surroundings } from '@swarm/host';
import type { LabelledJob } from './job.js';
import { type Executed, runJob } from './run-job.js';

export interface Executor {
  /** Never rejects but for `disk-full` and `read-only`; a test that was cut off by the signal is `not-run`. */
  execute(job: LabelledJob): Promise<Executed>;
  close(): Promise<void>;
}

interface ExecutorOptions {
  readonly jobs: number;
  readonly cookie: string;
  readonly signal?: AbortSignal;
}

/** What one event loop keeps busy, lanes for brief tests among them. */
const JOBS_PER_PROCESS = 16;

export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  // What stands around the programs of this process is not known to another one.
  if (options.jobs <= JOBS_PER_PROCESS || surroundings() !== undefined) return inProcess(options);
  const { openWorkers } = await import('./workers.js');
  return openWorkers({ ...options, workers: Math.ceil(options.jobs / JOBS_PER_PROCESS) });
}

function inProcess({ jobs, cookie, signal }: ExecutorOptions): Executor {
  const runner = createRunner({ jobs, cookie });
  if (signal !== undefined) setMaxListeners(0, signal); // Each program that runs listens.
  return { execute: (job) => runJob(runner, job, signal), close: () => runner.close() };
}
