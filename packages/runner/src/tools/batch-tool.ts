// What a tool that runs many tests in one process has to say for itself, so that `batches.ts` can drive it: how a batch is
// started, and how what it writes is read.

import type { TestId, TestOutcome } from '@swarm/core';
import type { Exit } from '@swarm/host';

/** What a tool tells while it runs. */
export type ToolEvent =
  /** It is up, and its first test starts. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'start'; readonly id: TestId }
  | { readonly kind: 'output'; readonly id: TestId; readonly text: string }
  | {
      readonly kind: 'end';
      readonly id: TestId;
      readonly outcome: TestOutcome;
      readonly wallMs?: number;
      /** What it printed, on top of `output` events. */
      readonly output?: string;
      readonly earlier?: readonly TestOutcome[];
    };

/** Tests that one process of the tool runs. */
export interface Batch {
  readonly tests: readonly TestId[];
  /** A private folder that goes when the batch has ended. */
  readonly folder: string;
  /** Tests at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** One process of the tool. */
export interface BatchRun {
  readonly kind: 'run';
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The file that it tells in; left out: its standard output. */
  readonly eventsFile?: string;
  /** What a line of it says. */
  line(text: string, tell: (event: ToolEvent) => void): void;
  /** It runs the batch's one test from its start to its end. */
  readonly single?: boolean;
  /** Called when it has ended by itself, to tell what only shows then. Later ends of a test replace earlier ones. */
  end?(tell: (event: ToolEvent) => void, ending: Ending): Promise<void>;
}

/** How the process ended. */
interface Ending {
  readonly exit: Exit;
  readonly stdoutFile: string;
  readonly stderrFile: string;
}

/** Nothing to start: the same outcome for all tests of the batch. */
export interface BatchFailed {
  readonly kind: 'failed';
  readonly outcome: TestOutcome;
}

export interface BatchTool {
  readonly name: string;
  /** Tests with the same answer are run after one another. */
  groupOf?(id: TestId): string;
  /** A batch holds tests of one group only. */
  readonly oneGroup?: boolean;
  /** It runs tests at once by itself, and no two of its processes may work at the same time. */
  readonly jobsInside: boolean;
  /** How long it may be up without a word while no test is known to run, beside a test's own time limit. */
  readonly quietMs: number;
  /** It ends what it started itself, a moment later: not to be called leaked. */
  readonly lingers?: boolean;
  /** The most tests of a batch. */
  readonly most: number;
  prepare(batch: Batch): Promise<BatchRun | BatchFailed>;
}
