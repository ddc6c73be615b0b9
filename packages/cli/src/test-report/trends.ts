// What many runs of tests say together: a fold over their tests, in any order of runs. Pure; memory grows with the number of tests
// and, up to a bound for each, of their runs.

import { directoryOf, type TestId } from '@swarm/core';
import type { ReportedTest } from '@swarm/runner';

/** A run as a whole. */
export interface RunTrend {
  /** Ms since 1970. */
  readonly startedMs: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Of all tests together. */
  readonly seconds: number;
}

export interface TestTrend {
  readonly id: TestId;
  /** Runs in which it passed or failed. */
  readonly runs: number;
  readonly failures: number;
  /** How often it went from passing to failing or back, and how often a run itself called it flaky. */
  readonly changes: number;
  readonly isFailing: boolean;
  /** It fails, and passed the time before. */
  readonly isNew: boolean;
  /** Of its last failure; '' where nothing is known. */
  readonly message: string;
  /** The median of its last runs. */
  readonly seconds: number;
}

export interface FolderTrend {
  readonly folder: string;
  readonly tests: number;
  readonly failing: number;
  readonly seconds: number;
}

export interface Trends {
  /** Oldest first. */
  readonly runs: readonly RunTrend[];
  readonly tests: number;
  /** By id; all lists hold at most `LISTED`, with the most telling first. */
  readonly failing: readonly TestTrend[];
  readonly newlyFailing: readonly TestTrend[];
  readonly flaky: readonly TestTrend[];
  readonly slow: readonly TestTrend[];
  readonly folders: readonly FolderTrend[];
  /** How many there are where lists are cut. */
  readonly totals: {
    readonly failing: number;
    readonly newlyFailing: number;
    readonly flaky: number;
    readonly folders: number;
  };
}

const LISTED = 25;
/** Runs that are kept of a test. */
const KEPT = 200;
const MEDIAN_OF = 10;

/** One time that a test ran. */
interface Turn {
  readonly atMs: number;
  readonly failed: boolean;
  readonly seconds: number;
}

interface Known {
  turns: Turn[];
  flaky: number;
  message: string;
  messageMs: number;
}

export class TrendFold {
  readonly #runs: { -readonly [K in keyof RunTrend]: RunTrend[K] }[] = [];
  readonly #tests = new Map<TestId, Known>();

  run(startedMs: number): void {
    this.#runs.push({ startedMs, passed: 0, failed: 0, skipped: 0, seconds: 0 });
  }

  test({ id, status, seconds = 0, message, flaky }: ReportedTest): void {
    const run = this.#runs.at(-1);
    if (run === undefined) return;
    const known = this.#known(id);
    run.seconds += seconds;
    if (flaky) known.flaky++;
    if (status === 'skipped') {
      run.skipped++;
      return;
    }
    const failed = status !== 'passed';
    run[failed ? 'failed' : 'passed']++;
    known.turns.push({ atMs: run.startedMs, failed, seconds });
    if (known.turns.length > 2 * KEPT) known.turns = inOrder(known.turns).slice(-KEPT);
    if (failed && run.startedMs >= known.messageMs)
      Object.assign(known, { message, messageMs: run.startedMs });
  }

  trends(): Trends {
    const tests = [...this.#tests].map(([id, known]) => trendOf(id, known));
    const failing = tests.filter(({ isFailing }) => isFailing).sort(byId);
    const newlyFailing = failing.filter(({ isNew }) => isNew);
    const flaky = tests
      .filter(({ changes }) => changes > 1)
      .sort((a, b) => b.changes - a.changes || byId(a, b));
    const slow = tests
      .filter(({ seconds }) => seconds > 0)
      .sort((a, b) => b.seconds - a.seconds || byId(a, b));
    const folders = foldersOf(tests);
    return {
      runs: [...this.#runs].sort((a, b) => a.startedMs - b.startedMs),
      tests: tests.length,
      failing: failing.slice(0, LISTED),
      newlyFailing: newlyFailing.slice(0, LISTED),
      flaky: flaky.slice(0, LISTED),
      slow: slow.slice(0, LISTED),
      folders: folders.slice(0, LISTED),
      totals: {
        failing: failing.length,
        newlyFailing: newlyFailing.length,
        flaky: flaky.length,
        folders: folders.length,
      },
    };
  }

  #known(id: TestId): Known {
    let known = this.#tests.get(id);
    if (known === undefined) {
      known = { turns: [], flaky: 0, message: '', messageMs: Number.NEGATIVE_INFINITY };
      this.#tests.set(id, known);
    }
    return known;
  }
}

const inOrder = (turns: readonly Turn[]): Turn[] => [...turns].sort((a, b) => a.atMs - b.atMs);
const byId = (a: TestTrend, b: TestTrend): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function trendOf(id: TestId, { turns, flaky, message }: Known): TestTrend {
  const sorted = inOrder(turns);
  const [last, before] = [sorted.at(-1), sorted.at(-2)];
  const changes = sorted.filter(({ failed }, i) => i > 0 && failed !== sorted[i - 1]!.failed).length;
  const times = sorted.slice(-MEDIAN_OF).map(({ seconds }) => seconds);
  times.sort((a, b) => a - b);
  const isFailing = last?.failed === true;
  return {
    id,
    runs: sorted.length,
    failures: sorted.filter(({ failed }) => failed).length,
    // What a run itself calls flaky failed and passed within it.
    changes: changes + 2 * flaky,
    isFailing,
    isNew: isFailing && before?.failed === false,
    message: isFailing ? message : '',
    seconds: times[times.length >> 1] ?? 0,
  };
}

/** Those with failing tests first, then the slow ones. */
function foldersOf(tests: readonly TestTrend[]): FolderTrend[] {
  const folders = new Map<string, { tests: number; failing: number; seconds: number }>();
  for (const { id, isFailing, seconds } of tests) {
    const folder = directoryOf(id);
    const known = folders.get(folder) ?? { tests: 0, failing: 0, seconds: 0 };
    known.tests++;
    known.seconds += seconds;
    if (isFailing) known.failing++;
    folders.set(folder, known);
  }
  return [...folders]
    .map(([folder, known]) => ({ folder, ...known }))
    .sort((a, b) => b.failing - a.failing || b.seconds - a.seconds || (a.folder < b.folder ? -1 : 1));
}

/** Passed of what passed or failed, 0 to 1; undefined where nothing did. */
export const passRate = ({ passed, failed }: Pick<RunTrend, 'passed' | 'failed'>): number | undefined =>
  passed + failed === 0 ? undefined : passed / (passed + failed);

/** In percent; never 100 where something failed. */
export function percent(rate: number | undefined): string {
  if (rate === undefined) return '-';
  const shown = rate < 1 ? Math.min(99.9, Math.round(rate * 1000) / 10) : 100;
  return `${shown === 100 ? '100' : shown.toFixed(1)}%`;
}
