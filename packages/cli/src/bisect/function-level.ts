// From units to functions: the same search, over the functions of culprit units. Units are only taken apart where that
// changes nothing (unit-parts.ts); where it does, the culprit stays as it is and a note says why.

import type { Bisection, Scope } from '@swarm/build';
import { Selection, type Verdict } from '@swarm/core';
import { addCounts, type Counts, type FoundCulprit, unitCulprit } from './document.js';
import { type RunContext, runProbe } from './search-run.js';
import type { BuildSettings } from './settings.js';
import { searchParts, takeApart } from './unit-parts.js';

interface FunctionFindings {
  readonly culprits: readonly FoundCulprit[];
  readonly notes: readonly string[];
  readonly counts: Counts;
}

/** Culprits, as far as they can be told by functions. Those of a boundary or of a link are whole as they are. */
export async function refined(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  settings: BuildSettings,
  run: RunContext,
): Promise<FunctionFindings> {
  const suspects = culprits.filter((each) => each.label !== 'boundary' && each.outcome.failure !== 'link');
  const apart = await takeApart(session, suspects, settings, run);
  if (apart.suspects.length === 0) return { culprits, notes: apart.notes, counts: apart.counts };
  const found = await searchParts(session, apart, settings, run);
  const isWithin = (part: FoundCulprit, whole: FoundCulprit) =>
    part.units.every((unit) => whole.members.includes(unit));
  const finer = culprits.flatMap((culprit) => {
    const parts = apart.suspects.includes(culprit)
      ? found.culprits.filter((each) => isWithin(each, culprit))
      : [];
    return parts.length === 0 ? [culprit] : parts;
  });
  const others = found.culprits.filter((each) => !finer.includes(each));
  return {
    culprits: [...finer, ...others],
    notes: [...apart.notes, ...found.notes],
    counts: addCounts(apart.counts, found.counts),
  };
}

/** The functions of all units at once; `given-up` where they don't behave as the units do. */
export async function fromFunctions(
  session: Bisection,
  rest: Scope,
  settings: BuildSettings,
  run: RunContext,
): Promise<
  | ({ readonly kind: 'searched'; readonly verdict: Verdict } & FunctionFindings)
  | ({ readonly kind: 'given-up' } & FunctionFindings)
> {
  const units = rest.units.map(({ id }) => id);
  const full = { selection: Selection.full(units.length), attempt: 0, purpose: 'sanity' } as const;
  const { answer, counts } = await runProbe({ ...rest, phase: 'test' }, full, run);
  const nothing = { culprits: [], notes: [], counts };
  const { outcome } = answer;
  if (outcome.kind === 'pass') return { kind: 'searched', verdict: 'target-passes', ...nothing };
  if (outcome.kind === 'unresolved') return { kind: 'given-up', ...nothing };
  const everything = unitCulprit({
    members: units,
    outcome,
    confidence: 1,
    certificate: { alone: 'fail', without: 'unproved', subsets: 'unproved' },
    label: 'miscompile',
  });
  const apart = await takeApart(session, [everything], settings, run);
  const spent = addCounts(counts, apart.counts);
  if (apart.suspects.length === 0)
    return { kind: 'given-up', culprits: [], notes: apart.notes, counts: spent };
  const found = await searchParts(session, apart, settings, run);
  const notes = [...apart.notes, ...found.notes];
  return { kind: 'searched', ...found, notes, counts: addCounts(spent, found.counts) };
}
