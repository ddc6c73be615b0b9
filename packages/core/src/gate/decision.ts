// The gate: may a change land? A pure function of what its base's and its own full run said, of what is declared, of what
// reruns settled and of how the change meddles with what judges it.
//
// The rule: every test that passed on the base still passes. A test that fails on both sides doesn't block: a gate that wants
// all green stops everyone when main is red. New failing tests block. Whoever wants to know what must be run again asks
// `suspectsOf`, drives `settleSuspects`, and then asks `decide`.

import { bytewise } from '../bytewise.js';
import type { TestId, TestResult } from '../suite/test.js';
import { compare, isSuspect, type Pair } from './comparison.js';
import {
  DECLARED_LISTS,
  type Declared,
  type DeclaredList,
  declaredFile,
  isInForce,
  NOTHING_DECLARED,
} from './declared.js';
import { DIFFERENCE_KINDS, type Difference, type DifferenceKind, difference } from './difference.js';
import type { Settled, Suspect } from './reruns.js';
import { NO_RUNS, type RunTally } from './significance.js';
import { type Expectations, expectationsOf, standingOn } from './standing.js';
import type { Tampering } from './tampering.js';

/** Everything that a decision depends on. */
export interface GateFacts {
  /** The baseline: one result per test of the base. */
  readonly base: readonly TestResult[];
  /** The full run of the candidate. */
  readonly candidate: readonly TestResult[];
  readonly declared: { readonly base: Declared; readonly candidate: Declared };
  readonly tampering: readonly Tampering[];
  /** The owner agrees that this change alters tests, lists, hooks or the config: then its own lists hold. */
  readonly approved: boolean;
  /** Old name -> new name, for tests whose files were renamed. */
  readonly renames: ReadonlyMap<TestId, TestId>;
  /** Runs on main so far, as far as they are known. */
  readonly history: ReadonlyMap<TestId, RunTally>;
  /** `2026-12-31`. */
  readonly today: string;
}

/** A line to take out of a declared list. */
export interface Tightening {
  readonly list: DeclaredList;
  readonly test: TestId;
  readonly because: string;
}

export interface GateDecision {
  /** `nothing`: neither side has a test, so nothing was shown. */
  readonly verdict: 'allow' | 'refuse' | 'inconclusive' | 'nothing';
  /** What blocks first; within a kind by test. */
  readonly differences: readonly Difference[];
  /** What needs approval and has none. */
  readonly tampering: readonly Tampering[];
  readonly tighten: readonly Tightening[];
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** How many tests ran to an outcome on each side. */
  readonly tests: { readonly base: number; readonly candidate: number };
}

/** The tests that reruns must decide about. */
export function suspectsOf(facts: GateFacts): Suspect[] {
  const { flakes } = inForceFor(facts).candidate;
  return pairs(facts, new Map())
    .filter(isSuspect)
    .map(({ test }) => ({
      test,
      quarantined: flakes.has(test),
      record: facts.history.get(test) ?? NO_RUNS,
    }));
}

/** The decision. Suspects that were not settled count as what their first run said. */
export function decide(facts: GateFacts, settled: ReadonlyMap<TestId, Settled>): GateDecision {
  const all = pairs(facts, settled);
  const differences = all
    .flatMap((pair) => {
      const named = compare(pair);
      const { test, settled: evidence } = pair;
      if (named === undefined) return [];
      const found = { ...named, test, ...(evidence === undefined ? {} : { settled: evidence }) };
      return [difference(found, facts.approved)];
    })
    .concat(expired(facts))
    .sort((a, b) => doubt(a) - doubt(b) || rank(a) - rank(b) || bytewise(a.test, b.test));
  const tampering = facts.approved ? [] : facts.tampering;
  const known = (side: 'base' | 'candidate') => all.filter((pair) => isKnown(pair[side].place)).length;
  return {
    verdict: verdictOf(all.length, differences, tampering),
    differences,
    tampering,
    tighten: tightenings(facts, all),
    counts: countKinds(differences),
    tests: { base: known('base'), candidate: known('candidate') },
  };
}

const isKnown = (place: Pair['base']['place']): boolean => place !== 'absent' && place !== 'unknown';

function verdictOf(
  tests: number,
  differences: readonly Difference[],
  tampering: readonly Tampering[],
): GateDecision['verdict'] {
  if (tampering.length > 0 || differences.some(({ effect }) => effect === 'blocks')) return 'refuse';
  if (tests === 0) return 'nothing';
  return differences.some(({ effect }) => effect === 'undecided') ? 'inconclusive' : 'allow';
}

/** The lists that hold: the base's for both sides, unless the owner approved the candidate's. */
function inForceFor({ declared, approved, today }: GateFacts): Record<'base' | 'candidate', Expectations> {
  return {
    base: expectationsOf(declared.base, today),
    candidate: expectationsOf(approved ? declared.candidate : declared.base, today),
  };
}

/** Every test of either side, by name. */
function pairs(facts: GateFacts, settled: ReadonlyMap<TestId, Settled>): Pair[] {
  const expected = inForceFor(facts);
  const base = new Map(facts.base.map((result) => [result.id, result]));
  const candidate = new Map(facts.candidate.map((result) => [result.id, result]));
  const declares = newDeclarations(facts);
  const tests = [...new Set([...base.keys(), ...candidate.keys()])].sort(bytewise);
  return tests.map((test) => {
    const verdict = settled.get(test);
    const list = declares.get(test);
    const renamedTo = facts.renames.get(test);
    return {
      test,
      base: standingOn('base', base.get(test), expected.base),
      candidate: standingOn('candidate', candidate.get(test), expected.candidate),
      ...(list === undefined ? {} : { declares: list }),
      ...(renamedTo === undefined ? {} : { renamedTo }),
      ...(verdict === undefined ? {} : { settled: verdict }),
    };
  });
}

/** What the candidate's lists declare that the base's don't. With the owner's approval they simply hold. */
function newDeclarations({ declared, approved, today }: GateFacts): Map<TestId, DeclaredList> {
  const added = new Map<TestId, DeclaredList>();
  if (approved) return added;
  for (const list of DECLARED_LISTS) {
    const old = new Set(declared.base[list].filter((it) => isInForce(it, today)).map(({ test }) => test));
    for (const it of declared.candidate[list])
      if (isInForce(it, today) && !old.has(it.test)) added.set(it.test, list);
  }
  return added;
}

function expired({ declared, approved, today }: GateFacts): Difference[] {
  const lists = approved ? declared.candidate : declared.base;
  return DECLARED_LISTS.flatMap((list) =>
    lists[list]
      .filter((it) => !isInForce(it, today))
      .map(({ test, until, reason }) =>
        difference(
          { kind: 'expired', test, reason: `${declaredFile(list)} held until ${until}: ${reason}` },
          approved,
        ),
      ),
  );
}

/** Declared failing and passes; declared, and there is no such test any more. */
function tightenings(facts: GateFacts, all: readonly Pair[]): Tightening[] {
  const lists = facts.approved ? facts.declared.candidate : facts.declared.base;
  const bare = { ...facts, declared: { base: NOTHING_DECLARED, candidate: NOTHING_DECLARED } };
  const now = new Map(pairs(bare, new Map()).map(({ test, candidate }) => [test, candidate]));
  const ran = all.some(({ candidate }) => isKnown(candidate.place));
  return DECLARED_LISTS.flatMap((list) =>
    lists[list].flatMap(({ test }) => {
      const standing = now.get(test);
      if (ran && (standing === undefined || standing.place === 'absent'))
        return [{ list, test, because: 'there is no such test' }];
      if (list === 'fails' && standing?.place === 'passes') return [{ list, test, because: 'it passes' }];
      return [];
    }),
  );
}

/** What reruns made sure of blocks first, then whatever else does: reruns stop at the first that is sure. */
const doubt = ({ effect, settled }: Difference): number =>
  effect === 'blocks' ? (settled === undefined ? 1 : 0) : 2;
const rank = ({ kind }: Difference): number => DIFFERENCE_KINDS.indexOf(kind);

function countKinds(differences: readonly Difference[]): Partial<Record<DifferenceKind, number>> {
  const counts: Partial<Record<DifferenceKind, number>> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
