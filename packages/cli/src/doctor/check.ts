// What a check of the machine says.

import type { ProcessRunner, RunResult } from '@swarm/host';

type CheckState = 'ok' | 'warn' | 'fail';

/** One line of `swarm doctor`. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** What to do about it; only when not ok. */
  readonly next?: string;
}

/** What checks run with: nothing of the machine but this. */
export interface Bench {
  readonly runner: ProcessRunner;
  /** A folder to compile in, empty at the start. */
  readonly dir: string;
}

/** Run a program briefly, with both streams captured. */
export function tryRun(bench: Bench, argv: readonly string[]): Promise<RunResult> {
  return bench.runner.run({ argv, cwd: bench.dir, timeLimitMs: 10_000 });
}

export const succeeded = (result: RunResult): boolean =>
  result.exit.kind === 'exited' && result.exit.code === 0;

/** Why a run did not succeed, in a few words. */
export function failure(result: RunResult): string {
  const { exit } = result;
  if (exit.kind === 'not-started') return exit.reason;
  const said = result.stderr.split('\n').find((line) => line.trim() !== '');
  if (exit.kind === 'exited') return said ?? `exit status ${exit.code}`;
  return exit.kind === 'signalled' ? `killed by ${exit.signal}` : exit.kind;
}
