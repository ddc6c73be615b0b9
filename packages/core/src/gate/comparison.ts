// One test on both sides: where it stood, where it stands, and what that is called.

import type { TestId } from '../suite/test.js';
import type { DifferenceKind } from './difference.js';
import type { Settled } from './reruns.js';
import type { RunTally } from './significance.js';
import type { Standing } from './standing.js';

/** One test, seen on both sides. */
export interface Pair {
  readonly test: TestId;
  readonly base: Standing;
  readonly candidate: Standing;
  /** How the candidate's own lists declare it where the base's don't. */
  readonly declares?: 'fails' | 'flakes' | 'skips';
  /** The name that a test has now which is gone under this one. */
  readonly renamedTo?: TestId;
  readonly settled?: Settled;
}

export interface Named {
  readonly kind: DifferenceKind;
  readonly reason: string;
}

/** Must reruns decide about it? It passes on the base (or nobody knows), and failed at least once on the candidate. */
export const isSuspect = ({ base, candidate }: Pair): boolean =>
  (base.place === 'passes' || base.place === 'unknown') && candidate.place === 'fails';

/** What happened to a test; undefined when nothing did. */
export function compare(pair: Pair): Named | undefined {
  const declared = pair.base.place === 'passes' ? newlyDeclared(pair) : undefined;
  if (declared !== undefined) return declared;
  switch (pair.base.place) {
    case 'passes':
      return sincePassing(pair);
    case 'absent':
      return sinceAbsent(pair);
    case 'unknown':
      return sinceUnknown(pair);
    case 'fails':
    case 'expected-to-fail':
    case 'skipped':
      return sinceNotPassing(pair);
  }
}

const DECLARES = {
  fails: ['newly-expected-to-fail', 'passes on the base; the change declares it failing'],
  flakes: ['newly-quarantined', 'passes on the base; the change declares it flaky'],
  skips: ['newly-skipped', 'passes on the base; the change declares it skipped'],
} as const;

function newlyDeclared({ declares }: Pair): Named | undefined {
  if (declares === undefined) return undefined;
  const [kind, reason] = DECLARES[declares];
  return { kind, reason };
}

function sincePassing(pair: Pair): Named | undefined {
  const { candidate, renamedTo } = pair;
  switch (candidate.place) {
    case 'passes':
      return undefined;
    case 'fails':
      return byReruns(pair);
    case 'skipped':
      return { kind: 'newly-skipped', reason: `passes on the base, is skipped now: ${candidate.detail}` };
    case 'expected-to-fail':
      return {
        kind: 'newly-expected-to-fail',
        reason: `passes on the base, is marked as expected to fail now: ${candidate.detail}`,
      };
    case 'unknown':
      return { kind: 'unknown', reason: `passes on the base, has no outcome now: ${candidate.detail}` };
    case 'absent':
      return renamedTo === undefined
        ? { kind: 'lost', reason: 'passes on the base, is gone now' }
        : { kind: 'renamed', reason: `passes on the base, is gone now; it seems to be ${renamedTo}` };
  }
}

function sinceAbsent({ candidate }: Pair): Named | undefined {
  switch (candidate.place) {
    case 'fails':
      return { kind: 'new-failing', reason: `new, and fails: ${candidate.detail}` };
    case 'unknown':
      return { kind: 'unknown', reason: `new, and has no outcome: ${candidate.detail}` };
    case 'absent':
      return undefined;
    case 'passes':
      return { kind: 'added', reason: 'new, and passes' };
    case 'skipped':
    case 'expected-to-fail':
      return { kind: 'added', reason: `new, and ${words(candidate)}: ${candidate.detail}` };
  }
}

function sinceUnknown(pair: Pair): Named | undefined {
  const { candidate } = pair;
  if (candidate.place === 'passes') return undefined;
  if (candidate.place === 'fails' && pair.settled !== undefined) return byReruns(pair);
  return { kind: 'unknown', reason: `has no outcome on the base, and ${words(candidate)} now` };
}

function sinceNotPassing({ base, candidate }: Pair): Named | undefined {
  switch (candidate.place) {
    case 'passes':
      return base.place === 'skipped'
        ? { kind: 'unskipped', reason: 'was skipped on the base, passes now' }
        : { kind: 'fixed', reason: `${words(base)} on the base, passes now` };
    case 'fails':
      return base.place === 'skipped'
        ? { kind: 'new-failing', reason: `was skipped on the base, runs now and fails: ${candidate.detail}` }
        : { kind: 'still-failing', reason: `${words(base)} on the base too: ${candidate.detail}` };
    case 'unknown':
      return {
        kind: 'hidden',
        reason: `${words(base)} on the base, has no outcome now: ${candidate.detail}`,
      };
    case 'absent':
      return { kind: 'hidden', reason: `${words(base)} on the base, is gone now` };
    case 'skipped':
    case 'expected-to-fail':
      if (base.place !== 'fails') return undefined;
      return { kind: 'hidden', reason: `fails on the base, ${words(candidate)} now: ${candidate.detail}` };
  }
}

function byReruns({ base, candidate, settled }: Pair): Named {
  const before = base.place === 'passes' ? 'passes on the base' : 'has no outcome on the base';
  if (settled === undefined)
    return { kind: 'regressed', reason: `${before}, fails now (not run again): ${candidate.detail}` };
  const runs = `failed ${of(settled.candidate)} reruns here, ${of(settled.base)} on the base`;
  switch (settled.kind) {
    case 'regressed':
      return { kind: 'regressed', reason: `${before}, ${runs}: ${candidate.detail}` };
    case 'made-flaky':
      return {
        kind: 'made-flaky',
        reason: `steady on the base, flaky now: ${runs} (p = ${short(settled.chance)})`,
      };
    case 'flaky':
      return { kind: 'flaky', reason: `failed here, but is no worse than on the base: ${runs}` };
    case 'broken-on-base':
      return { kind: 'broken-on-base', reason: `passed once on the base, but fails there too: ${runs}` };
    case 'unresolved':
      return { kind: 'unknown', reason: `${before}, failed here, and reruns gave no outcome` };
  }
}

const of = ({ passes, fails }: RunTally): string => `${fails} of ${passes + fails}`;
const short = (chance: number): string => chance.toPrecision(1);

const WORDS: Readonly<Record<Standing['place'], string>> = {
  passes: 'passes',
  fails: 'fails',
  skipped: 'is skipped',
  'expected-to-fail': 'is expected to fail',
  unknown: 'has no outcome',
  absent: 'is gone',
};
const words = ({ place }: Standing): string => WORDS[place];
