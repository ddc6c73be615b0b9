// What a search ends with.

import type { Failed } from './outcome.js';

export type Verdict = 'culprits' | 'oracle-fails' | 'target-passes' | 'no-units' | 'inconclusive';

/** The fresh probes that confirm a culprit. */
export interface Certificate {
  /** The culprit alone, everything else from the oracle. */
  readonly alone: 'fail' | 'unproved';
  /** Everything from the target but all culprits. */
  readonly without: 'pass' | 'fail' | 'unproved';
  /** Each proper subset with one member less. */
  readonly subsets: 'pass' | 'unproved';
}

/** A minimal failing selection. */
export interface Culprit {
  /** Member unit ids, in the order of the unit list. */
  readonly members: readonly string[];
  readonly outcome: Failed;
  /** Probability that exactly this set is a culprit, 0..1. 1 when probes are not noisy. */
  readonly confidence: number;
  readonly certificate: Certificate;
  /** `boundary`: each member fails alone against the other side and all together pass. */
  readonly label: 'miscompile' | 'boundary';
}

export interface SearchStats {
  readonly units: number;
  /** Probes that were answered by running them. */
  readonly probes: number;
  /** Answers taken from a journal or from an identical link output. */
  readonly reused: number;
  readonly unresolved: number;
  /** log2 of the number of hypotheses told apart: no search can need fewer probes on average. */
  readonly bound: number;
}

export interface SearchReport {
  readonly verdict: Verdict;
  readonly culprits: readonly Culprit[];
  /** One-line facts that a person should know: what was learned when inconclusive, shared members, ties. */
  readonly notes: readonly string[];
  readonly stats: SearchStats;
}
