// What a batch that has ended comes to: which tests are settled, and which run again. A test is blamed only when the tool said
// that it ran, or when it ran alone; every test comes to an end after a few returns.

import type { TestId, TestOutcome } from '@swarm/core';
import type { Exit, RunResult } from '@swarm/host';
import type { SuiteRun } from '../suite.js';
import type { BatchPlan } from './batch-plan.js';
import type { BatchState } from './batch-state.js';
import type { BatchTool } from './batch-tool.js';
import type { Stop } from './batch-watch.js';
import { signalOf } from './exit-outcome.js';
import { lastLine, textOfFile } from './output-text.js';

/** What all batches of a run share. */
export interface Shared {
  readonly tool: BatchTool;
  readonly how: SuiteRun;
  readonly plan: BatchPlan;
  /** The tool has told of a test, in any batch: it works here. */
  told: boolean;
}

/** Files with what the tool printed. */
interface Said {
  readonly stdoutFile: string;
  readonly stderrFile: string;
}

/** The outcome of tests whose turn never came since the run ends. */
export function notRunFor(stop: Stop): TestOutcome | undefined {
  if (stop.kind === 'deadline') return { kind: 'not-run', reason: 'time budget reached' };
  return stop.kind === 'interrupt' ? { kind: 'not-run', reason: 'interrupted' } : undefined;
}

/** We ended it: whom that was about is settled, the others come again. */
export function concludeStopped({ plan, how }: Shared, state: BatchState, stop: Stop): void {
  const notRun = notRunFor(stop);
  if (notRun !== undefined) {
    for (const id of state.left) state.settle(id, notRun);
    return;
  }
  if (stop.kind === 'held-up') {
    const aside = state.left.filter((id) => stop.tests.includes(id));
    plan.setAside(aside.map((id) => ({ id, ranMs: state.ranMs(id) })));
    plan.giveBack(state.left.filter((id) => !stop.tests.includes(id)));
    return;
  }
  if (stop.kind !== 'overdue' && stop.kind !== 'flood') return;
  const outcome: TestOutcome =
    stop.kind === 'flood'
      ? { kind: 'fail', failure: 'flood', detail: 'stopped: it printed more than 64 MiB' }
      : { kind: 'fail', failure: 'timeout', detail: `no end after ${how.timeLimitMs / 1000} s` };
  const left = new Set(state.left);
  for (const id of stop.tests.filter((test) => left.has(test)))
    state.settle(id, outcome, '', how.timeLimitMs);
  const [suspect, ...rest] = state.left;
  if (suspect === undefined) return;
  if (stop.tests.length > 0) plan.giveBack(state.left);
  else if (state.tests.length === 1) state.settle(suspect, outcome, '', how.timeLimitMs);
  else {
    // The tool doesn't tell who was running: most likely the first without an end, so it is asked alone.
    plan.fix([suspect], ...halves(rest));
  }
}

/** It ended by itself: does its status agree with what it told, and is everything told? */
export async function concludeEnded(
  shared: Shared,
  state: BatchState,
  result: RunResult,
  said: Said,
): Promise<void> {
  const { tool, plan } = shared;
  const { exit } = result;
  shared.told ||= state.told;
  if (exit.kind === 'not-started') {
    const reason = `${tool.name} can't be started: ${exit.reason}`;
    for (const id of state.left) state.settle(id, { kind: 'unresolved', reason });
    return;
  }
  const end = endOf(exit, await textOfFile(said.stderrFile), tool.name);
  const { left } = state;
  if (left.length === 0 && !end.isClean && !state.failed) distrustPasses(state, end);
  if (result.leaked && tool.lingers !== true) settleLeak(plan, state);
  if (left.length === 0) return;
  if (end.isClean && state.tests.length > 1) plan.giveBack(left);
  else settleLost(shared, state, left, { ...end, said: end.said || (await textOfFile(said.stdoutFile)) });
}

/** How a tool ended. */
interface End {
  readonly isClean: boolean;
  readonly signal: string | undefined;
  /** In words: `pytest ended with 2`. */
  readonly words: string;
  readonly said: string;
}

function endOf(exit: Exit, said: string, name: string): End {
  const signal = signalOf(exit);
  const status = exit.kind === 'exited' ? exit.code : 0;
  const words = signal === undefined ? `${name} ended with ${status}` : `${name} was ended by ${signal}`;
  return { isClean: exit.kind === 'exited' && exit.code === 0, signal, words, said };
}

const inWords = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(': ');

/** All tests passed, and the tool says that something failed: that is no pass. */
function distrustPasses(state: BatchState, { words, said }: End): void {
  const detail = inWords(`${words} though no test of it failed`, lastLine(said));
  state.change(({ outcome }) =>
    outcome.kind === 'pass' ? { kind: 'fail', failure: 'exit', detail } : outcome,
  );
}

/** Which test left processes behind is found by running fewer at a time. */
function settleLeak(plan: BatchPlan, state: BatchState): void {
  const detail = 'it left processes behind';
  if (state.tests.length === 1)
    state.change(({ outcome }) =>
      outcome.kind === 'pass' ? { kind: 'fail', failure: 'leak', detail } : outcome,
    );
  else {
    const passed = state.ended.filter(({ outcome }) => outcome.kind === 'pass').map(({ id }) => id);
    state.forget(passed);
    plan.fix(...halves(passed));
  }
}

/** Tests without an end, though the tool has ended. */
function settleLost(shared: Shared, state: BatchState, left: readonly TestId[], end: End): void {
  const { plan, how } = shared;
  const { words, said, signal } = end;
  const running = state.running.filter((id) => left.includes(id));
  const detail = inWords(words, lastLine(said));
  const [one] = running.length === 1 ? running : left.length === 1 && signal !== undefined ? left : [];
  if (one !== undefined) {
    state.settle(one, { kind: 'fail', failure: signal === undefined ? 'exit' : 'crash', detail }, said);
    plan.giveBack(left.filter((id) => id !== one));
  } else if (state.tests.length === 1) {
    const outcome = { kind: 'fail', failure: 'missing', detail: `not told of; ${detail}` } as const;
    state.settle(left[0]!, outcome, said);
    // A tool that never told of anything won't tell of the others either.
    if (!shared.told) for (const id of plan.drain()) how.report({ id, outcome, wallMs: 0 });
  } else if (running.length > 1) {
    plan.fix(...running.map((id) => [id]));
    plan.giveBack(left.filter((id) => !running.includes(id)));
  } else plan.fix(...halves(left)); // Nobody knows whose fault it was: smaller batches tell.
}

function halves(tests: readonly TestId[]): (readonly TestId[])[] {
  const middle = Math.ceil(tests.length / 2);
  return [tests.slice(0, middle), tests.slice(middle)];
}
