// What the tests of the base come to, and how long the gate takes for them: as it was measured before, or measured now.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Failure, isFailure, reasonOf, type TestResult } from '@swarm/core';
import { openBaselines } from '@swarm/runner';
import { lazySides, openContext } from '../gate/context.js';
import { baselineOf } from '../gate/measurement.js';
import { openRunFolder } from '../gate/run-folder.js';
import type { Status } from '../terminal/status.js';

export interface BaseTests {
  readonly tests: number;
  readonly failures: readonly Failure[];
  readonly gateSeconds: number;
  /** Undefined where it could be built. */
  readonly broken: string | undefined;
}

export interface BaseTestsWish {
  readonly dir: string;
  readonly remote: string;
  readonly branch: string;
  readonly commit: string;
  readonly signal: AbortSignal;
  readonly status: Status;
}

/** Run them where nobody has yet: as long as one gate. */
export async function baseTests({ commit, signal, status, ...where }: BaseTestsWish): Promise<BaseTests> {
  const context = await openContext({ ...where, base: commit, commit }, signal, status);
  const { state, key } = context;
  const run = openRunFolder(state);
  run.close();
  const { base } = lazySides(context, run.folder);
  try {
    const startedMs = performance.now();
    const how = { anew: false, lockFile: join(run.parent, `measuring-${key}`), status, signal };
    const { results, measured, broken } = await baselineOf(key, base, openBaselines(state), how);
    const tookSeconds = (performance.now() - startedMs) / 1000;
    return {
      tests: results.length,
      failures: results.flatMap(failureOf),
      gateSeconds: measured ? tookSeconds : estimated(results),
      broken,
    };
  } finally {
    await base.close();
    status.clear();
  }
}

const failureOf = ({ id, outcome }: TestResult): Failure[] =>
  isFailure(outcome) ? [{ id, says: reasonOf(outcome) }] : [];

/** Without what building the checkout takes. */
const estimated = (results: readonly TestResult[]): number =>
  results.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000 / availableParallelism();
