// What a change does to one test: the classes that the gate tells apart, and whether each lets the change land.

import type { TestId } from '../suite/test.js';
import type { Settled } from './reruns.js';

/**
 * Against the change: `regressed`, `made-flaky`, `new-failing`; and, unless the owner approved it: `lost`, `renamed`,
 * `newly-skipped`, `newly-expected-to-fail`, `newly-quarantined` (declared flaky). No verdict: `unknown`. Told and let
 * through: `flaky`, `broken-on-base`, `still-failing`, `hidden` (it did not pass on the base, and no longer runs), `expired`
 * (a declaration whose day has passed). For the better: `fixed`, `unskipped`, `added`.
 */
export type DifferenceKind =
  | 'regressed'
  | 'made-flaky'
  | 'new-failing'
  | 'lost'
  | 'renamed'
  | 'newly-skipped'
  | 'newly-expected-to-fail'
  | 'newly-quarantined'
  | 'unknown'
  | 'flaky'
  | 'broken-on-base'
  | 'still-failing'
  | 'hidden'
  | 'expired'
  | 'fixed'
  | 'unskipped'
  | 'added';

/** What a difference means for the change. `approved`: it would block, but the owner has agreed to it. */
export type Effect = 'blocks' | 'undecided' | 'approved' | 'told' | 'better';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly test: TestId;
  readonly effect: Effect;
  /** One plain line. */
  readonly reason: string;
  /** What it was found out by, where reruns had to decide. */
  readonly settled?: Settled;
}

const EFFECTS: Readonly<Record<DifferenceKind, Effect>> = {
  regressed: 'blocks',
  'made-flaky': 'blocks',
  'new-failing': 'blocks',
  lost: 'blocks',
  renamed: 'blocks',
  'newly-skipped': 'blocks',
  'newly-expected-to-fail': 'blocks',
  'newly-quarantined': 'blocks',
  unknown: 'undecided',
  flaky: 'told',
  'broken-on-base': 'told',
  'still-failing': 'told',
  hidden: 'told',
  expired: 'told',
  fixed: 'better',
  unskipped: 'better',
  added: 'better',
};

/** What the owner can agree to: how tests are listed and expected, never that one breaks. */
const APPROVABLE: ReadonlySet<DifferenceKind> = new Set([
  'lost',
  'renamed',
  'newly-skipped',
  'newly-expected-to-fail',
  'newly-quarantined',
]);

/** Kinds in the order in which people read them: what blocks first. */
export const DIFFERENCE_KINDS = Object.keys(EFFECTS) as readonly DifferenceKind[];

export function difference(found: Omit<Difference, 'effect'>, approved: boolean): Difference {
  const effect = approved && APPROVABLE.has(found.kind) ? 'approved' : EFFECTS[found.kind];
  return { ...found, effect };
}
