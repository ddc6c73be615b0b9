// Before anything is accused: with all units from the target the test fails, with none it passes. Repeated as often
// as asked for, these two questions also show how noisy the test is.

import type { Selection } from '../selection.js';
import { resolve } from './ask.js';
import { FLAKY, ratesFrom, tooNoisy, UNSURE } from './noise.js';
import type { Line } from './question.js';
import type { World } from './world.js';

/** `go`: the preconditions hold. */
export type Sane = 'go' | 'target-passes' | 'oracle-fails' | 'inconclusive' | 'halt';

/** Asks for everything from the target, and, when outcomes are repeated, for nothing from it. */
export function* sanity(world: World): Line<Sane> {
  const { repeat } = world.settings;
  const all = world.select(world.atoms.keys());
  const none = world.select([]);
  const target = yield* sample(world, all, repeat, 0.95);
  if (target === undefined) return 'halt';
  if (target.fails === 0 && target.passes === 0) {
    world.note('unresolved: the build with every unit from the target gave no outcome');
    return 'inconclusive';
  }
  if (target.fails === 0) return 'target-passes';
  if (repeat <= 1) return 'go';
  const oracle = yield* sample(world, none, repeat, 0.02);
  if (oracle === undefined) return 'halt';
  if (oracle.passes + oracle.fails === 0) {
    world.note('unresolved: the build with no unit from the target gave no outcome');
    return 'inconclusive';
  }
  if (oracle.passes === 0) return 'oracle-fails';
  return believe(world);
}

/**
 * Two facts contradict each other: learns whether outcomes are noisy after all. Asks both again and, if one of them
 * answers otherwise, calibrates and draws all conclusions afresh.
 */
export function* doubt(world: World, fail: Selection, pass: Selection): Line<'noise' | 'stable' | 'halt'> {
  world.halt = undefined;
  const before = world.noise;
  let flipped = false;
  for (let i = 0; i < 2 && !flipped; i++) {
    const wasFail = yield* again(world, fail, 0.95);
    const wasPass = yield* again(world, pass, 0.05);
    if (wasFail === undefined || wasPass === undefined) return 'halt';
    flipped = wasFail === 'pass' || wasPass === 'fail';
  }
  if (!flipped) {
    world.rethink(before);
    return 'stable';
  }
  world.note('noise: the same selection both failed and passed; outcomes are repeated from here on');
  world.rethink(FLAKY);
  return (yield* calibrate(world)) === 'halt' ? 'halt' : 'noise';
}

/** Asks both sanity probes a few times more and estimates the rates anew. */
export function* calibrate(world: World): Line<'done' | 'halt'> {
  const target = yield* sample(world, world.select(world.atoms.keys()), CALIBRATE, 0.9);
  const oracle = yield* sample(world, world.select([]), CALIBRATE, 0.05);
  if (target === undefined || oracle === undefined) return 'halt';
  believe(world);
  return 'done';
}

/** Repeats of both sanity probes once there is reason to look into the noise. */
const CALIBRATE = 4;

/** Estimates the rates from all answers so far and sets the trust in outcomes accordingly. */
export function believe(world: World): Exclude<Sane, 'halt'> {
  const all = world.select(world.atoms.keys());
  const found = world.found.map((f) => world.select(f.atoms));
  const bad = [all, ...found];
  const good = [world.select([]), ...world.refuted];
  const noise = ratesFrom(
    world.tally(
      bad.map((s) => world.expand(s)),
      good.map((s) => world.expand(s)),
    ),
  );
  world.rethink(noise);
  if (!tooNoisy(noise)) return 'go';
  world.note(`${noiseOf(world)}: too much to tell them apart`);
  return 'inconclusive';
}

/** What was learned of the noise, in words. */
export const noiseOf = ({ noise }: World): string =>
  `noise: a failing build passes about ${percent(noise.falsePass)} of the time and a good one fails about ${percent(noise.falseFail)}`;

const percent = (rate: number): string => `${Math.round(rate * 100)}%`;

function* again(
  world: World,
  selection: Selection,
  chance: number,
): Line<'pass' | 'fail' | 'same' | undefined> {
  world.noise = UNSURE;
  const finding = yield* resolve(world, selection, 'confirm', chance);
  return finding === 'halt' ? undefined : finding === 'unresolved' ? 'same' : finding;
}

function* sample(
  world: World,
  selection: Selection,
  times: number,
  chance: number,
): Line<{ passes: number; fails: number } | undefined> {
  const count = { passes: 0, fails: 0 };
  const { noise } = world;
  // While sampling, outcomes that differ are what is looked for, not a contradiction.
  if (times > 1) world.noise = UNSURE;
  for (let i = 0; i < Math.max(1, times); i++) {
    const purpose = i === 0 ? 'sanity' : 'calibrate';
    const finding = yield* resolve(world, selection, purpose, chance);
    if (finding === 'halt') return undefined;
    if (finding === 'pass') count.passes++;
    if (finding === 'fail') count.fails++;
  }
  world.noise = noise;
  return count;
}
