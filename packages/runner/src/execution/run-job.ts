// Runs one test's steps and says what came of it. Nothing of a test that passed is kept, and of the others one capped file.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { oneLine, type TestFailure, type TestOutcome } from '@swarm/core';
import { diskProblem, type ProcessRunner, type RunResult } from '@swarm/host';
import { outputFileOf } from '../output-file.js';
import { diskIsFull } from './disk-room.js';
import type { LabelledJob, Step } from './job.js';
import { outputDifference } from './output-comparison.js';
import { testEnvironment } from './test-environment.js';

/** What came of a test. */
export interface Executed {
  readonly outcome: TestOutcome;
  /** Daemons that it left are in the outcome, too; else nobody has looked for them yet. */
  readonly swept: boolean;
  readonly wallMs: number;
  readonly outputFile?: string;
}

const OUTPUT_CAP_BYTES = 64 * 1024;
const FLOOD_BYTES = 64 * 2 ** 20;
/** What is told of a test that left something running. */
export const leak: TestOutcome = {
  kind: 'fail',
  failure: 'leak',
  detail: 'left processes behind, which were ended',
};

/** As automake, meson and others have it. */
const SKIPPED_STATUS = 77;

/** Run a test. Throws `disk-full` and `read-only` (exit 3) where its output can't be kept. */
export async function runJob(
  runner: ProcessRunner,
  job: LabelledJob,
  signal: AbortSignal | undefined,
): Promise<Executed> {
  if (job.skip !== undefined) return notBegun({ kind: 'skip', reason: job.skip });
  if (job.problem !== undefined) return notBegun({ kind: 'unresolved', reason: job.problem });
  const startedMs = performance.now();
  try {
    if (job.scratch !== undefined) mkdirSync(job.scratch, { recursive: true });
    let outcome: TestOutcome = { kind: 'pass' };
    let outputFile: string | undefined;
    let swept = true;
    for (const step of job.steps) {
      const leftMs = job.leftMs === undefined ? undefined : job.leftMs - (performance.now() - startedMs);
      const { result, difference } = await runStep(runner, job, step, leftMs, signal);
      swept &&= result.swept;
      outcome = judge(job, step, result, difference, leftMs);
      if (outcome.kind !== 'pass') outputFile = keepOutput(job, result);
      if (outcome.kind !== 'pass') break;
    }
    if (outcome.kind !== 'pass' || job.expect === 'fail') outcome = await againstExpectation(job, outcome);
    const wallMs = performance.now() - startedMs;
    return { outcome, swept, wallMs, ...(outputFile === undefined ? {} : { outputFile }) };
  } catch (error) {
    throw diskProblem(error, 'output of a test', job.outputFolder);
  } finally {
    if (job.scratch !== undefined) rmSync(job.scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

const notBegun = (outcome: TestOutcome): Executed => ({ outcome, swept: true, wallMs: 0 });

async function runStep(
  runner: ProcessRunner,
  job: LabelledJob,
  step: Step,
  leftMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<{ result: RunResult; difference: string | undefined }> {
  const stdoutFile =
    step.expectedOutput === undefined ? undefined : `${outputFileOf(job.outputFolder, job.id)}.stdout`;
  const result = await runner.run({
    argv: step.argv,
    cwd: step.cwd,
    env: testEnvironment(job.env),
    timeLimitMs: Math.max(1, Math.min(job.timeLimitMs, leftMs ?? Number.POSITIVE_INFINITY)),
    outputCapBytes: OUTPUT_CAP_BYTES,
    label: job.label,
    sweep: 'free',
    ...(stdoutFile === undefined ? {} : { stdoutFile, fileLimitBytes: FLOOD_BYTES }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (stdoutFile === undefined) return { result, difference: undefined };
  const clean = result.exit.kind === 'exited' && result.exit.code === 0;
  const { difference, head } = outputDifference(step.expectedOutput!, stdoutFile, clean);
  rmSync(stdoutFile, { force: true });
  return { result: { ...result, stdout: head }, difference };
}

function judge(
  job: LabelledJob,
  step: Step,
  result: RunResult,
  difference: string | undefined,
  leftMs: number | undefined,
): TestOutcome {
  const { exit } = result;
  const fail = (failure: TestFailure, detail: string): TestOutcome => ({ kind: 'fail', failure, detail });
  switch (exit.kind) {
    case 'aborted':
      return { kind: 'not-run', reason: 'interrupted' };
    case 'not-started':
      return { kind: 'unresolved', reason: exit.reason };
    case 'timed-out':
      if (leftMs !== undefined && leftMs < job.timeLimitMs)
        return { kind: 'not-run', reason: 'the time budget ended it' };
      return fail('timeout', `still running after ${job.timeLimitMs / 1000} s`);
    case 'signalled':
      if (result.note !== undefined) return fail('flood', result.note);
      return fail(
        step.failure === 'compile' ? 'compile' : 'crash',
        withLastLine(`ended by ${exit.signal}`, result),
      );
    case 'exited':
      if (exit.code === SKIPPED_STATUS && step.failure === 'exit')
        return { kind: 'skip', reason: lastLine(result) || `exit status ${SKIPPED_STATUS}` };
      if (exit.code !== 0) return fail(step.failure, withLastLine(`exit status ${exit.code}`, result));
      if (difference !== undefined) return fail('wrong-output', difference);
      if (result.leaked && !job.leaksAllowed) return leak;
      return { kind: 'pass' };
  }
}

/** Of what wasn't a plain pass. A test that failed where a disk has no room left says nothing about what it tests. */
async function againstExpectation(job: LabelledJob, outcome: TestOutcome): Promise<TestOutcome> {
  if (outcome.kind === 'pass') return { kind: 'unexpected-pass' };
  if (outcome.kind !== 'fail') return outcome;
  if (await diskIsFull(job.outputFolder))
    return { kind: 'unresolved', reason: `the disk is full: ${outcome.detail}` };
  const ended = outcome.failure === 'timeout' || outcome.failure === 'flood' || outcome.failure === 'leak';
  return job.expect === 'fail' && !ended ? { kind: 'expected-fail', detail: outcome.detail } : outcome;
}

function keepOutput(job: LabelledJob, { stdout, stderr }: RunResult): string | undefined {
  if (stdout === '' && stderr === '') return undefined;
  const between =
    stdout !== '' && stderr !== '' ? `${stdout.endsWith('\n') ? '' : '\n'}--- standard error ---\n` : '';
  const file = outputFileOf(job.outputFolder, job.id);
  writeFileSync(file, stdout + between + stderr);
  return file;
}

const withLastLine = (text: string, result: RunResult): string => {
  const last = lastLine(result);
  return last === '' ? text : `${text}: ${last}`;
};

/** What programs say last is mostly why they end. */
function lastLine({ stdout, stderr }: RunResult): string {
  for (const text of [stderr, stdout]) {
    const line = oneLine(
      text
        .trimEnd()
        .slice(-2000)
        .split(/\r\n|\n|\r/)
        .at(-1) ?? '',
    );
    if (line !== '') return line;
  }
  return '';
}
