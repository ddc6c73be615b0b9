// A worker process: runs the tests that it is sent, through helpers of its own, which end with it.

import { SwarmError, type SwarmErrorDetails } from '@swarm/core';
import { createRunner, type ProcessRunner } from '@swarm/host';
import type { LabelledJob } from './job.js';
import { type Executed, runJob } from './run-job.js';

export interface WorkerTask {
  readonly job: LabelledJob;
  readonly cookie: string;
  /** Tests at once in this worker. */
  readonly jobs: number;
}

/** Errors lose their class on the way between processes. */
export type Answer =
  | { readonly kind: 'executed'; readonly executed: Executed }
  | { readonly kind: 'problem'; readonly message: string; readonly details: SwarmErrorDetails };

let runner: ProcessRunner | undefined;

// Ctrl-C reaches the whole group; what follows from it is decided by the process that has the terminal.
process.on('SIGINT', () => {});

export default async function execute({ job, cookie, jobs }: WorkerTask): Promise<Answer> {
  runner ??= createRunner({ jobs, cookie: `${cookie}.${process.pid}` });
  try {
    return { kind: 'executed', executed: await runJob(runner, job, undefined) };
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    const { message, code, exit, hint } = error;
    return { kind: 'problem', message, details: { code, exit, ...(hint === undefined ? {} : { hint }) } };
  }
}
