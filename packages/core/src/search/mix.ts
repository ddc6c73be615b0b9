// Do the two sides work together, where each is right by itself?
//
// With everything from the target, or all that is in no culprit, the test passes; what is wrong between two units shows only when
// one of them comes from the oracle. For each bit of their numbers the atoms with that bit set are asked, and those without: then
// any two atoms have been on different sides both ways, in 2 log2(n) probes. A fail contradicts the pass of the whole, and the
// contradiction is looked into (search/tie.ts): the units behind it become one atom, and the mixes are asked again.

import { observe } from './ask.js';
import type { Line } from './question.js';
import type { World } from './world.js';

/** Boundaries after which no more are looked for. */
const MOST = 8;

/** Asks the mixes of what is in no culprit, which passes as a whole; a fail of any of them ends in `world.halt`. */
export function* mix(world: World): Line<'done' | 'halt'> {
  const atoms = world.remaining();
  if (world.noise.noisy || world.ties.length >= MOST) return 'done';
  let asked = 0;
  for (let bit = 1; bit < atoms.length; bit *= 2) {
    for (const side of [0, bit]) {
      const selection = world.select(atoms.filter((_, i) => (i & bit) === side));
      asked += 1;
      if (world.outcomeOf(selection) !== undefined) continue;
      if ((yield* observe(world, selection, 'explore', 0.2)) === 'halt') return 'halt';
    }
  }
  const tied = new Set(world.ties.flatMap(({ units }) => units));
  if (tied.size === 0) world.note(`mixes: all ${asked} mixes of both sides pass as well`);
  const rest = atoms.filter((atom) => !tied.has(world.atoms[atom]![0]!));
  if (tied.size > 0 && world.outcomeOf(world.select(rest)) !== 'pass')
    if ((yield* observe(world, world.select(rest), 'certify', 0.02)) === 'halt') return 'halt';
  if (world.outcomeOf(world.select(rest)) === 'pass') world.without = 'pass';
  return 'done';
}
