// One batch of the landing queue, from waiting changes to a moved main: straight-line code that asks for what it needs.
//
// Changes that don't apply leave first; the rest is gated once, as a whole. When that is refused, only the failing tests are
// run on parts of the batch until the changes to blame are known; they are evicted, and one full gate of what is left
// decides. So a batch costs one full gate when it is good and about two when it isn't, whatever its size. Main only moves to
// a combination that passed the full gate as a whole. Nothing is evicted without evidence.
//
// Pure: given its old answers again it comes to where it was, which is how a killed queue goes on.

import type { TestId } from '../suite/test.js';
import { type Asking, ask, askId, type QueueAnswer, type QueueAsk } from './ask.js';
import { type BlamePolicy, blame, type Eviction } from './blame.js';

export interface BatchPolicy extends BlamePolicy {
  /** Up to so many failing tests are run on what is left after an eviction, before another full gate. */
  readonly recheck: number;
}

export const BATCH_POLICY: BatchPolicy = { sample: 12, recheck: 200 };

export interface BatchEnd {
  /** In the order in which they are on main now. */
  readonly landed: readonly string[];
  readonly evicted: readonly Eviction[];
  /** They don't apply to main: their authors must put them on top of it. */
  readonly conflicts: readonly string[];
  /** To be taken up again by a later batch: nothing was found against them. */
  readonly deferred: readonly string[];
  /** Tests that failed and were found flaky. */
  readonly flaky: readonly TestId[];
  /** Why the batch ended early; left out when it didn't. */
  readonly stopped?: string;
}

interface Progress {
  readonly evicted: Eviction[];
  readonly conflicts: string[];
  readonly deferred: string[];
  readonly flaky: TestId[];
}

/** Land a batch: changes in the order in which they are put on main. */
export function* landBatch(batch: readonly string[], policy: BatchPolicy = BATCH_POLICY): Asking<BatchEnd> {
  const so: Progress = { evicted: [], conflicts: [], deferred: [], flaky: [] };
  const combined = yield* ask({ kind: 'combine', changes: batch });
  if (combined.kind !== 'combined') return stop(so, batch, whyNot(combined));
  for (const { change, with: other } of combined.conflicts)
    (other === undefined ? so.conflicts : so.deferred).push(change);
  const out = new Set(combined.conflicts.map(({ change }) => change));
  for (const { change, reason } of combined.refused) {
    so.evicted.push({ change, tests: [], with: [], reason });
    out.add(change);
  }
  let rest: readonly string[] = batch.filter((change) => !out.has(change));
  while (rest.length > 0) {
    const gated = yield* ask({ kind: 'gate', changes: rest });
    if (gated.kind === 'allowed') return yield* land(so, rest);
    if (gated.kind !== 'refused') return stop(so, rest, whyNot(gated));
    const left = yield* withoutCulprits(so, rest, gated.failing, gated.reason, policy);
    if (left === 'cleared') return yield* land(so, rest);
    rest = left;
  }
  return ended(so, []);
}

/** What is left of a refused combination; `cleared` when nothing but flakes spoke against it. */
function* withoutCulprits(
  so: Progress,
  changes: readonly string[],
  failing: readonly TestId[],
  reason: string,
  policy: BatchPolicy,
): Asking<readonly string[] | 'cleared'> {
  let [rest, tests] = [changes, failing];
  for (;;) {
    const judged = yield* blame(rest, tests, policy);
    if (judged.kind === 'cleared') {
      so.flaky.push(...judged.flaky);
      return rest === changes ? 'cleared' : rest;
    }
    if (judged.kind === 'open') return unexplained(so, rest, tests, reason);
    so.evicted.push(...judged.evictions);
    const gone = new Set(judged.evictions.map(({ change }) => change));
    rest = rest.filter((change) => !gone.has(change));
    if (rest.length === 0 || failing.length > policy.recheck) return rest;
    const again = yield* ask({ kind: 'probe', changes: rest, tests: failing, attempt: 0 });
    if (again.kind !== 'probed' || again.failing.length === 0) return rest;
    tests = again.failing;
  }
}

/** Nobody could be blamed: a change alone has the gate's word against it, of more than one the first half goes on alone. */
function unexplained(
  so: Progress,
  rest: readonly string[],
  tests: readonly TestId[],
  reason: string,
): readonly string[] {
  const [change] = rest;
  if (rest.length === 1 && change !== undefined) {
    so.evicted.push({ change, tests, with: [], reason });
    return [];
  }
  const half = Math.ceil(rest.length / 2);
  so.deferred.push(...rest.slice(half));
  return rest.slice(0, half);
}

function* land(so: Progress, changes: readonly string[]): Asking<BatchEnd> {
  const moved = yield* ask({ kind: 'land', changes });
  return moved.kind === 'landed' ? ended(so, changes) : stop(so, changes, whyNot(moved));
}

/** A change that fails only together with others has nothing against it unless those landed. */
function ended(so: Progress, landed: readonly string[]): BatchEnd {
  const stands = (it: Eviction) => it.with.every((other) => landed.includes(other));
  const freed = so.evicted.filter((it) => !stands(it)).map(({ change }) => change);
  return { landed, ...so, evicted: so.evicted.filter(stands), deferred: [...so.deferred, ...freed] };
}

const stop = (so: Progress, deferred: readonly string[], stopped: string): BatchEnd => ({
  ...ended({ ...so, deferred: [...so.deferred, ...deferred] }, []),
  stopped,
});

const whyNot = (answer: { readonly kind: string; readonly reason?: string }): string =>
  answer.kind === 'moved' ? 'main was moved meanwhile' : (answer.reason ?? 'the answer makes no sense');

/**
 * Drive a batch. What is in `known` (by `askId`) is not asked again, nor is anything asked twice; `run` keeps each answer for
 * a later start before it gives it.
 */
export async function driveBatch(
  batch: readonly string[],
  known: ReadonlyMap<string, QueueAnswer>,
  run: (wanted: QueueAsk) => Promise<QueueAnswer>,
  policy: BatchPolicy = BATCH_POLICY,
): Promise<BatchEnd> {
  const answers = new Map<string, Promise<QueueAnswer> | QueueAnswer>(known);
  const going = landBatch(batch, policy);
  let step = going.next();
  while (!step.done) {
    const wanted = step.value.map((it) => {
      const id = askId(it);
      const answer = answers.get(id) ?? run(it);
      answers.set(id, answer);
      return answer;
    });
    step = going.next(await Promise.all(wanted));
  }
  return step.value;
}
