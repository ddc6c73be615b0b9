// The document of a sample, swarm.sample/1: what `--json` prints, and all that the lines for people are made from.

import {
  type Counts,
  EXIT,
  type ExitCode,
  exitCodeOf,
  type Inference,
  type Named,
  oneLine,
  type Summary,
  summaryLines,
  type TestId,
  verdictOf,
} from '@swarm/core';
import type { ListedTests } from './listed-tests.js';
import type { Selection } from './selection.js';

/** Why a test is in a sample: drawn, it failed last, or the change touched it. */
type Why = 'drawn' | 'failed' | 'changed';

interface Sampled {
  readonly schema: 'swarm.sample/1';
  readonly suites: ListedTests['suites'];
  readonly sample: {
    /** Tests that were drawn from. */
    readonly total: number;
    readonly drawn: number;
    readonly failed: number;
    readonly changed: number;
    /** Wanted on top as well, and left out by the limit. */
    readonly over: number;
    readonly seed: number;
    readonly windows: number;
    /** From 1. */
    readonly window: number;
    /** Left out in a replay. */
    readonly round?: number;
    readonly agent?: string;
    readonly patterns: readonly string[];
  };
  readonly replay: string;
}

interface ListDocument extends Sampled {
  readonly verdict: 'listed';
  /** In the order in which they would run. */
  readonly tests: readonly { readonly test: TestId; readonly why: Why }[];
}

interface RunDocument extends Sampled {
  readonly verdict: 'pass' | 'fail' | 'partial' | 'unresolved' | 'interrupted';
  readonly counts: Counts;
  /** The first hundred of each; all are in the log. */
  readonly failures: readonly Named[];
  readonly unresolved: readonly Named[];
  readonly flaky: readonly Named[];
  readonly inference: Inference;
  readonly seconds: number;
  readonly log: string;
}

/** What is known before anything runs. */
export interface Prepared {
  readonly listed: ListedTests;
  readonly selection: Selection;
  readonly round?: number;
  readonly agent?: string;
}

function sampled({ listed, selection, round, agent }: Prepared): Sampled {
  const { choice, drawn, failed, changed, over, token } = selection;
  return {
    schema: 'swarm.sample/1',
    suites: listed.suites,
    sample: {
      total: listed.tests.length,
      drawn: drawn.length,
      failed: failed.length,
      changed: changed.length,
      over,
      seed: choice.seed,
      windows: choice.windows,
      window: choice.window + 1,
      ...(round === undefined ? {} : { round }),
      ...(agent === undefined ? {} : { agent }),
      patterns: choice.patterns,
    },
    replay: token,
  };
}

export interface Ran
  extends Pick<Summary, 'counts' | 'failures' | 'unresolved' | 'flaky' | 'wallMs' | 'interrupted'> {
  readonly inference: Inference;
  readonly log: string;
}

function runDocument(prepared: Prepared, ran: Ran): RunDocument {
  const { counts, failures, unresolved, flaky, inference, wallMs, log } = ran;
  return {
    ...sampled(prepared),
    verdict: verdictOf(ran).toLowerCase() as RunDocument['verdict'],
    counts,
    failures,
    unresolved,
    flaky,
    inference,
    seconds: Math.round(wallMs) / 1000,
    log,
  };
}

function listDocument(prepared: Prepared, order: readonly TestId[]): ListDocument {
  const failed = new Set(prepared.selection.failed);
  const changed = new Set(prepared.selection.changed);
  const why = (test: TestId): Why => (failed.has(test) ? 'failed' : changed.has(test) ? 'changed' : 'drawn');
  return {
    ...sampled(prepared),
    verdict: 'listed',
    tests: order.map((test) => ({ test, why: why(test) })),
  };
}

/** What to print, and how to exit. */
export interface Told {
  readonly document: RunDocument | ListDocument;
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

/** `interruptExit`: of the signal that came, if one did. */
export function tellRun(prepared: Prepared, ran: Ran, interruptExit: ExitCode | undefined): Told {
  const document = runDocument(prepared, ran);
  const lines = summaryLines({
    ...ran,
    part: partOf(document.sample),
    replay: replayWords(document.replay),
  });
  return { document, lines, exit: interruptExit ?? exitCodeOf(ran.counts) };
}

export function tellList(prepared: Prepared, order: readonly TestId[]): Told {
  const document = listDocument(prepared, order);
  const words: Record<Why, string> = { drawn: 'drawn', failed: 'failed last', changed: 'changed' };
  const lines = document.tests.map(({ test, why }) => oneLine(`${words[why]}: ${test}`));
  const from = document.suites.map(({ name, because, tests }) => `${name}: ${tests} (${because})`);
  return {
    document,
    lines: [
      `${document.tests.length} of ${document.sample.total} tests: ${partOf(document.sample)}; suites ${from.join(', ')}`,
      ...lines,
    ],
    exit: EXIT.done,
  };
}

/** A token with many patterns in it is no word to copy from a screen. */
const replayWords = (token: string): string =>
  token.length <= 160 ? `swarm sample-test --replay ${token}` : 'the token is in the first line of the log';

function partOf({ window, windows, agent, round, failed, changed }: Sampled['sample']): string {
  const added = failed + changed;
  const whole = windows === 1;
  return [
    whole ? 'the whole suite' : `window ${window} of ${windows}`,
    whole || round === undefined ? '' : `round ${round}`,
    whole ? '' : (agent ?? ''),
    added === 0 ? '' : `${added} added: ${failed} failed last, ${changed} changed`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
