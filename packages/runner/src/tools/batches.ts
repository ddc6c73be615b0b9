// Drives a tool that runs many tests in one process. The tool is only asked to run tests and to tell; time limits, the end of
// a budget and what is left running are ours: its whole process tree is ended, what it had not got to runs again, and
// every test gets exactly one result. Passes count when the tool's exit status agrees with them.

import { join } from 'node:path';
import type { TestId } from '@swarm/core';
import { createRunner, createWorkDir, makeFolder, type ProcessRunner, writeFileAtomic } from '@swarm/host';
import { outputFileOf } from '../output-file.js';
import type { SuiteRun } from '../suite.js';
import { BatchPlan } from './batch-plan.js';
import type { Ended } from './batch-state.js';
import type { BatchFailed, BatchRun, BatchTool } from './batch-tool.js';
import { concludeEnded, concludeStopped, notRunFor, type Shared } from './batch-verdict.js';
import { BatchWatch } from './batch-watch.js';
import { toolEnvironment } from './tool-environment.js';

/** Run these tests, and report each once. */
export async function runBatches(tool: BatchTool, tests: readonly TestId[], how: SuiteRun): Promise<void> {
  const lanes = tool.jobsInside ? 1 : Math.max(1, Math.min(how.jobs, tests.length));
  const runner = createRunner({ jobs: lanes, cookie: how.work.cookie });
  const work: Work = {
    tool,
    how,
    runner,
    place: how.work.path,
    plan: new BatchPlan(tool, how.jobs, tests),
    told: false,
  };
  try {
    await Promise.all(Array.from({ length: lanes }, () => lane(work)));
    for (const { id, ranMs } of work.plan.stillAside)
      how.report({ id, outcome: { kind: 'not-run', reason: reasonToEnd(how) }, wallMs: ranMs });
  } finally {
    await runner.close();
  }
}

interface Work extends Shared {
  readonly runner: ProcessRunner;
  readonly place: string;
}

async function lane(work: Work): Promise<void> {
  const { how, plan } = work;
  for (;;) {
    const leftMs = (how.deadlineMs ?? Number.POSITIVE_INFINITY) - performance.now();
    if (how.signal?.aborted || leftMs <= 0) {
      const reason = reasonToEnd(how);
      for (const id of plan.drain()) how.report({ id, outcome: { kind: 'not-run', reason }, wallMs: 0 });
      return;
    }
    const tests = plan.next(leftMs);
    if (tests === undefined) return;
    await runBatch(work, tests);
  }
}

const reasonToEnd = ({ signal }: SuiteRun): string =>
  signal?.aborted ? 'interrupted' : 'time budget reached';

async function runBatch(work: Work, tests: readonly TestId[]): Promise<void> {
  const { tool, how, plan } = work;
  const startedMs = performance.now();
  const watch = new BatchWatch(tool, tests, how);
  const folder = await createWorkDir(work.place);
  // The tool's own, beside its outputs: it writes there what it likes.
  const own = join(folder.path, 'own');
  makeFolder(own, 'batch folder');
  try {
    const jobs = tool.jobsInside ? how.jobs : 1;
    const run = await tool.prepare({ tests, folder: own, jobs, signal: watch.signal });
    if (run.kind === 'failed') settleAll(watch, run);
    else await drive(work, run, watch, folder.path);
  } finally {
    watch.close();
    await folder.remove();
  }
  const { ended } = watch.state;
  const testsMs = ended.reduce((sum, { wallMs }) => sum + wallMs, 0);
  if (watch.stop === undefined) plan.learn(ended.length, testsMs, performance.now() - startedMs);
  for (const result of ended) await report(how, result);
}

function settleAll({ state, stop }: BatchWatch, { outcome }: BatchFailed): void {
  const notRun = stop === undefined ? undefined : notRunFor(stop);
  for (const id of state.left) state.settle(id, notRun ?? outcome);
}

async function drive(work: Work, run: BatchRun, watch: BatchWatch, folder: string): Promise<void> {
  const stdoutFile = `${folder}/stdout`;
  const stderrFile = `${folder}/stderr`;
  watch.read(run.eventsFile ?? stdoutFile, (line) => run.line(line, watch.state.tell));
  if (run.single === true) watch.state.tell({ kind: 'start', id: watch.state.tests[0]! });
  const result = await work.runner.run({
    argv: run.argv,
    cwd: run.cwd,
    env: toolEnvironment(work.how.env, run.env),
    stdoutFile,
    stderrFile,
    signal: watch.signal,
    sweep: true,
    onStart: watch.onStart,
  });
  watch.close();
  if (watch.stop === undefined && result.exit.kind !== 'not-started')
    await run.end?.(watch.state.tell, { exit: result.exit, stdoutFile, stderrFile });
  if (watch.stop === undefined) await concludeEnded(work, watch.state, result, { stdoutFile, stderrFile });
  else concludeStopped(work, watch.state, watch.stop);
}

async function report(how: SuiteRun, { output, ...result }: Ended): Promise<void> {
  const keep = output !== '' && !['pass', 'skip', 'not-run'].includes(result.outcome.kind);
  if (!keep) return how.report(result);
  const outputFile = outputFileOf(how.outputFolder, result.id);
  await writeFileAtomic(outputFile, output, { durable: false });
  how.report({ ...result, outputFile });
}
