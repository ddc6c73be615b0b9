// The search: from a list of units to every minimal failing set.

import type { Answer, Wanted } from './probe.js';
import type { SearchReport } from './report.js';
import type { Unit } from './unit.js';

export interface SearchOptions {
  /** Probes that can be in flight at once; decides how widely a search cuts, never what it finds. */
  readonly width: number;
  /** Asked-for confidence of each culprit and of the verdict; 1 - confidence is the risk accepted. */
  readonly confidence: number;
  /**
   * How often the sanity probes are repeated to learn how noisy the test is; 1 believes every outcome
   * (until two of them contradict each other).
   */
  readonly repeat: number;
  /** Look for further culprits that share members with those found, within this many extra probes. 0: don't. */
  readonly enumerate: number;
}

export type Search = Generator<Wanted, SearchReport, readonly Answer[]>;

/** A search over `units`, in their order. Pure: the caller runs what it yields and feeds answers back. */
export declare function search(units: readonly Unit[], options: SearchOptions): Search;
