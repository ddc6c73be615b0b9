// Asking: one observation of a selection, or as many as a verdict needs.

import type { ProbePurpose } from '../probe.js';
import type { Selection } from '../selection.js';
import { levelFor } from './noise.js';
import type { Finding, Line } from './question.js';
import type { World } from './world.js';

/** How often a selection that doesn't resolve is asked in all. */
const TRIES = 3;

/** How often one selection is asked at most when outcomes waver. */
const REPEATS = 60;

/** Asks once, afresh, whatever is known. */
export function* observe(
  world: World,
  selection: Selection,
  purpose: ProbePurpose,
  chance: number,
): Line<Finding> {
  if (world.halt === undefined && world.atLimit) world.halt = { kind: 'limit' };
  if (world.halt !== undefined) return 'halt';
  const units = world.expand(selection);
  const probe = { selection: units, attempt: world.attempts(units), purpose };
  const { outcome, costMs } = yield { probe, chance };
  world.record(selection, units, outcome, costMs);
  return world.halt === undefined ? outcome.kind : 'halt';
}

/** Asks until an outcome is had, a bounded number of times. */
export function* resolve(
  world: World,
  selection: Selection,
  purpose: ProbePurpose,
  chance: number,
): Line<Finding> {
  for (let i = 0; i < TRIES; i++) {
    const finding = yield* observe(world, selection, purpose, chance);
    if (finding !== 'unresolved') return finding;
  }
  return 'unresolved';
}

/** A verdict as sure as asked for: from what is known, else by asking as often as the noise makes necessary. */
export function* settle(
  world: World,
  selection: Selection,
  purpose: ProbePurpose,
  chance: number,
): Line<Finding> {
  const level = levelFor(world.settings.risk);
  for (let i = 0; i < REPEATS; i++) {
    if (world.halt !== undefined) return 'halt';
    const odds = world.knowledge.odds(selection, world.noise);
    if (odds >= level) return 'fail';
    if (odds <= -level) return 'pass';
    const finding = yield* resolve(world, selection, purpose, i === 0 ? chance : odds > 0 ? 0.9 : 0.1);
    if (finding === 'halt' || finding === 'unresolved') return finding;
  }
  return 'unresolved';
}
