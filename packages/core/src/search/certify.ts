// Certificates: a set fails, and no set with one member less does.
//
// With exact outcomes most of this is known by now: the set was found from its last member to its first, so its
// proper subsets are subsets of prefixes that passed. With noise the answers so far are not used: the search went
// where they pointed, so they are biased towards what it found. Every certificate is then a sequential test (Wald
// 1945) of fresh answers alone, and a smaller set that turns up takes the larger one's place.

import type { Selection } from '../selection.js';
import { observe, settle } from './ask.js';
import { oracleHolds } from './narrow.js';
import { levelFor, Trial } from './noise.js';
import type { Finding, Line } from './question.js';
import { believe, calibrate } from './sanity.js';
import type { World } from './world.js';

/** What became of a suspected set. `found`: taken in, in this or a smaller form, or dropped for the search to go on. */
export type Certified = 'found' | 'unresolved' | 'halt';

/** While all fails are taken for proof, log odds that a fresh trial must add: two fails, as a rule. */
const ACCUSE = 4;

/** Sets of so many members are rare enough to be asked once more. */
const UNLIKELY = 4;

/** Fresh answers to one selection before its certificate counts as not to be had. */
const PATIENCE = 120;

/** After so many answers without a decision the noise itself is looked into. */
const UNDECIDED = 8;

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
  const finding = yield* itself(world, world.select(members), members.length);
  if (finding === 'fail') {
    const confidence = world.noise.noisy ? 1 - world.settings.risk : 1;
    world.found = [...world.found, { atoms: members, subsets, shared, confidence }];
  }
  return finding === 'pass' || finding === 'fail' ? 'found' : finding;
}

/** The set itself. Without noise its fail is known, but one as large as this may well come of a single flake. */
function* itself(world: World, selection: Selection, members: number): Line<Finding> {
  if (world.noise.noisy || members < UNLIKELY) return yield* tested(world, selection, 0.98, members + 1);
  return yield* observe(world, selection, 'confirm', 0.95);
}

/** Does it fail, beyond the doubt allowed to each of so many certificates? */
export function* tested(
  world: World,
  selection: Selection,
  chance: number,
  certificates: number,
): Line<Finding> {
  if (!world.noise.noisy) return yield* settle(world, selection, 'certify', chance);
  const level = levelFor(world.settings.risk / certificates);
  const finding = yield* fresh(world, selection, chance, world.noise.falseFail === 0 ? ACCUSE : level, level);
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
  chance: number,
  bad: number,
  good: number,
): Line<Finding> {
  let trial = new Trial(world.noise);
  for (let i = 1; i <= PATIENCE; i++) {
    const likely = trial.odds < 0 ? 0.05 : trial.odds > 0 ? 0.95 : chance;
    const finding = yield* observe(world, selection, 'confirm', likely);
    if (finding === 'halt') return 'halt';
    if (finding !== 'unresolved') trial.add(finding === 'fail');
    if (trial.odds >= bad) return 'fail';
    if (trial.odds <= -good) return 'pass';
    if (i % UNDECIDED !== 0) continue;
    // As flaky as this, it could be either: more must be known of how flaky the test is.
    if ((yield* calibrate(world)) === 'halt') return 'halt';
    trial = trial.again(world.noise);
  }
  return 'unresolved';
}
