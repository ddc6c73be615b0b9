// Worker processes that run tests, held by tinypool. A worker that dies takes only its own tests with it: they are unresolved, their
// programs are ended by the helpers' guards, and another worker goes on.

import { fileURLToPath } from 'node:url';
import { SwarmError } from '@swarm/core';
import type { Executor } from './executor.js';
import type { LabelledJob } from './job.js';
import type { Executed } from './run-job.js';
import type { Answer, WorkerTask } from './worker.js';

interface WorkersOptions {
  readonly jobs: number;
  readonly workers: number;
  readonly cookie: string;
  readonly signal?: AbortSignal;
}

export async function openWorkers({ jobs, workers, cookie, signal }: WorkersOptions): Promise<Executor> {
  const { Tinypool } = await import('tinypool');
  const each = Math.ceil(jobs / workers);
  const pool = new Tinypool({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    runtime: 'child_process',
    env: { ...process.env } as Record<string, string>, // Left out, they would have none at all.
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: each,
    isolateWorkers: false,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= pool.destroy();
    return closing;
  };
  const abort = () => void close();
  signal?.addEventListener('abort', abort, { once: true });
  const execute = async (job: LabelledJob): Promise<Executed> => {
    if (signal?.aborted) return interrupted();
    const startedMs = performance.now();
    const task: WorkerTask = { job, cookie, jobs: each };
    const answer = await (pool.run(task) as Promise<Answer>).catch((error: unknown): Answer => {
      const wallMs = performance.now() - startedMs;
      if (signal?.aborted) return { kind: 'executed', executed: interrupted(wallMs) };
      const reason = `the worker that ran it ended: ${error instanceof Error ? error.message : String(error)}`;
      return {
        kind: 'executed',
        executed: { outcome: { kind: 'unresolved', reason }, swept: false, wallMs },
      };
    });
    if (answer.kind === 'executed') return answer.executed;
    throw new SwarmError(answer.message, answer.details);
  };
  return {
    execute,
    close: async () => {
      signal?.removeEventListener('abort', abort);
      await close();
    },
  };
}

const interrupted = (wallMs = 0): Executed => ({
  outcome: { kind: 'not-run', reason: 'interrupted' },
  swept: false,
  wallMs,
});
