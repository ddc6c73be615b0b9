// Culprits that don't link by what the linker said: those that lack the same function of a runtime library, say, are one piece of
// work. Pure.

import { createHash } from 'node:crypto';
import type { CulpritEntry, CulpritGroup } from './document.js';

/** The entries, those of label `link` whose first error is the same with a group of their own. */
export function groupedByLinkError(entries: readonly CulpritEntry[]): CulpritEntry[] {
  const errors = new Map<string, string[]>();
  for (const { id, label, outcome } of entries)
    if (label === 'link')
      errors.set(linkError(outcome.detail), [...(errors.get(linkError(outcome.detail)) ?? []), id]);
  return entries.map((entry) => {
    const error = linkError(entry.outcome.detail);
    const members = entry.label === 'link' ? errors.get(error)! : [];
    return members.length < 2 ? entry : { ...entry, group: groupOf(error, members) };
  });
}

const groupOf = (error: string, members: readonly string[]): CulpritGroup => ({
  id: createHash('sha256').update(`link\0${error}`).digest('hex').slice(0, 12),
  construct: error,
  evidence: `the linker says of each: ${error}`,
  members,
});

/** A linker's error without the places in objects and sources, which differ from unit to unit. */
export function linkError(detail: string): string {
  const told =
    /(?:undefined (?:reference to|symbol:?)|(?:multiple definition of|duplicate symbol:?)) [^;]*/i.exec(
      detail,
    );
  return (told?.[0] ?? detail.replace(/^(?:\S+:\s+)*/, '')).trim();
}
