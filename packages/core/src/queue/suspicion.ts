// The queue's reruns: the flake rule of the gate, with selections of changes in the place of base and candidate.

import {
  RERUN_POLICY,
  type RerunOutcome,
  type RerunPolicy,
  type Settled,
  settleSuspects,
} from '../gate/reruns.js';
import { NO_RUNS } from '../gate/significance.js';
import type { TestId } from '../suite/test.js';
import { type Asking, ask, type QueueAnswer } from './ask.js';

/** Reruns count from here, so that they are told from the probes of a search. */
const FIRST_ATTEMPT = 1000;

/** Is the test worse with `candidate` on top of main than with `base`? Runs it alone, in turn. */
export function* settleBetween(
  tests: readonly TestId[],
  sides: { readonly base: readonly string[]; readonly candidate: readonly string[] },
  policy: Partial<RerunPolicy> = {},
): Asking<ReadonlyMap<TestId, Settled>> {
  const suspects = tests.map((test) => ({ test, quarantined: false, record: NO_RUNS }));
  const going = settleSuspects(suspects, { ...RERUN_POLICY, stopAtFirst: false, ...policy });
  let step = going.next();
  while (!step.done) {
    const { test, side, attempt } = step.value;
    const wanted = {
      kind: 'probe',
      changes: sides[side],
      tests: [test],
      attempt: FIRST_ATTEMPT + attempt,
    } as const;
    step = going.next(outcomeOf(yield* ask(wanted), test));
  }
  return step.value;
}

export function outcomeOf(answer: QueueAnswer, test: TestId): RerunOutcome {
  if (answer.kind !== 'probed') return 'unresolved';
  return answer.failing.includes(test) ? 'fail' : 'pass';
}
