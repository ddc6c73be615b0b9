// Hunting one culprit: narrow to where it ends, hold what is found, narrow the rest of its members, certify it.
// A set of r members costs about r * log2(n) + r probes.

import { certify, tested } from './certify.js';
import { type Hit, narrow } from './narrow.js';
import type { Line } from './question.js';
import type { World } from './world.js';

/** How a hunt ends: with something found or ruled out, with nothing left to find, or with a halt. */
export type Hunted = 'found' | 'clean' | 'halt';

/** Looks for one more culprit among the atoms that are in none. */
export function* hunt(world: World): Line<Hunted> {
  const order = world.remaining();
  const nothing = world.select([]);
  if (order.length === 0) return 'clean';
  const hit = yield* narrow(world, nothing, order, world.found.length > 0 || world.blocked.length > 0);
  if (hit.kind === 'halt') return 'halt';
  if (hit.kind === 'none') return 'clean';
  if (hit.kind === 'blocked') return block(world, [], hit.atoms);
  const members = yield* extract(world, order, hit);
  if (members.kind === 'halt') return 'halt';
  if (members.kind === 'nothing') return 'found';
  if (members.kind === 'blocked') return block(world, members.held, members.atoms);
  const certified = yield* certify(world, members.atoms, false);
  return certified === 'unresolved' ? block(world, [], members.atoms) : certified;
}

export type Extracted =
  | { readonly kind: 'set'; readonly atoms: readonly number[] }
  | { readonly kind: 'blocked'; readonly held: readonly number[]; readonly atoms: readonly number[] }
  /** What was hit turned out to pass. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'halt' };

/** All members of the set whose last member in `order` was hit. */
export function* extract(
  world: World,
  order: readonly number[],
  hit: Extract<Hit, { kind: 'single' | 'ends' }>,
): Line<Extracted> {
  const held = [order[hit.at]!];
  let pool = order.slice(0, hit.at);
  let complete = hit.kind === 'single';
  while (!complete) {
    if (pool.length === 0) return { kind: 'set', atoms: held };
    if (world.noise.noisy) {
      // The fail that led here may have been a lie: then there is nothing to extract.
      const finding = yield* tested(world, world.select([...held, ...pool]), 0.9, 1);
      if (finding === 'halt') return { kind: 'halt' };
      if (finding !== 'fail') return { kind: 'nothing' };
    }
    const next: Hit = yield* narrow(world, world.select(held), pool, false);
    if (next.kind === 'halt') return next;
    if (next.kind === 'blocked') return { kind: 'blocked', held, atoms: next.atoms };
    if (next.kind === 'none') return { kind: 'set', atoms: held };
    held.push(pool[next.at]!);
    pool = pool.slice(0, next.at);
    complete = next.kind === 'single';
  }
  return { kind: 'set', atoms: held };
}

/** Gives up on atoms that can't be told apart, aloud, and goes on without them. */
function block(world: World, held: readonly number[], atoms: readonly number[]): Hunted {
  const region = some(world.nameOf(atoms));
  world.note(
    held.length === 0
      ? `unresolved: a culprit is among ${region}, but no probe that tells them apart gave an outcome`
      : `unresolved: ${some(world.nameOf(held))} fails together with something among ${region}, but no probe that tells them apart gave an outcome`,
  );
  world.blocked = [...world.blocked, ...(held.length === 0 ? atoms : held)];
  return 'found';
}

/** A few names, and how many more. */
function some(names: readonly string[]): string {
  return names.length <= 6
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
