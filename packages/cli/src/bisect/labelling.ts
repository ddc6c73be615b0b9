// Labels for what a search found: whose fault is a culprit, as far as it can be shown?

import type { Bisection } from '@swarm/build';
import { type CulpritEntry, culpritEntry, type FoundCulprit } from './document.js';
import type { RunContext } from './search-run.js';

/** How many culprits are looked at more closely; each costs a few tests. */
const JUDGED = 8;

/** Culprits with what other known-good compilers say about them. */
export async function labelled(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  run: RunContext,
): Promise<CulpritEntry[]> {
  const entries: CulpritEntry[] = [];
  for (const [i, culprit] of culprits.entries()) {
    if (culprit.label === 'boundary' || culprit.outcome.failure === 'link' || i >= JUDGED) {
      entries.push(culpritEntry(culprit, culprit.outcome.failure === 'link' ? 'link' : culprit.label));
      continue;
    }
    run.status.show(`asking other compilers about ${culprit.members.join(' + ')}`);
    const { label, evidence } = await session.judge(culprit.units);
    run.event('judged', { members: culprit.members, label, evidence });
    entries.push(culpritEntry(culprit, label, label === 'undefined' ? evidence : undefined));
  }
  return entries;
}
