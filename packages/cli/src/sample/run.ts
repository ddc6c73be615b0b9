// One `swarm sample-test`, from flags to what is told: list, draw, order, run, write down.

import { setFlagsFromString } from 'node:v8';
import { orderTests, type Planned, planBudget, Tally, type TestId, type TestResult } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { findSuites, historyFolder, openSuites, readHistory, runTests, type Selected } from '@swarm/runner';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import { type Prepared, type Told, tellList, tellRun } from './document.js';
import { listTests, withinBudget } from './listed-tests.js';
import { openRecords } from './records.js';
import { checkReplay, choiceOfToken, select, windowsFor } from './selection.js';
import { type SampleFlags, type SampleSettings, sampleSettings } from './settings.js';
import { viewpointOf } from './viewpoint.js';

const INTERRUPTED = {
  message: 'sample-test: interrupted before anything ran',
  hint: 'run the same command again',
};

export async function runSample(
  flags: SampleFlags,
  patterns: readonly string[],
  status: Status,
): Promise<Told> {
  const settings = await sampleSettings(flags, patterns, process.env);
  const interrupt = listenForInterrupt(INTERRUPTED);
  try {
    const state = await openStateFolder(settings.root);
    const prepared = await prepare(settings, state, interrupt.signal);
    const tests = chosen(prepared);
    const order = orderTests(tests, readHistory(historyFolder(state), new Set(tests)));
    if (settings.list)
      return tellList(
        prepared,
        order.map(({ id }) => id),
      );
    const run = { settings, state, prepared, order, signal: interrupt.signal, status };
    const ran = await runOrdered(run);
    return tellRun(prepared, ran, interrupt.problem()?.exit);
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}

interface PreparedRun extends Prepared {
  /** What the history is kept under. */
  readonly name: string;
}

const chosen = ({ selection }: Prepared): TestId[] => [
  ...selection.failed,
  ...selection.changed,
  ...selection.drawn,
];

/** A budget counts from the start of the process, as does the monotonic clock. */
const leftOf = (budgetMs: number | undefined): number | undefined =>
  budgetMs === undefined ? undefined : budgetMs - performance.now();

async function prepare(settings: SampleSettings, state: string, signal: AbortSignal): Promise<PreparedRun> {
  const { root, suites, replay: token, fraction, seed, failed, changed, budgetMs } = settings;
  const replay = token === undefined ? undefined : choiceOfToken(token);
  const opened = suites === undefined ? await findSuites(root) : await openSuites(suites, root);
  const pin = pinFor(settings);
  pin.catch(() => {}); // Thrown where it is waited for.
  const listed = await withinBudget(leftOf(budgetMs), signal, (soon) =>
    listTests(opened, replay?.patterns ?? settings.patterns, root, soon),
  );
  const windows = replay?.windows ?? windowsFor(fraction, listed.tests.length);
  const viewpoint = await viewpointOf(settings, windows, await pin, state);
  const { window, round, agent, name } = viewpoint;
  const choice = replay ?? { seed, windows, window, patterns: settings.patterns };
  const selection = select(listed.tests, choice, {
    pasts: failed ? readHistory(historyFolder(state)) : undefined,
    changed: changed ? await (await import('./change.js')).changedFiles(settings) : [],
  });
  if (replay === undefined) return { listed, selection, round, agent, name };
  checkReplay(replay, listed.tests, selection.drawn);
  return { listed, selection, name };
}

/** What the round is pinned to, where there is something to tell by it: a whole suite is the same in all rounds. */
async function pinFor(settings: SampleSettings): Promise<string> {
  const { task, round, replay, fraction } = settings;
  if (task !== undefined) return task;
  if (round !== undefined || replay !== undefined || fraction === 1) return '';
  const { pinOf } = await import('./change.js');
  return pinOf(settings);
}

interface OrderedRun {
  readonly settings: SampleSettings;
  readonly state: string;
  readonly prepared: PreparedRun;
  readonly order: readonly Planned[];
  readonly signal: AbortSignal;
  readonly status: Status;
}

async function runOrdered({ settings, state, prepared, order, signal, status }: OrderedRun) {
  const { budgetMs, jobs, timeLimitMs, retries } = settings;
  const { selection, listed, name } = prepared;
  const tally = new Tally(new Set([...selection.failed, ...selection.changed]));
  const records = openRecords(settings, state, { agent: name, replay: selection.token });
  const report = (result: TestResult) => {
    tally.add(result);
    records.add(result);
    const { fail, notRun } = tally.counts;
    const done = doneOf(tally);
    status.show(`${done}/${order.length} tests, ${fail} failing${notRun > 0 ? `, ${notRun} not run` : ''}`);
  };
  const plan = planBudget(order, jobs, leftOf(budgetMs));
  // Little of our own runs from here on: to optimize it, and to look for garbage beside it, takes more of the processors from the tests
  // than it ever saves.
  setFlagsFromString('--no-opt --no-incremental-marking');
  try {
    await runTests({
      passes: [plan.start, plan.left].map((tests) => bySuite(tests, listed.suiteOf)),
      folder: records.folder,
      ...{ state, jobs, timeLimitMs, retries, signal, report },
      ...(budgetMs === undefined ? {} : { deadlineMs: budgetMs }),
    });
  } finally {
    records.close();
  }
  await records.writeReports();
  return {
    counts: tally.counts,
    failures: tally.failures,
    unresolved: tally.unresolved,
    flaky: tally.flaky,
    inference: tally.inference(listed.tests.length),
    wallMs: performance.now(),
    interrupted: signal.aborted,
    log: records.shownPath,
  };
}

const doneOf = ({ counts }: Tally): number =>
  counts.pass + counts.fail + counts.skip + counts.notRun + counts.unresolved;

/** Suites in the order of their first test. */
function bySuite(tests: readonly Planned[], suiteOf: Prepared['listed']['suiteOf']): Selected[] {
  const groups = new Map<Selected['suite'], Planned[]>();
  for (const test of tests) {
    const { suite } = suiteOf.get(test.id)!;
    const known = groups.get(suite);
    if (known === undefined) groups.set(suite, [test]);
    else known.push(test);
  }
  return [...groups].map(([suite, group]) => ({ suite, tests: group }));
}
