// The conversation between the landing queue and whoever runs its gates: what is wanted, and what came of it.

import type { TestId } from '../suite/test.js';

export type QueueAsk =
  /** Put these changes on top of main, one after the other: which don't apply? Nothing is built. */
  | { readonly kind: 'combine'; readonly changes: readonly string[] }
  /** The full gate of main with these changes on top. */
  | { readonly kind: 'gate'; readonly changes: readonly string[] }
  /** Only these tests, on main with these changes on top. */
  | {
      readonly kind: 'probe';
      readonly changes: readonly string[];
      readonly tests: readonly TestId[];
      /** Which time this is asked: another attempt is a fresh run. */
      readonly attempt: number;
    }
  /** Move main to the combination, whose exact tree was gated. */
  | { readonly kind: 'land'; readonly changes: readonly string[] };

export type QueueAnswer =
  | {
      readonly kind: 'combined';
      /** Changes that don't apply; `with`: to main they would, but not on top of this change. */
      readonly conflicts: readonly { readonly change: string; readonly with?: string }[];
      /** Changes that may not land whatever the tests say: they meddle with what judges them. */
      readonly refused: readonly { readonly change: string; readonly reason: string }[];
    }
  | { readonly kind: 'allowed' }
  /** Tests that speak against the combination. They are all that does: were they flaky, it could land. */
  | { readonly kind: 'refused'; readonly failing: readonly TestId[]; readonly reason: string }
  | { readonly kind: 'probed'; readonly failing: readonly TestId[] }
  | { readonly kind: 'landed' }
  /** Main was moved by someone else: what was gated is not what would land. */
  | { readonly kind: 'moved' }
  /** The machine failed, or (a probe) these changes don't go together without others. */
  | { readonly kind: 'unresolved'; readonly reason: string };

/** The identity of an ask within one batch: journals are keyed by it. */
export function askId(ask: QueueAsk): string {
  const tests = ask.kind === 'probe' ? [ask.attempt, ask.tests] : [];
  return JSON.stringify([ask.kind, ask.changes, ...tests]);
}

/** Part of the queue's work, asking for several things at once; answers come in the order of the asks. */
export type Asking<T> = Generator<readonly QueueAsk[], T, readonly QueueAnswer[]>;

/** Ask for one thing. */
export function* ask(wanted: QueueAsk): Asking<QueueAnswer> {
  const [answer] = yield [wanted];
  return answer ?? { kind: 'unresolved', reason: 'no answer' };
}
