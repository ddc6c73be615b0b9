// From what the search knows at its end to its report.

import type { Failed } from '../outcome.js';
import type { Culprit, SearchReport, SearchStats, Verdict } from '../report.js';
import type { Asking } from './lookahead.js';
import type { Ending } from './phases.js';
import { logFactorial, Survival } from './prior.js';
import type { Found, Tie, World } from './world.js';

type Counts = Pick<SearchStats, 'probes' | 'reused' | 'unresolved'>;

const UNKNOWN: Failed = { kind: 'fail', failure: 'exit', detail: 'not asked by itself' };

export function report(world: World, ending: Ending, counts: Counts): SearchReport {
  const culprits = [
    ...world.found.map((found) => culprit(world, found)),
    ...world.ties.map((tie) => tied(world, tie)),
  ].sort((a, b) => a.at - b.at);
  const stats = { units: world.units.length, ...counts, bound: bound(world) };
  const verdict: Verdict = world.units.length === 0 ? 'no-units' : ending;
  const sure = culprits.every((c) => c.culprit.confidence >= 1 - world.settings.risk - 1e-12);
  return {
    verdict: verdict === 'culprits' && !sure ? 'inconclusive' : verdict,
    culprits: culprits.map((c) => c.culprit),
    notes: notes(world, ending),
    stats,
  };
}

/** About how many probes are still to come: for the culprit being looked for, those after it, and certificates. */
export function expectedProbes({ point: { world, phase, replies } }: Asking): number {
  const n = Math.max(2, world.remaining().length);
  if (phase.kind === 'close') return 1;
  if (phase.kind === 'mix') return Math.ceil(2 * Math.log2(n));
  const none = Survival.noneAfter(world.size, world.found.length, 0.5, world.found.length === 0);
  const each = Math.log2(n / (1 + world.found.length)) + 2.5;
  const here = Math.max(2, each - (phase.kind === 'hunt' ? replies.length : 0));
  return Math.ceil(here + (1 - none) * 0.5 * each);
}

function culprit(world: World, found: Found): { at: number; culprit: Culprit } {
  const selection = world.select(found.atoms);
  return {
    at: Math.min(...found.atoms.map((atom) => world.atoms[atom]![0]!)),
    culprit: {
      members: world.nameOf(found.atoms),
      outcome: world.failureOf(selection) ?? UNKNOWN,
      confidence: found.confidence,
      certificate: { alone: 'fail', without: world.without, subsets: found.subsets },
      label: 'miscompile',
    },
  };
}

/** A tie as a finding of its own: what fails without the others. */
function tied(world: World, tie: Tie): { at: number; culprit: Culprit } {
  const units = tie.boundary ? tie.units : tie.core;
  return {
    at: units[0]!,
    culprit: {
      members: names(world, units),
      outcome: tie.outcome,
      confidence: 1,
      certificate: { alone: 'fail', without: world.without, subsets: 'unproved' },
      label: tie.boundary ? 'boundary' : 'miscompile',
    },
  };
}

const names = (world: World, units: readonly number[]) => units.map((unit) => world.units[unit]!.id);

function notes(world: World, ending: Ending): string[] {
  const list = [...world.notes];
  if (ending === 'oracle-fails') {
    const detail = world.failureOf(world.select([]))?.detail;
    list.push(
      `oracle: the test fails with no unit from the target${detail === undefined ? '' : `: ${detail}`}`,
    );
  }
  for (const tie of world.ties) {
    const rest = tie.units.filter((unit) => !tie.core.includes(unit));
    const [core, others] = [names(world, tie.core).join(', '), names(world, rest).join(', ')];
    list.push(
      tie.boundary
        ? `boundary: ${names(world, tie.units).join(', ')} each fail against the oracle's side and pass together: the two sides disagree on an interface`
        : `tie: ${core} fails, but passes when ${others} comes from the target too`,
    );
  }
  const sets = world.found.filter((found) => found.atoms.length > 1);
  if (sets.length > 0 && world.enumerated === 'no')
    list.push('sets: others may share a member with a set that was found; --enumerate looks for them');
  if (world.enumerated === 'open')
    list.push('sets: there may be more that share members; the budget was used up');
  return list;
}

/** log2 of the number of ways to choose sets of the found sizes: the least that any search needs on average. */
function bound(world: World): number {
  const sizes = new Map<number, number>();
  for (const { atoms } of world.found) sizes.set(atoms.length, (sizes.get(atoms.length) ?? 0) + 1);
  let bits = 0;
  for (const [size, count] of sizes) {
    const sets = logChoose(world.units.length, size);
    // ln C(N, count) for N sets, where N may be too large for anything but its logarithm.
    bits += sets < 30 ? logChoose(Math.exp(sets), count) : count * sets - logFactorial(count);
  }
  return bits / Math.LN2;
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log((n - i) / (i + 1));
  return sum;
}
