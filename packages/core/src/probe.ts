// The conversation between a search and whoever runs its probes: what is wanted, and what came of it.

import type { Outcome } from './outcome.js';
import type { Selection } from './selection.js';

/** Why a probe is asked; for people and logs, never for decisions. */
export type ProbePurpose = 'sanity' | 'narrow' | 'certify' | 'confirm' | 'calibrate' | 'explore';

/** A question: does this selection fail? */
export interface Probe {
  readonly selection: Selection;
  /** 0 the first time; noisy searches ask the same selection again with 1, 2, ... */
  readonly attempt: number;
  readonly purpose: ProbePurpose;
}

/** The identity of a probe within one search. */
export const probeId = (probe: Probe): string => `${probe.selection.key}#${probe.attempt}`;

/** An answer to a probe. Answers may come in any order, and for probes no longer wanted. */
export interface Answer {
  readonly probe: Probe;
  readonly outcome: Outcome;
  /** What the probe cost, wall clock; the search learns from it how dear failing probes are. */
  readonly costMs: number;
  /** Answered without running anything: from a journal, or because the link output was a known one. */
  readonly reused?: boolean;
}

/**
 * What a search yields: first the probes that it needs, then those that it may need (speculation), each list with
 * the most valuable first. A runner with p workers runs the first p of `needs` then `may` that are not yet running.
 */
export interface Wanted {
  readonly needs: readonly Probe[];
  readonly may: readonly Probe[];
  /** About how many probes are still to come, for a status line. Rough, and may grow. */
  readonly remaining: number;
}
