// What a verification asks: all members together from the target, then each alone, everything else from the oracle. A pair
// that disagrees about an interface passes together and fails alone; a set fails only together.

import { readFileSync } from 'node:fs';
import type { Bisection, BuildPlan } from '@swarm/build';
import { EXIT, type Prober, Selection, SwarmError } from '@swarm/core';
import type { Place } from '../bisect/member.js';

/** Members that are asked about alone, too: where there are more, only all together. */
const MOST_ALONE = 16;

export interface Choices {
  readonly prober: Prober;
  readonly asked: readonly { readonly members: readonly string[]; readonly selection: Selection }[];
  readonly notes: readonly string[];
}

/** The selections for members at their places. Throws `no-such-function` (exit 2). */
export async function choicesFor(
  session: Bisection,
  plan: BuildPlan,
  members: readonly string[],
  places: readonly Place[],
): Promise<Choices> {
  const { scope, notes } = await scopeFor(session, places);
  const ids = scope.units.map(({ id }) => id);
  const numbers = places.map((place) => {
    const found = ids.flatMap((id, i) => (isMeant(id, place) ? [i] : []));
    if (!found.some((i) => ids[i] !== place.unit)) checkNamed(place, plan);
    return found;
  });
  const choice = (some: readonly number[]) => ({
    members: some.map((i) => members[i]!),
    selection: Selection.of(ids.length, new Set(some.flatMap((i) => numbers[i]!))),
  });
  const all = choice(members.map((_, i) => i));
  const alone = members.length > 1 && members.length <= MOST_ALONE ? members.map((_, i) => choice([i])) : [];
  const same = members.filter((_, i) => numbers[i]!.length === 0);
  return {
    prober: scope.prober,
    asked: [all, ...alone].filter(({ selection }) => !selection.isEmpty),
    notes: [...notes, ...same.map((member) => `${member}: both sides make the same code of it`)],
  };
}

/** Units taken apart where a member is a function; the others, and those that can't be, as a whole. */
async function scopeFor(session: Bisection, places: readonly Place[]) {
  const withFunctions = new Set(
    places.flatMap((place) => (place.function === undefined ? [] : [place.unit])),
  );
  if (withFunctions.size === 0) return { scope: session, notes: [] };
  const { splits, unsplit } = await session.functions.split([...withFunctions]);
  const whole = [
    ...places.map(({ unit }) => unit).filter((unit) => !withFunctions.has(unit)),
    ...unsplit.map(({ unit }) => unit),
  ];
  return {
    scope: session.functions.scope(splits, [...new Set(whole)]),
    notes: unsplit.map(({ unit, reason }) => `${unit} is taken as a whole: ${reason}`),
  };
}

/** A member of a scope is a unit, or one or several (`f+g`) of its functions. */
function isMeant(id: string, place: Place): boolean {
  if (id === place.unit) return true;
  if (!id.startsWith(`${place.unit}:`)) return false;
  if (place.function === undefined) return true;
  const names = id.slice(place.unit.length + 1).split('+');
  return place.function.split('+').some((name) => names.includes(name));
}

/** A function whose two versions are the same now is as good as mended; one that isn't there at all is a slip. */
function checkNamed(place: Place, plan: BuildPlan): void {
  const name = place.function;
  if (name === undefined) return;
  const source = plan.units.find(({ id }) => id === place.unit)!.source;
  const words = new Set(readFileSync(source, 'latin1').match(/\w+/g) ?? []);
  if (name === '(data)' || name.split('+').some((part) => words.has(part.split('.')[0]!))) return;
  throw new SwarmError(`function ${name}: ${place.unit} has none of that name`, {
    code: 'no-such-function',
    exit: EXIT.usage,
    hint: 'name it as a bisect does: UNIT:FUNCTION',
  });
}
