// One side of a comparison, on disk: a clean checkout of exactly its tree, built by the command that prepares it, with its tests
// listed; and runs of them, all at once or one alone in a fresh temporary folder.

import { bytewise, oneLine, type TestId, type TestResult } from '@swarm/core';
import { createRunner, createTempDir, type SwarmConfig, surrounded, surroundings } from '@swarm/host';
import { findSuites, openSuites, runTests, type Selected } from '@swarm/runner';
import type { Checkout, CheckRoom } from '@swarm/tasks';
import { type ListedTests, listTests } from '../sample/listed-tests.js';
import type { GateSource } from './context.js';
import { Watched } from './meddling.js';
import type { Rooms } from './rooms.js';

export interface RunLimits {
  readonly state: string;
  /** Where outputs of tests go. */
  readonly folder: string;
  readonly jobs: number;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  /** Where programs of a tree run; left out: where we do. */
  readonly rooms?: Rooms | undefined;
  /** Does a path belong to what judges? */
  readonly judges: (path: string) => boolean;
}

export interface OpenSide {
  /** Undefined where it could not be built: why, in one line. */
  readonly broken?: string;
  readonly tests: readonly TestId[];
  /** Run everything; failing ones up to so many times more, alone and last. */
  runAll(retries: number, report: (result: TestResult) => void): Promise<void>;
  /** Run some, those that are there. */
  runSome(tests: readonly TestId[], report: (result: TestResult) => void): Promise<void>;
  /** Run one alone, in a fresh temporary folder. */
  runAlone(test: TestId): Promise<TestResult | undefined>;
  /** What of that which judges was changed by what ran in a room so far. */
  touched(): readonly string[];
  close(): Promise<void>;
}

const PREPARE_SECONDS = 1800;

/** Check a tree out, build it, list its tests. Throws what these throw; a build that fails is a value. */
export async function openSide(
  { trees, checkOut }: GateSource,
  tree: string,
  config: SwarmConfig,
  limits: RunLimits,
): Promise<OpenSide> {
  const checkout = await checkOut(await trees.commitOf(tree));
  try {
    if (limits.rooms === undefined) return await openIn(checkout, config, limits);
    const watched = new Watched(checkout.path, (await trees.files(tree)).filter(limits.judges));
    const room = await limits.rooms.open(checkout.path, watched.folders);
    const built = () => watched.built();
    const opened = surrounded(room, () => openIn(checkout, config, limits, built)).catch(closing(room));
    return inRoom(room, watched, await opened);
  } catch (error) {
    await checkout.remove();
    throw error;
  }
}

async function openIn(
  checkout: Checkout,
  config: SwarmConfig,
  limits: RunLimits,
  built: () => void = () => {},
): Promise<OpenSide> {
  const broken = await prepare(checkout, config, limits.signal);
  built();
  if (broken !== undefined) return brokenSide(checkout, broken);
  const { suites } = config.tests;
  const opened =
    suites === undefined ? await findSuites(checkout.path) : await openSuites(suites, checkout.path);
  const listed = await listTests(opened, [], checkout.path, limits.signal);
  return sideOf(checkout, listed, limits);
}

const closing = (room: CheckRoom) => async (error: unknown) => {
  await room.close();
  throw error;
};

/** All that a side runs, it runs in the room. */
const inRoom = (room: CheckRoom, watched: Watched, side: OpenSide): OpenSide => ({
  ...side,
  touched: () => watched.touched(),
  runAll: (retries, report) => surrounded(room, () => side.runAll(retries, report)),
  runSome: (tests, report) => surrounded(room, () => side.runSome(tests, report)),
  runAlone: (test) => surrounded(room, () => side.runAlone(test)),
  close: async () => {
    await room.close();
    await side.close();
  },
});

/** Undefined when it was built. */
async function prepare(
  checkout: Checkout,
  { gate }: SwarmConfig,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (gate.prepare === undefined) return undefined;
  const runner = createRunner({ jobs: 1, cookie: checkout.cookie });
  try {
    const { exit, stderr, stdout, note } = await runner.run({
      argv: ['sh', '-c', gate.prepare],
      cwd: checkout.path,
      timeLimitMs: 1000 * (gate.prepareTimeout ?? PREPARE_SECONDS),
      signal,
    });
    signal.throwIfAborted();
    if (exit.kind === 'exited' && exit.code === 0) return undefined;
    const how = note ?? (exit.kind === 'exited' ? `exit status ${exit.code}` : exit.kind);
    const said = oneLine((stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '');
    return `\`${gate.prepare}\` failed: ${how}${said === '' ? '' : `: ${said}`}`;
  } finally {
    await runner.close();
  }
}

/** Every test fails where the tree can't be built. */
export const brokenResults = (tests: readonly TestId[], broken: string): TestResult[] =>
  tests.map((id) => ({ id, outcome: { kind: 'fail', failure: 'compile', detail: broken }, wallMs: 0 }));

const brokenSide = (checkout: Checkout, broken: string): OpenSide => ({
  broken,
  tests: [],
  runAll: async () => {},
  runSome: async (tests, report) => brokenResults(tests, broken).forEach(report),
  runAlone: async (id) => brokenResults([id], broken)[0],
  touched: () => [],
  close: () => checkout.remove(),
});

function sideOf(checkout: Checkout, listed: ListedTests, limits: RunLimits): OpenSide {
  const { state, folder, jobs, timeLimitMs, signal } = limits;
  const ids = listed.tests.map(({ id }) => id).sort(bytewise);
  const run = async (
    tests: readonly TestId[],
    how: { jobs: number; retries: number; env?: Record<string, string> },
    report: (result: TestResult) => void,
  ) => {
    const passes = [bySuite(tests, listed)];
    const work = surroundings()?.folder ?? state;
    await runTests({ passes, state: work, folder, timeLimitMs, signal, report, ...how });
    signal.throwIfAborted();
  };
  return {
    tests: ids,
    runAll: (retries, report) => run(ids, { jobs, retries }, report),
    runSome: (tests, report) =>
      run(
        tests.filter((test) => listed.suiteOf.has(test)),
        { jobs, retries: 0 },
        report,
      ),
    runAlone: async (test) => {
      if (!listed.suiteOf.has(test)) return undefined;
      const fresh = await createTempDir();
      let result: TestResult | undefined;
      try {
        await run([test], { jobs: 1, retries: 0, env: { TMPDIR: fresh.path } }, (it) => {
          result = it;
        });
      } finally {
        await fresh.remove();
      }
      return result;
    },
    touched: () => [],
    close: () => checkout.remove(),
  };
}

function bySuite(tests: readonly TestId[], { suiteOf }: ListedTests): Selected[] {
  const groups = new Map<Selected['suite'], { id: TestId; expectedMs: number; guessed: true }[]>();
  for (const id of tests) {
    const { suite } = suiteOf.get(id)!;
    const group = groups.get(suite) ?? [];
    group.push({ id, expectedMs: 0, guessed: true });
    groups.set(suite, group);
  }
  return [...groups].map(([suite, group]) => ({ suite, tests: group }));
}
