// Labels for what a search found: whose fault is a culprit, as far as it can be shown?

import { createHash } from 'node:crypto';
import type { Accused, Bisection, Case, Judgement, SharedCause } from '@swarm/build';
import { count, seconds } from '../terminal/line.js';
import { type CulpritEntry, type CulpritGroup, culpritEntry, type FoundCulprit } from './document.js';
import type { RunContext } from './search-run.js';
import type { BuildSettings } from './settings.js';

/** Culprits as entries, and what a person should know about how they were looked at. */
export interface Labelled {
  readonly entries: readonly CulpritEntry[];
  readonly notes: readonly string[];
}

/** A culprit as the search left it. */
export const unlabelled = (culprit: FoundCulprit): CulpritEntry =>
  culpritEntry(culprit, isLink(culprit) ? 'link' : culprit.label, 'not looked at closer: --no-labels');

/** Culprits with a label each, and with what it rests on: as many as there is time for, in the order in which they were found. */
export async function labelled(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  { labelTimeMs }: Pick<BuildSettings, 'labelTimeMs'>,
  run: RunContext,
): Promise<Labelled> {
  const doubtful = culprits.filter((culprit) => !isLink(culprit) && culprit.label !== 'boundary');
  const judgements = await judged(session, doubtful, labelTimeMs, run);
  const left = doubtful.filter((culprit) => !judgements.has(culprit)).length;
  const entries: CulpritEntry[] = [];
  for (const culprit of culprits) {
    const judgement = judgements.get(culprit);
    if (isLink(culprit)) entries.push(culpritEntry(culprit, 'link'));
    else if (culprit.label === 'boundary') entries.push(await explained(session, culprit, run));
    else if (judgement === undefined) entries.push(culpritEntry(culprit, 'miscompile', NOT_JUDGED));
    else entries.push(culpritEntry(culprit, judgement.label, judgement.evidence));
  }
  const notes = left === 0 ? [] : [leftOut(left, doubtful.length, labelTimeMs)];
  return { entries: await grouped(session, culprits, entries, run), notes };
}

const NOT_JUDGED = 'not looked at closer: whether the program is to blame was not asked';

const leftOut = (left: number, of: number, labelTimeMs: number): string =>
  `${left} of ${count(of, 'culprit')} not looked at closer: the ${seconds(labelTimeMs)} for that (--label-time) were up`;

const isLink = ({ outcome }: FoundCulprit): boolean => outcome.failure === 'link';

async function judged(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  labelTimeMs: number,
  run: RunContext,
): Promise<ReadonlyMap<FoundCulprit, Judgement>> {
  if (culprits.length === 0) return new Map();
  const deadline = performance.now() + labelTimeMs;
  const names = culprits.slice(0, NAMED).map(({ members }) => members.join(' + '));
  const more = culprits.length > NAMED ? ` and ${culprits.length - NAMED} more` : '';
  run.status.show(`looking closer at ${names.join(', ')}${more}, for ${seconds(labelTimeMs)} at most`);
  const judgements = await session.judge(culprits.map(accused), () => performance.now() > deadline);
  const found = new Map<FoundCulprit, Judgement>();
  for (const [i, judgement] of judgements.entries()) {
    if (judgement === undefined) continue;
    const { label, evidence } = judgement;
    run.event('judged', { members: culprits[i]!.members, label, evidence });
    found.set(culprits[i]!, judgement);
  }
  return found;
}

const NAMED = 3;

/** A boundary, with what the two sides disagree on. */
async function explained(session: Bisection, culprit: FoundCulprit, run: RunContext): Promise<CulpritEntry> {
  run.status.show(`asking what ${culprit.members.join(' + ')} disagree on`);
  const { label, evidence } = await session.explain(culprit.units);
  run.event('judged', { members: culprit.members, label, evidence });
  return culpritEntry(culprit, label, evidence);
}

/** The entries with their groups: only what is the target's fault is asked for its cause. */
async function grouped(
  session: Bisection,
  culprits: readonly FoundCulprit[],
  entries: readonly CulpritEntry[],
  run: RunContext,
): Promise<CulpritEntry[]> {
  const cases = culprits.flatMap(({ units, level, members }, i): Case[] => {
    const { id, label } = entries[i]!;
    return label === 'miscompile'
      ? [{ id, units, ...(level === 'function' ? { functions: members } : {}) }]
      : [];
  });
  if (cases.length < 2) return [...entries];
  run.status.show('looking for common causes');
  const causes = await session.causes(cases);
  run.event('causes', { causes });
  const groups = new Map(causes.flatMap((cause) => cause.members.map((id) => [id, groupOf(cause)] as const)));
  return entries.map((entry) => {
    const group = groups.get(entry.id);
    return group === undefined ? entry : { ...entry, group };
  });
}

const groupOf = ({ construct, evidence, members }: SharedCause): CulpritGroup => ({
  id: createHash('sha256').update(construct).digest('hex').slice(0, 12),
  construct,
  evidence,
  members,
});

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
