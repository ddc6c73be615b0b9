// Labels for what a search found: whose fault is a culprit, as far as it can be shown?

import type { Accused, Bisection } from '@swarm/build';
import { type CulpritEntry, culpritEntry, type FoundCulprit } from './document.js';
import type { RunContext } from './search-run.js';

/** How many culprits are looked at more closely; each costs a few tests. */
const JUDGED = 8;

const NOT_JUDGED = `not looked at closer: only the first ${JUDGED} are`;

/** Culprits with a label each, and with what it rests on. */
export async function labelled(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  run: RunContext,
): Promise<CulpritEntry[]> {
  const entries: CulpritEntry[] = [];
  let judged = 0;
  for (const culprit of culprits) {
    const isLink = culprit.outcome.failure === 'link';
    if (isLink || culprit.label === 'boundary')
      entries.push(culpritEntry(culprit, isLink ? 'link' : 'boundary'));
    else if (++judged > JUDGED) entries.push(culpritEntry(culprit, 'miscompile', NOT_JUDGED));
    else {
      run.status.show(`looking closer at ${culprit.members.join(' + ')}`);
      const { label, evidence } = await session.judge(accused(culprit));
      run.event('judged', { members: culprit.members, label, evidence });
      entries.push(culpritEntry(culprit, label, evidence));
    }
  }
  return entries;
}

function accused({ members, units, level, confidence, outcome }: FoundCulprit): Accused {
  const functions = members.map((member) => member.slice(unitOf(member, units).length + 1));
  return {
    units,
    ...(level === 'function' ? { functions } : {}),
    flaky: confidence < 1,
    hangs: outcome.failure === 'hang',
  };
}

/** The unit of a member such as `src/a.c:parse`. */
const unitOf = (member: string, units: readonly string[]): string =>
  units.find((unit) => member.startsWith(`${unit}:`)) ?? member;
