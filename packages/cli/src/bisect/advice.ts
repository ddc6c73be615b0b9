// What a person or an agent should know beside the culprits, and what to do next.

import type { Bisection, BuildPlan } from '@swarm/build';
import type { Verdict } from '@swarm/core';
import { count } from '../terminal/line.js';
import { shellWord } from '../terminal/shell-word.js';
import type { CulpritEntry } from './document.js';
import { placeOf } from './member.js';
import type { BuildSettings } from './settings.js';

/** Why there is nothing to search. */
export function whyNoUnits(
  { rejected, identical }: Bisection,
  plan: BuildPlan,
  only: readonly string[] = [],
): string {
  const left = plan.units.length - new Set(only).size;
  const reasons = [
    ...(only.length > 0 ? [`${left} are left to the oracle by --only`] : []),
    ...(rejected.length > 0 ? [`the target rejects ${rejected.length}`] : []),
    ...(identical > 0 ? [`${identical} are the same object on both sides`] : []),
  ];
  return `of ${count(plan.units.length, 'unit')} ${reasons.join(', ')}`;
}

/** Compilations that are not units, counted by reason. */
export function excludedNotes({ excluded }: BuildPlan): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of excluded) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  counts.delete('configure');
  if (counts.size === 0) return [];
  const parts = [...counts].map(([reason, n]) => `${n} ${reason}`);
  return [`always from the oracle: ${parts.join(', ')}`];
}

/** What to do next, most useful first. */
export function whatNext(
  verdict: Verdict,
  culprits: readonly CulpritEntry[],
  settings: BuildSettings,
  plan: BuildPlan,
): string[] {
  if (verdict === 'inconclusive')
    return ['ask again with --repeat 5, or fewer sources of chance in the test'];
  if (verdict === 'target-passes' && culprits.length === 0)
    return settings.mixes
      ? []
      : ["--mixes looks for units that pass here and fail against the oracle's side"];
  const first = culprits.find(({ label }) => label !== 'undefined' && label !== 'layout');
  if (first === undefined) {
    const all = culprits.flatMap(({ members }) => members).join(', ');
    // What spoils a neighbour may be any unit, not the one in which it shows.
    const what = culprits.some(({ label }) => label === 'layout') ? 'everything' : all;
    return all === ''
      ? []
      : [`mend the program: build ${what} with -fsanitize=undefined,address and run the test`];
  }
  const place = placeOf(first.members[0]!, new Set(plan.units.map(({ id }) => id)));
  const unit = plan.units.find(({ id }) => id === place?.unit);
  if (unit === undefined) return [];
  const command = [settings.target.cc, settings.target.flags, ...unit.arguments.map(shellWord), '-S -o -'];
  const compile = command.filter((word) => word !== '').join(' ');
  return [
    `look at the target's code for ${first.members[0]}: (cd ${shellWord(unit.cwd)} && ${compile}); mend the target, then \`swarm verify ${first.members.map(shellWord).join(' ')}\` with the same flags`,
  ];
}
