// Which changes of a batch make its failing tests fail: one search per test over the changes as units, all of them in step, so
// that tests which want the same selection share one probe. A culprit of one change is bad by itself; one of several changes
// is a semantic conflict: each is fine without the others.

import type { Outcome } from '../outcome.js';
import { type Answer, type Probe, probeId } from '../probe.js';
import type { SearchReport } from '../report.js';
import { type Search, search } from '../search.js';
import { Selection } from '../selection.js';
import type { TestId } from '../suite/test.js';
import type { Asking, QueueAsk } from './ask.js';
import { outcomeOf } from './suspicion.js';

/** Changes that make tests fail together, in the order of the batch, and the tests that say so. */
export interface Blame {
  readonly members: readonly string[];
  readonly tests: readonly TestId[];
}

export interface Blamed {
  readonly blames: readonly Blame[];
  /** Tests for which no culprit was found. */
  readonly unexplained: readonly TestId[];
}

interface Going {
  readonly test: TestId;
  readonly search: Search;
  step: IteratorResult<{ readonly needs: readonly Probe[] }, SearchReport>;
}

const PASSES: Outcome = { kind: 'pass' };
const FAILS: Outcome = { kind: 'fail', failure: 'exit', detail: 'the test fails' };

/**
 * Find the culprits of tests that fail with all changes and pass with none. `repeat` above 1: the tests waver, so even that
 * is asked again, so many times.
 */
export function* findCulprits(
  changes: readonly string[],
  tests: readonly TestId[],
  repeat: number,
): Asking<Blamed> {
  const units = changes.map((id) => ({ id }));
  const known = repeat > 1 ? [] : sanityAnswers(changes.length);
  const going = tests.map((test): Going => {
    const run = search(units, { width: 1, confidence: 0.999, repeat, enumerate: 0 });
    run.next([]);
    return { test, search: run, step: run.next(known) };
  });
  for (;;) {
    const groups = wantedNow(going);
    if (groups.length === 0) return gathered(going);
    const answers = yield groups.map(({ probe, members }): QueueAsk => {
      const picked = probe.selection.members().map((at) => changes[at]!);
      return {
        kind: 'probe',
        changes: picked,
        tests: members.map(({ test }) => test),
        attempt: probe.attempt,
      };
    });
    for (const [i, { probe, members }] of groups.entries())
      for (const member of members) {
        const word = outcomeOf(answers[i] ?? { kind: 'unresolved', reason: '' }, member.test);
        const outcome: Outcome =
          word === 'unresolved'
            ? { kind: 'unresolved', reason: 'no answer' }
            : word === 'pass'
              ? PASSES
              : FAILS;
        member.step = member.search.next([{ probe, outcome, costMs: 1 }]);
      }
  }
}

/** What the gate has shown already: all changes fail, none pass. */
function sanityAnswers(changes: number): Answer[] {
  const all = Array.from({ length: changes }, (_, i) => i);
  const answer = (members: readonly number[], outcome: Outcome): Answer => ({
    probe: { selection: Selection.of(changes, members), attempt: 0, purpose: 'sanity' },
    outcome,
    costMs: 1,
    reused: true,
  });
  return [answer([], PASSES), answer(all, FAILS)];
}

/** The probes that searches wait for, each with those that wait for it. */
function wantedNow(going: readonly Going[]): { probe: Probe; members: Going[] }[] {
  const groups = new Map<string, { probe: Probe; members: Going[] }>();
  for (const one of going) {
    const probe = one.step.done ? undefined : one.step.value.needs[0];
    if (probe === undefined) continue;
    const group = groups.get(probeId(probe)) ?? { probe, members: [] };
    group.members.push(one);
    groups.set(probeId(probe), group);
  }
  return [...groups.values()];
}

function gathered(going: readonly Going[]): Blamed {
  const blames = new Map<string, { members: readonly string[]; tests: TestId[] }>();
  const unexplained: TestId[] = [];
  for (const { test, step } of going) {
    const culprits = step.done ? (step.value as SearchReport).culprits : [];
    if (culprits.length === 0) unexplained.push(test);
    for (const { members } of culprits) {
      const key = JSON.stringify(members);
      const blame = blames.get(key) ?? { members, tests: [] };
      blame.tests.push(test);
      blames.set(key, blame);
    }
  }
  return { blames: [...blames.values()], unexplained };
}
