// One step of the canonical search: a question asked, a reply had. A `Line` is straight-line code that asks its
// questions one at a time; it neither knows nor cares whether a reply is real, remembered or supposed.

import type { Failed, Outcome } from '../outcome.js';
import type { Probe } from '../probe.js';

export interface Question {
  readonly probe: Probe;
  /** How likely the probe is to fail, as the search sees it now, 0..1: what looking ahead goes by. */
  readonly chance: number;
}

export interface Reply {
  readonly outcome: Outcome;
  /** 0 or less when not measured. */
  readonly costMs: number;
}

/** A part of the search that ends with a T. */
export type Line<T> = Generator<Question, T, Reply>;

/** What an asked selection is taken for. `halt`: stop asking, the reason is in `World.halt`. */
export type Finding = 'pass' | 'fail' | 'unresolved' | 'halt';

/** A failure that is only supposed. */
export const SUPPOSED_FAIL: Failed = { kind: 'fail', failure: 'exit', detail: 'supposed' };
