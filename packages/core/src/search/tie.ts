// Ties: units that only work together.
//
// When a selection fails and a larger one passes, stably, the outcome isn't monotone: something in the larger one
// makes up for what fails. That is how a disagreement on an interface looks (struct layout, bit-fields, long double,
// varargs): a from the target fails against the oracle's b, and both together pass. The smallest such additions are
// found by binary searches that need no monotonicity: between a prefix with one outcome and a longer one with the
// other there is a place where one atom makes the difference. The units are then tied into one atom, and the search
// starts over on atoms with all answers that don't split a tie.

import type { Selection } from '../selection.js';
import { resolve } from './ask.js';
import type { Conflict } from './knowledge.js';
import { UNSURE } from './noise.js';
import type { Finding, Line } from './question.js';
import type { Tie, World } from './world.js';

/** Finds what in `conflict.pass` makes up for what fails in `conflict.fail`. Undefined: no outcome to be had. */
export function* explain(world: World, conflict: Conflict): Line<Tie | undefined> {
  const facts = world.noise;
  world.noise = UNSURE;
  const replies = new Map<string, Finding>([
    [conflict.fail.key, 'fail'],
    [conflict.pass.key, 'pass'],
  ]);
  const tie = yield* find(world, conflict, replies);
  world.noise = facts;
  return tie;
}

function* find(world: World, conflict: Conflict, replies: Map<string, Finding>): Line<Tie | undefined> {
  const core = yield* flip(world, world.select([]), conflict.fail.members(), 'fail', replies);
  if (core === undefined) return undefined;
  const failing = world.select(core);
  const rest = conflict.pass.minus(failing).members();
  const flipped = yield* flip(world, failing, rest, 'pass', replies);
  if (flipped === undefined) return undefined;
  const partners = yield* fewest(world, failing, flipped, replies);
  const atoms = [...core, ...partners].sort((a, b) => a - b);
  let boundary = true;
  for (const atom of atoms) {
    const finding = yield* outcome(world, world.select([atom]), replies);
    if (finding === 'halt') return undefined;
    boundary &&= finding === 'fail';
  }
  const units = (list: readonly number[]) => list.flatMap((atom) => world.atoms[atom]!).sort((a, b) => a - b);
  return { units: units(atoms), core: units(core), boundary, outcome: world.failureOf(failing)! };
}

/**
 * One partner where it is enough. A flip may have gone through units that need partners themselves: with a and c that each lack
 * one, b and d are both found for a.
 */
function* fewest(
  world: World,
  failing: Selection,
  partners: readonly number[],
  replies: Map<string, Finding>,
): Line<readonly number[]> {
  if (partners.length < 2) return partners;
  for (const partner of partners) {
    const finding = yield* outcome(world, failing.union(world.select([partner])), replies);
    if (finding === 'pass') return [partner];
    if (finding === 'halt') return partners;
  }
  return partners;
}

/**
 * A small set of atoms out of `order` that gives `low` the other outcome, `wanted`, which low with the whole order
 * is known to have. About log2(order) probes per atom.
 */
function* flip(
  world: World,
  low: Selection,
  order: readonly number[],
  wanted: 'pass' | 'fail',
  replies: Map<string, Finding>,
): Line<number[] | undefined> {
  const held: number[] = [];
  let pool = order;
  for (;;) {
    const base = low.union(world.select(held));
    const now = held.length === 0 ? 'unknown' : yield* outcome(world, base, replies);
    if (now === wanted) return held;
    if (now === 'halt' || now === 'unresolved' || pool.length === 0) return undefined;
    const at = yield* crossing(world, base, pool, wanted, replies);
    if (at === undefined) return undefined;
    held.push(pool[at]!);
    pool = pool.slice(0, at);
  }
}

/** A position whose atom turns the prefix before it into one with the wanted outcome. */
function* crossing(
  world: World,
  base: Selection,
  order: readonly number[],
  wanted: 'pass' | 'fail',
  replies: Map<string, Finding>,
): Line<number | undefined> {
  let low = 0;
  let high = order.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const selection = base.union(world.select(order.slice(0, middle)));
    const finding = yield* outcome(world, selection, replies);
    if (finding === 'halt' || finding === 'unresolved') return undefined;
    if (finding === wanted) high = middle;
    else low = middle;
  }
  return high - 1;
}

/** The outcome of exactly this selection, asked at most once. */
function* outcome(world: World, selection: Selection, replies: Map<string, Finding>): Line<Finding> {
  const known = replies.get(selection.key) ?? world.outcomeOf(selection);
  if (known !== undefined) return known;
  const finding = yield* resolve(world, selection, 'explore', 0.5);
  replies.set(selection.key, finding);
  return finding;
}
