// What became of each unit, in words and in the classes that the page draws them by.

import type { CulpritEntry } from '../bisect/document.js';
import type { RunStory } from './story.js';

/** From harmless to worst: where several units share a cell, the worst one is drawn. */
export const SHADES = ['identical', 'pass', 'open', 'rejected', 'boundary', 'link', 'culprit'] as const;

export type Shade = (typeof SHADES)[number];

export const SHADE_WORDS: Record<Shade, string> = {
  identical: 'same object on both sides',
  pass: 'no fault found',
  open: 'no verdict',
  rejected: 'rejected by the target',
  boundary: 'at a boundary',
  link: 'does not link',
  culprit: 'in a culprit',
};

export const shadeOf = ({ label }: Pick<CulpritEntry, 'label'>): Shade =>
  label === 'boundary' || label === 'link' ? label : 'culprit';

/** The unit that a member names: itself, or the unit of the function. */
export function unitOf(member: string, units: ReadonlySet<string>): string {
  return units.has(member) ? member : member.slice(0, Math.max(0, member.lastIndexOf(':')));
}

/** The shade of each unit, in the order of the build. */
export function shadesOf(story: RunStory): Shade[] {
  const names = new Set(story.units);
  const rejected = new Set(story.rejected.map(({ unit }) => unit));
  const searched = new Set(story.phases.flatMap(({ units }) => units));
  const worst = new Map<string, Shade>();
  for (const culprit of story.culprits)
    for (const member of culprit.members) {
      const unit = unitOf(member, names);
      const shade = shadeOf(culprit);
      if (SHADES.indexOf(shade) > SHADES.indexOf(worst.get(unit) ?? 'pass')) worst.set(unit, shade);
    }
  const settled = story.document?.verdict === 'culprits' || story.document?.verdict === 'target-passes';
  return story.units.map((unit) => {
    const found = worst.get(unit);
    if (found !== undefined) return found;
    if (rejected.has(unit)) return 'rejected';
    if (story.phases.length > 0 && !searched.has(unit)) return 'identical';
    return settled ? 'pass' : 'open';
  });
}
