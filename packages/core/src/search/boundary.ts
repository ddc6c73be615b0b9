// Does what was found make sense together?
//
// Units that disagree on an interface each fail alone, and a search that believes in monotone outcomes accuses each
// of them. Only a selection that holds all of them and nothing that is really broken shows it: it passes. In a
// monotone world such probes say nothing new, so only few are spent: one for all culprits that fail otherwise than
// the whole target does; and, where there are three or four culprits, or so many that something common is likely,
// all culprits but one, for each, in case that one is all that is really broken. Who wants to know more asks for mixes: then all
// but one are asked however many there are, and any two single units together, whatever else is broken. A pass contradicts
// what is known, and the contradiction is then looked into (search/tie.ts).

import { observe } from './ask.js';
import type { Line } from './question.js';
import type { Found, World } from './world.js';

const FEW = 4;
const MANY = 8;

/** No more than this many culprits are left out in turn. */
const MOST = 16;

/** Of so many single units any two are asked, with mixes: 66 pairs. */
const MOST_PAIRED = 12;

/** Asks the few questions; a pass of any of them ends in `world.halt`. */
export function* cross(world: World): Line<'done' | 'halt'> {
  const { found } = world;
  if (world.noise.noisy || (found.length < 3 && !world.settings.mixes)) return 'done';
  for (const atoms of suspects(world, found)) {
    const selection = world.select(atoms);
    if (world.outcomeOf(selection) !== undefined) continue;
    if ((yield* observe(world, selection, 'explore', 0.97)) === 'halt') return 'halt';
  }
  return 'done';
}

/** Sets of atoms that contain at least two culprits and may pass together. */
function suspects(world: World, found: readonly Found[]): number[][] {
  const whole = world.failureOf(world.select(world.atoms.keys()));
  const unlike = found.filter(({ atoms }) => {
    const own = world.failureOf(world.select(atoms));
    return own?.failure !== whole?.failure || own?.detail !== whole?.detail;
  });
  const lists: Found[][] = unlike.length < found.length ? [unlike] : [];
  if (found.length <= FEW || found.length >= MANY || world.settings.mixes)
    lists.push(...found.slice(0, MOST).map((one) => found.filter((other) => other !== one)));
  if (world.settings.mixes) lists.push(...pairs(found.filter(({ atoms }) => atoms.length === 1)));
  return lists
    .filter((list) => list.length > 1)
    .map((list) => list.flatMap(({ atoms }) => atoms).sort((a, b) => a - b));
}

const pairs = (found: readonly Found[]): Found[][] =>
  found.slice(0, MOST_PAIRED).flatMap((one, i, all) => all.slice(i + 1).map((other) => [one, other]));
