// Sets that share members with those found.
//
// The search reports disjoint sets: what it found is out of all that it asks afterwards. A further set that shares a
// member shows when everything but one member of each found set is selected: for each minimal choice of members that
// hits all found sets (a minimal hitting set), the rest is asked. If it fails there is one more set in it; if the rests
// of all choices pass there are no others (Reiter 1987). The number of choices grows as a product, hence the budget.

import { settle } from './ask.js';
import { certify } from './certify.js';
import { extract } from './hunt.js';
import { narrow } from './narrow.js';
import type { Line } from './question.js';
import type { World } from './world.js';

const CHOICES = 500;

export type Enumerated = 'more' | 'complete' | 'open' | 'halt';

/** Looks for one more set, until `end` questions have been asked in all. */
export function* another(world: World, end: number): Line<Enumerated> {
  const choices = hittingSets(world.found.map((f) => f.atoms));
  const nothing = world.select([]);
  for (const choice of choices.slice(0, CHOICES)) {
    if (world.asked >= end) return 'open';
    const out = new Set([...choice, ...world.blocked]);
    const order = world.atoms.map((_, atom) => atom).filter((atom) => !out.has(atom));
    const finding = yield* settle(world, world.select(order), 'explore', 0.1);
    if (finding === 'halt') return 'halt';
    if (finding !== 'fail') continue;
    const hit = yield* narrow(world, nothing, order, false);
    if (hit.kind === 'halt') return 'halt';
    if (hit.kind === 'none' || hit.kind === 'blocked') continue;
    const set = yield* extract(world, order, hit);
    if (set.kind === 'halt') return 'halt';
    if (set.kind !== 'set') continue;
    const before = world.found.length;
    const certified = yield* certify(world, set.atoms, true);
    if (certified === 'halt') return 'halt';
    if (world.found.length > before) return 'more';
  }
  return choices.length > CHOICES ? 'open' : 'complete';
}

/** All minimal sets that have a member in common with each of the given sets, smallest first. */
function hittingSets(sets: readonly (readonly number[])[]): number[][] {
  let choices: number[][] = [[]];
  for (const set of sets) {
    const hit = choices.filter((choice) => choice.some((atom) => set.includes(atom)));
    const extended = choices
      .filter((choice) => !hit.includes(choice))
      .flatMap((choice) => set.map((atom) => [...choice, atom].sort((a, b) => a - b)));
    const minimal = extended.filter((choice) => !hit.some((h) => h.every((atom) => choice.includes(atom))));
    const unique = new Map(minimal.map((choice) => [choice.join(), choice]));
    choices = [...hit, ...unique.values()].slice(0, CHOICES + 1);
  }
  return choices.sort((a, b) => a.length - b.length);
}
