// Both sides' code of a culprit, as far as it differs: what a person looks at first, kept in the run's log for its report
// and given along with a task.

import type { Bisection } from '@swarm/build';
import { alignLines } from '@swarm/core';
import type { CulpritEntry } from './document.js';
import { placeOf } from './member.js';
import type { RunContext } from './search-run.js';

/** One function as the two sides made it; a side that has no such function has no lines. */
interface FunctionCode {
  readonly unit: string;
  readonly function: string;
  readonly target: readonly string[];
  readonly oracle: readonly string[];
}

/** What a log keeps of a culprit: enough to read, not a second copy of the program. */
const LOGGED = { culprits: 32, functions: 6, lines: 300 };

/** The functions of a culprit that differ, those first that both sides have, with the fewest differing lines. */
async function differingCode(
  session: Bisection,
  units: ReadonlySet<string>,
  { members, level }: Pick<CulpritEntry, 'members' | 'level'>,
): Promise<FunctionCode[]> {
  const splits = level === 'function' ? await splitsOf(session, units, members) : [];
  const found: (FunctionCode & { readonly differing: number })[] = [];
  for (const member of members) {
    const place = placeOf(member, units);
    if (place === undefined) continue;
    const code = await session.code(
      place.unit,
      splits.find(({ unit }) => unit === place.unit),
    );
    if (code === undefined) continue;
    for (const name of new Set([...code.target.keys(), ...code.oracle.keys()])) {
      if (place.function !== undefined && !place.function.split('+').includes(name.split('.')[0]!)) continue;
      const [target, oracle] = [code.target.get(name) ?? [], code.oracle.get(name) ?? []];
      const differing = alignLines(target, oracle).filter(({ equal }) => !equal).length;
      if (differing > 0) found.push({ unit: place.unit, function: name, target, oracle, differing });
    }
  }
  const oneSided = ({ target, oracle }: FunctionCode) => (target.length === 0 || oracle.length === 0 ? 1 : 0);
  found.sort((a, b) => oneSided(a) - oneSided(b) || a.differing - b.differing);
  return found.map(({ differing: _, ...code }) => code);
}

/** The units of members, taken apart as they were for the search: functions are shown as they were probed. */
async function splitsOf(session: Bisection, units: ReadonlySet<string>, members: readonly string[]) {
  const ids = members.flatMap((member) => placeOf(member, units)?.unit ?? []);
  return (await session.functions.split([...new Set(ids)])).splits;
}

/** Put the code of the culprits into the run's log. */
export async function logCode(
  session: Bisection,
  units: ReadonlySet<string>,
  culprits: readonly CulpritEntry[],
  run: RunContext,
): Promise<void> {
  for (const culprit of culprits.slice(0, LOGGED.culprits)) {
    const functions = await differingCode(session, units, culprit);
    const shown = functions.slice(0, LOGGED.functions).map((code) => ({
      ...code,
      target: code.target.slice(0, LOGGED.lines),
      oracle: code.oracle.slice(0, LOGGED.lines),
      lines: { target: code.target.length, oracle: code.oracle.length },
    }));
    run.event('code', { culprit: culprit.id, differing: functions.length, functions: shown });
  }
}
