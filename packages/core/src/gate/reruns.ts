// The flake rule: a test that passes on the base and failed on the candidate is run again, alone, last, in turn on the
// candidate and on the base, until the runs say which of four things it is. A generator that asks for one run at a time and
// is fed what came of it, so it is resumed by giving it its old answers again.
//
// - Regressed: n fails of n on the candidate against n passes of n on the base, n = 3, 4 or 5, the more the more tests are
//   asked about. The chance that a test which is no worse than before looks like that is at most .05, .014, .004.
// - Made flaky: it fails significantly more often on the candidate (`chanceOf`), without failing always.
// - Flaky: its failures don't tell the sides apart. One failure and then n passes of n is this.
// - Broken on the base: it fails always on both.
//
// Where the first n runs are not clear-cut the turns go on, up to `most` runs a side, and half of that where the sides look
// alike. A test that is declared flaky needs one
// pass on the candidate to be believed. Cost: 2n runs for a clear case.

import type { TestId } from '../suite/test.js';
import { chanceOf, NO_RUNS, type RunTally } from './significance.js';

export interface RerunPolicy {
  /** Runs on each side before anything is said; left out: by how many tests are asked about, 3, 4 or 5. */
  readonly least?: 3 | 4 | 5;
  /** Runs on each side at most. */
  readonly most: number;
  /** The largest chance at which runs that aren't clear-cut count against the candidate. */
  readonly level: number;
  /** Runs of all tests together; what isn't settled by then stays open. */
  readonly budget: number;
  /** Stop at the first test that counts against the candidate: then it is refused anyway. */
  readonly stopAtFirst: boolean;
}

export const RERUN_POLICY: RerunPolicy = { most: 20, level: 0.005, budget: 2000, stopAtFirst: true };

/** A test that reruns must decide about. */
export interface Suspect {
  readonly test: TestId;
  /** It is declared flaky. */
  readonly quarantined: boolean;
  /** Its runs on main so far, as far as they are known: steady tests are asked first. */
  readonly record: RunTally;
}

/** A run that is wanted: of this test alone, in a fresh temporary folder, while nothing else runs. */
export interface Rerun {
  readonly test: TestId;
  readonly side: 'base' | 'candidate';
  /** From 0, of this test on this side. */
  readonly attempt: number;
}

export type RerunOutcome = 'pass' | 'fail' | 'unresolved';

export interface Settled {
  readonly kind: 'regressed' | 'made-flaky' | 'flaky' | 'broken-on-base' | 'unresolved';
  readonly base: RunTally;
  readonly candidate: RunTally;
  /** How likely such runs are if the candidate is no worse, 0..1. */
  readonly chance: number;
}

/** Does it count against the candidate? */
export const isAgainst = ({ kind }: Settled): boolean => kind === 'regressed' || kind === 'made-flaky';

/** Above this chance the sides look alike. */
const ALIKE = 0.3;

/** How often a run is asked again that gave no outcome. */
const PATIENCE = 3;

/** Settle suspects one after the other. Tests that are not in the result stayed open. */
export function* settleSuspects(
  suspects: readonly Suspect[],
  policy: RerunPolicy,
): Generator<Rerun, ReadonlyMap<TestId, Settled>, RerunOutcome> {
  const settled = new Map<TestId, Settled>();
  const least = policy.least ?? leastFor(suspects.length);
  const unsteady = ({ quarantined, record }: Suspect) =>
    (quarantined ? 1 : 0) + (record.fails + 0.5) / (record.passes + record.fails + 1);
  const order = [...suspects].sort((a, b) => unsteady(a) - unsteady(b));
  let left = policy.budget;
  for (const suspect of order) {
    if (left < 2 * least) break;
    const runs = Math.min(policy.most, Math.floor(left / 2));
    const verdict = yield* settleOne(suspect, { ...policy, least, most: runs });
    settled.set(suspect.test, verdict);
    left -= total(verdict.base) + total(verdict.candidate);
    if (policy.stopAtFirst && isAgainst(verdict)) break;
  }
  return settled;
}

const total = ({ passes, fails }: RunTally): number => passes + fails;

/** The more tests, the likelier that one of them looks bad by chance. */
const leastFor = (suspects: number): 3 | 4 | 5 => (suspects <= 2 ? 3 : suspects <= 10 ? 4 : 5);

/** Settle one test. */
function* settleOne(
  { test, quarantined }: Suspect,
  policy: RerunPolicy & { readonly least: number },
): Generator<Rerun, Settled, RerunOutcome> {
  const asked = { base: 0, candidate: 0 };
  const tallies = { base: NO_RUNS, candidate: NO_RUNS };
  let patience = PATIENCE;
  for (;;) {
    const side = total(tallies.candidate) > total(tallies.base) ? 'base' : 'candidate';
    const outcome = yield { test, side, attempt: asked[side]++ };
    if (outcome === 'unresolved') {
      if (--patience === 0) return { kind: 'unresolved', ...tallies, chance: 1 };
      continue;
    }
    const { passes, fails } = tallies[side];
    tallies[side] = outcome === 'pass' ? { passes: passes + 1, fails } : { passes, fails: fails + 1 };
    const kind = verdictOn(tallies.base, tallies.candidate, policy, quarantined);
    if (kind !== undefined) return { kind, ...tallies, chance: chanceOf(tallies.base, tallies.candidate) };
  }
}

/** What the runs so far come to; undefined: go on. */
function verdictOn(
  base: RunTally,
  candidate: RunTally,
  { least, most, level }: RerunPolicy & { readonly least: number },
  quarantined: boolean,
): Settled['kind'] | undefined {
  if (quarantined && candidate.passes > 0) return 'flaky';
  if (candidate.fails === 0 && candidate.passes >= least) return 'flaky';
  const runs = total(base);
  if (runs < least || total(candidate) !== runs) return undefined;
  if (candidate.passes === 0 && base.fails === 0) return 'regressed';
  if (candidate.passes === 0 && base.passes === 0) return 'broken-on-base';
  const chance = chanceOf(base, candidate);
  if (chance <= level) return candidate.passes === 0 ? 'regressed' : 'made-flaky';
  return runs >= most || (2 * runs >= most && chance > ALIKE) ? 'flaky' : undefined;
}
