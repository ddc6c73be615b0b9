// Narrowing: from "something in this order fails on top of base" to where it ends.

import type { Selection } from '../selection.js';
import { observe, settle } from './ask.js';
import { Belief } from './belief.js';
import { levelFor } from './noise.js';
import type { Finding, Line } from './question.js';
import type { World } from './world.js';

/** Probes without an outcome, in a row, before they are asked again, and again before giving up. */
const PATIENCE = 12;

/** What narrowing ends with. */
export type Hit =
  /** This atom fails by itself on top of base. */
  | { readonly kind: 'single'; readonly at: number }
  /** The shortest failing prefix ends here, and its last atom doesn't fail by itself. */
  | { readonly kind: 'ends'; readonly at: number }
  /** Nothing fails. */
  | { readonly kind: 'none' }
  /** No probe that could tell these atoms apart gives an outcome. */
  | { readonly kind: 'blocked'; readonly atoms: readonly number[] }
  | { readonly kind: 'halt' };

/** Finds where the next culprit ends. `open`: it may be that nothing fails. */
export function* narrow(world: World, base: Selection, order: readonly number[], open: boolean): Line<Hit> {
  const level = levelFor(world.settings.risk);
  const belief = new Belief(world, base, order, open);
  const known = belief.knownSingle(level);
  if (known !== undefined) return { kind: 'single', at: known };
  const avoid = { prefixes: new Set<number>(), alone: new Set<number>() };
  let patience = PATIENCE;
  let again = true;
  for (;;) {
    if ((yield* oracleHolds(world, 4)) === 'halt') return { kind: 'halt' };
    const choice = belief.choose(world.costs.share, avoid);
    if (choice.kind === 'none' || choice.kind === 'ends') return choice;
    if (choice.kind === 'stuck' || patience === 0) {
      if (!again || avoid.prefixes.size + avoid.alone.size === 0)
        return { kind: 'blocked', atoms: belief.window() };
      again = false;
      patience = PATIENCE;
      avoid.prefixes.clear();
      avoid.alone.clear();
      continue;
    }
    const finding =
      choice.kind === 'prefix'
        ? yield* prefix(world, belief, base, order, choice.length, choice.chance)
        : yield* alone(world, belief, base, order, choice.at, choice.chance);
    if (finding === 'halt') return { kind: 'halt' };
    if (finding === 'single') return { kind: 'single', at: choice.kind === 'alone' ? choice.at : -1 };
    if (finding === 'unresolved') {
      patience--;
      if (choice.kind === 'prefix') avoid.prefixes.add(choice.length);
      else avoid.alone.add(choice.at);
    } else {
      patience = PATIENCE;
      again = true;
    }
  }
}

/**
 * Makes sure that the oracle's own build passes before more is asked after `fails` fails without a pass, since then
 * everything may fail. Usually free: any pass implies it.
 */
export function* oracleHolds(world: World, fails: number): Line<Finding> {
  if (world.noise.noisy || world.knowledge.passes.length > 0 || world.failures < fails) return 'pass';
  const none = world.select([]);
  const finding = yield* settle(world, none, 'sanity', 0.02);
  if (finding === 'fail') world.halt = { kind: 'oracle-fails', outcome: world.failureOf(none)! };
  return world.halt === undefined ? finding : 'halt';
}

function* prefix(
  world: World,
  belief: Belief,
  base: Selection,
  order: readonly number[],
  length: number,
  bad: number,
): Line<Finding> {
  const selection = base.union(world.select(order.slice(0, length)));
  const finding = yield* observe(world, selection, 'narrow', chanceToFail(world, bad));
  if (finding === 'pass' || finding === 'fail') belief.prefixAnswered(length, finding === 'fail');
  return finding;
}

/** One atom on top of base. A fail is made sure of at once; a pass just weighs in. */
function* alone(
  world: World,
  belief: Belief,
  base: Selection,
  order: readonly number[],
  at: number,
  bad: number,
): Line<Finding | 'single'> {
  const selection = base.union(world.select([order[at]!]));
  const finding = yield* observe(world, selection, 'certify', chanceToFail(world, bad));
  if (finding === 'pass') belief.aloneAnswered(at, false);
  if (finding !== 'fail') return finding;
  if (world.noise.falseFail === 0) return 'single';
  const sure = yield* settle(world, selection, 'confirm', 0.5);
  if (sure === 'fail') return 'single';
  if (sure === 'pass') belief.aloneAnswered(at, false);
  return sure;
}

function chanceToFail(world: World, bad: number): number {
  return bad * (1 - world.noise.falsePass) + (1 - bad) * world.noise.falseFail;
}
