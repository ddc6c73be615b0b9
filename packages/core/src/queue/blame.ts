// From a refused combination to the changes that must leave it, with evidence. The failing tests are run once more, since
// some may only flake; those that still fail are searched for culprits; each culprit is made sure of by the flake rule (the
// test fails n of n with it, and passes n of n without) before anyone is evicted.

import { isAgainst, type Settled } from '../gate/reruns.js';
import type { TestId } from '../suite/test.js';
import { type Asking, ask } from './ask.js';
import { type Blame, findCulprits } from './culprits.js';
import { settleBetween } from './suspicion.js';

/** Why a change was taken out. */
export interface Eviction {
  readonly change: string;
  /** Tests that fail with it, the one that was made sure of first. */
  readonly tests: readonly TestId[];
  /** Earlier changes of the batch that it fails together with; each is fine without the other. */
  readonly with: readonly string[];
  /** What reruns of the first test said, with the change and without it; left out where the gate itself has said it. */
  readonly settled?: Settled;
  /** One plain line. */
  readonly reason: string;
}

export type Judgement =
  | { readonly kind: 'evict'; readonly evictions: readonly Eviction[] }
  /** All that failed is flaky, or fails on main too: nothing speaks against the combination. */
  | { readonly kind: 'cleared'; readonly flaky: readonly TestId[] }
  /** Something fails, and nobody could be blamed. */
  | { readonly kind: 'open' };

export interface BlamePolicy {
  /** Failing tests that are searched for at once: most of them say the same. */
  readonly sample: number;
}

/** Who is to blame that these tests fail with all of these changes? */
export function* blame(
  changes: readonly string[],
  failing: readonly TestId[],
  policy: BlamePolicy,
): Asking<Judgement> {
  const flaky: TestId[] = [];
  let open = failing.length === 0;
  for (let from = 0; from < failing.length; from += policy.sample) {
    const some = failing.slice(from, from + policy.sample);
    const real = yield* stillFailing(changes, some);
    flaky.push(...some.filter((test) => !real.steady.includes(test) && !real.wavering.includes(test)));
    const evictions = [
      ...(yield* evictionsFor(changes, real.steady, 1)),
      ...(yield* evictionsFor(changes, real.wavering, REPEATS)),
    ];
    if (evictions.length > 0) return { kind: 'evict', evictions: standing(changes, merged(evictions)) };
    // Nobody to blame: perhaps since what failed twice only flakes.
    const left = [...real.steady, ...real.wavering];
    const settled = yield* settleBetween(left, { base: [], candidate: changes });
    const cleared = left.filter((test) => isCleared(settled.get(test)));
    flaky.push(...cleared);
    if (cleared.length < left.length) open = true;
  }
  return open ? { kind: 'open' } : { kind: 'cleared', flaky };
}

const isCleared = (it: Settled | undefined): boolean => it?.kind === 'flaky' || it?.kind === 'broken-on-base';

/** How often a search repeats its first probes where tests waver. */
const REPEATS = 5;

/** Which of these tests fail again: at once, or by the flake rule. */
function* stillFailing(
  changes: readonly string[],
  tests: readonly TestId[],
): Asking<{ steady: TestId[]; wavering: TestId[] }> {
  const again = yield* ask({ kind: 'probe', changes, tests, attempt: 1 });
  if (again.kind !== 'probed') return { steady: [...tests], wavering: [] };
  const steady = tests.filter((test) => again.failing.includes(test));
  const doubtful = tests.filter((test) => !again.failing.includes(test));
  const settled = yield* settleBetween(doubtful, { base: [], candidate: changes });
  const against = (test: TestId) => settled.get(test) !== undefined && isAgainst(settled.get(test)!);
  return { steady, wavering: doubtful.filter(against) };
}

/** Culprits, each made sure of; what didn't hold is searched once more as if it wavered. */
function* evictionsFor(
  changes: readonly string[],
  tests: readonly TestId[],
  repeat: number,
): Asking<Eviction[]> {
  if (tests.length === 0) return [];
  const { blames, unexplained } = yield* findCulprits(changes, tests, repeat);
  const evictions: Eviction[] = [];
  const doubtful: TestId[] = [...unexplained];
  for (const it of blames) {
    const eviction = yield* madeSure(it);
    if (eviction === undefined) doubtful.push(...it.tests);
    else evictions.push(eviction);
  }
  if (evictions.length > 0 || doubtful.length === 0 || repeat > 1) return evictions;
  return yield* evictionsFor(changes, doubtful, REPEATS);
}

/** Does the first test fail with the culprit, and pass without its last member? */
function* madeSure({ members, tests }: Blame): Asking<Eviction | undefined> {
  const change = members.at(-1)!;
  const others = members.slice(0, -1);
  const [first] = tests;
  const settled = (yield* settleBetween([first!], { base: others, candidate: members })).get(first!);
  if (settled === undefined || !isAgainst(settled)) return undefined;
  const { fails, passes } = settled.candidate;
  const runs = `failed ${fails} of ${fails + passes} runs with it, ${settled.base.fails} of ${settled.base.fails + settled.base.passes} without`;
  const more = tests.length === 1 ? '' : ` and ${tests.length - 1} more`;
  const together =
    others.length === 0 ? '' : `together with ${others.join(', ')}: each is fine without the other; `;
  return { change, tests, with: others, settled, reason: `${together}${first}${more} ${runs}` };
}

/** One eviction per change: being bad alone says more than a conflict; the others add their tests. */
function merged(evictions: readonly Eviction[]): Eviction[] {
  const byChange = new Map<string, Eviction>();
  for (const it of [...evictions].sort((a, b) => a.with.length - b.with.length)) {
    const known = byChange.get(it.change);
    byChange.set(
      it.change,
      known === undefined ? it : { ...known, tests: [...new Set([...known.tests, ...it.tests])] },
    );
  }
  return [...byChange.values()];
}

/** A change that fails only together with one that leaves has nothing against it any more. */
function standing(changes: readonly string[], evictions: readonly Eviction[]): Eviction[] {
  const gone = new Set<string>();
  const order = [...evictions].sort((a, b) => changes.indexOf(a.change) - changes.indexOf(b.change));
  return order.filter((it) => {
    const stands = !it.with.some((other) => gone.has(other));
    if (stands) gone.add(it.change);
    return stands;
  });
}
