// What a member names: a unit (`src/a.c`), or a function in one (`src/a.c:parse`).

import { EXIT, SwarmError } from '@swarm/core';
import { nearestName } from '@swarm/host';

export interface Place {
  readonly unit: string;
  readonly function?: string;
}

/** The unit and, for a member at function level, the function; undefined where there is no such unit. */
export function placeOf(member: string, units: ReadonlySet<string>): Place | undefined {
  if (units.has(member)) return { unit: member };
  const colon = member.lastIndexOf(':');
  const unit = member.slice(0, Math.max(0, colon));
  return units.has(unit) ? { unit, function: member.slice(colon + 1) } : undefined;
}

/** The places of members that a person named. Throws `no-such-unit` (exit 2) with the nearest name. */
export function placesOf(members: readonly string[], units: ReadonlySet<string>): Place[] {
  return members.map((member) => {
    const place = placeOf(member, units);
    if (place !== undefined) return place;
    const near = nearestName(member.replace(/:[^:/]*$/, ''), [...units]);
    throw new SwarmError(`unit ${member}: the build has none of that name`, {
      code: 'no-such-unit',
      exit: EXIT.usage,
      hint: near === undefined ? 'name it as a bisect does: a path from the root' : `did you mean ${near}?`,
    });
  });
}
