// Which tests a run takes: the random part, which depends on nothing but the suite and the choice, and what is added to it.

import {
  addExtras,
  type Choice,
  digestOf,
  drawSample,
  EXIT,
  type Past,
  readReplayToken,
  replayToken,
  SwarmError,
  type TestCase,
  type TestId,
  touchedTests,
  usualWindowCount,
  windowCount,
} from '@swarm/core';
import { nothing } from './listed-tests.js';
import { usage } from './settings.js';

export interface Selection {
  readonly choice: Choice;
  /** Drawn at random, in the order of the draw. */
  readonly drawn: readonly TestId[];
  readonly failed: readonly TestId[];
  readonly changed: readonly TestId[];
  /** Wanted as well, and left out by the limit. */
  readonly over: number;
  readonly token: string;
}

/** How many windows: as the fraction says, or as is usual for a suite of this size. */
export const windowsFor = (fraction: number | undefined, tests: number): number =>
  fraction === undefined ? usualWindowCount(tests) : windowCount(fraction);

/** What a replay token chooses. Throws `usage` (exit 2) when it isn't one. */
export function choiceOfToken(token: string) {
  const replay = readReplayToken(token);
  if (replay === undefined)
    throw usage(
      `replay ${JSON.stringify(token.slice(0, 80))}: no replay token, or mistyped`,
      'copy it from the output of a run',
    );
  return replay;
}

interface Wanted {
  /** What earlier runs say, if what failed last is wanted. */
  readonly pasts: ReadonlyMap<TestId, Past> | undefined;
  /** Files that the change touched, if they are wanted. */
  readonly changed: readonly string[];
}

/** Draw and add. Throws `nothing-to-run` (exit 4) where the window is empty, and nothing was added. */
export function select(tests: readonly TestCase[], choice: Choice, wanted: Wanted): Selection {
  const { seed, windows, window } = choice;
  const drawn = drawSample(tests, seed, windows, window);
  const { pasts } = wanted;
  const failing =
    pasts === undefined ? [] : tests.filter(({ id }) => pasts.get(id)?.failedLast).map(({ id }) => id);
  const touched = touchedTests(tests, wanted.changed);
  const { added, over } = addExtras(drawn, [...failing, ...touched]);
  if (drawn.length + added.length === 0)
    throw nothing(
      `sample: window ${window + 1} of ${windows} holds none of ${tests.length} tests`,
      'take a larger --fraction, or another --round',
    );
  const fails = new Set(failing);
  return {
    choice,
    drawn,
    failed: added.filter((id) => fails.has(id)),
    changed: added.filter((id) => !fails.has(id)),
    over,
    token: replayToken({ ...choice, total: tests.length, digest: digestOf(drawn) }),
  };
}

/** Throws `suite-changed` (exit 5) when a token's sample can't be drawn from the suite any more. */
export function checkReplay(
  { total, digest }: { readonly total: number; readonly digest: number },
  tests: readonly TestCase[],
  drawn: readonly TestId[],
): void {
  if (total === tests.length && digest === digestOf(drawn)) return;
  const why =
    total === tests.length ? 'other tests of the same number' : `${tests.length} tests, not ${total}`;
  throw new SwarmError(`replay: the suite is not the one that the token is from: ${why}`, {
    code: 'suite-changed',
    exit: EXIT.inconclusive,
    hint: 'replay at the commit that the sample was taken at, or draw a new one',
  });
}
