// Certificates: a set fails, and no set with one member less does.
//
// With exact outcomes most of this is known by now: the set was found from its last member to its first, so its
// proper subsets are subsets of prefixes that passed. With noise the answers so far are not used: the search went
// where they pointed, so they are biased towards what it found. Every certificate is then a sequential test (Wald
// 1945) of fresh answers alone, and a smaller set that turns up takes the larger one's place.

import type { Selection } from '../selection.js';
import { observe, settle } from './ask.js';
import type { Rates } from './knowledge.js';
import { oracleHolds } from './narrow.js';
import { levelFor } from './noise.js';
import type { Finding, Line } from './question.js';
import { believe } from './sanity.js';
import type { World } from './world.js';

/** What became of a suspected set. `found`: taken in, in this or a smaller form, or dropped for the search to go on. */
export type Certified = 'found' | 'unresolved' | 'halt';

/** A test that lied only by passing so far may still lie by failing now and then: assumed when an accusation is tested. */
const UNSEEN_FALSE_FAIL = 0.05;

/** Fresh answers to one selection before its certificate counts as not to be had. */
const PATIENCE = 200;

/** Confirms a set and takes it, or the smaller set that it turns out to be, into `world.found`. */
export function* certify(world: World, atoms: readonly number[], shared: boolean): Line<Certified> {
  if ((yield* oracleHolds(world, 0)) === 'halt') return 'halt';
  if (world.noise.noisy) believe(world);
  const trusted = world.noise.falseFail === 0 ? 0 : 1;
  let members = [...atoms].sort((a, b) => a - b);
  let subsets: 'pass' | 'unproved' = 'pass';
  for (let i = 0; i < members.length && members.length > 1; i++) {
    const fewer = members.filter((_, j) => j !== i);
    const finding = yield* tested(world, world.select(fewer), 0.02, members.length + 1);
    if (finding === 'halt') return 'halt';
    if (world.noise.falseFail > trusted) return 'found';
    if (finding === 'unresolved') subsets = 'unproved';
    if (finding !== 'fail') continue;
    members = fewer;
    subsets = 'pass';
    i = -1;
  }
  const finding = yield* tested(world, world.select(members), 0.98, members.length + 1);
  if (finding === 'fail') {
    const confidence = world.noise.noisy ? 1 - world.settings.risk : 1;
    world.found = [...world.found, { atoms: members, subsets, shared, confidence }];
  }
  return finding === 'pass' || finding === 'fail' ? 'found' : finding;
}

/** Does it fail, beyond the doubt allowed to each of so many certificates? */
export function* tested(
  world: World,
  selection: Selection,
  chance: number,
  certificates: number,
): Line<Finding> {
  if (!world.noise.noisy) return yield* settle(world, selection, 'certify', chance);
  const { falsePass, falseFail } = world.noise;
  const level = levelFor(world.settings.risk / certificates);
  const rates = { falsePass, falseFail: Math.max(UNSEEN_FALSE_FAIL, falseFail) };
  const twice = 2 * Math.log((1 - falsePass) / rates.falseFail) - 1e-9;
  const bad = falseFail === 0 ? Math.min(level, twice) : level;
  const finding = yield* fresh(world, selection, rates, { bad, good: level, chance });
  if (finding === 'pass' && world.outcomesOf(selection).fails > 0) {
    // It has failed and does so no more: that fail was a lie, so from here on fails may be.
    world.refuted = [...world.refuted, selection];
    believe(world);
  }
  return finding;
}

/** A sequential test on new answers only, up to the log odds `bad` or down to minus `good`. */
function* fresh(
  world: World,
  selection: Selection,
  rates: Rates,
  level: { readonly bad: number; readonly good: number; readonly chance: number },
): Line<Finding> {
  const perFail = Math.log((1 - rates.falsePass) / rates.falseFail);
  const perPass = Math.log((1 - rates.falseFail) / rates.falsePass);
  let odds = 0;
  for (let i = 0; i < PATIENCE; i++) {
    const finding = yield* observe(
      world,
      selection,
      'confirm',
      odds < 0 ? 0.05 : odds > 0 ? 0.95 : level.chance,
    );
    if (finding === 'halt') return 'halt';
    if (finding === 'fail') odds += perFail;
    if (finding === 'pass') odds -= perPass;
    if (odds >= level.bad) return 'fail';
    if (odds <= -level.good) return 'pass';
  }
  return 'unresolved';
}
