// Rejected units by what the target said: those that it refuses with the same words are one piece of work.

import type { RejectedEntry } from './document.js';

export interface RejectedGroup {
  readonly stage: RejectedEntry['stage'];
  /** The first error line, without the place in the source. */
  readonly reason: string;
  /** In the order of the build. */
  readonly entries: readonly RejectedEntry[];
}

/** The groups, the largest first. */
export function rejectedGroups(rejected: readonly RejectedEntry[]): RejectedGroup[] {
  const groups = new Map<
    string,
    { stage: RejectedEntry['stage']; reason: string; entries: RejectedEntry[] }
  >();
  for (const entry of rejected) {
    const reason = withoutPlace(entry.reason);
    const key = `${entry.stage}\0${reason}`;
    const group = groups.get(key) ?? { stage: entry.stage, reason, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.entries.length - a.entries.length);
}

/** The file and line before a message differ from unit to unit. */
const withoutPlace = (reason: string): string => reason.replace(/^\S+?:\d+(?::\d+)?:\s*/, '');
