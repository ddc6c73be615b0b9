// The oracle's own replay: does it make what the recorded build made, does the test pass with it, and how long does that take?

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Outcome } from '@swarm/core';
import type { BuildPlan } from '../plan.js';
import type { Choice, Trials } from './trial.js';

export interface Baseline {
  /** Anything but a pass means `oracle-fails`. */
  readonly outcome: Outcome;
  /** Products whose bytes differ from the recorded build's; dates and paths inside them do that. */
  readonly differing: readonly string[];
  readonly testMs: number;
  /** Time limit of every probe from here on. */
  readonly timeLimitMs: number;
}

const LEAST_LIMIT_MS = 2_000;
const SLOWDOWN = 10;
/** For the one test whose time nobody knows yet. */
const FIRST_LIMIT_MS = 600_000;

export async function measureBaseline(
  plan: BuildPlan,
  trials: Trials,
  oracle: Choice,
  options: { readonly probeTimeoutMs?: number; readonly signal?: AbortSignal },
): Promise<Baseline> {
  const given = options.probeTimeoutMs;
  const { outcome, testMs, products } = await trials.run(oracle, 0, given ?? FIRST_LIMIT_MS, options.signal);
  const differing = plan.products.filter(
    (path, i) => products[i] !== undefined && products[i] !== hashOf(path),
  );
  const timeLimitMs = given ?? Math.max(LEAST_LIMIT_MS, SLOWDOWN * testMs);
  return { outcome, differing, testMs, timeLimitMs };
}

function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'absent';
  }
}
