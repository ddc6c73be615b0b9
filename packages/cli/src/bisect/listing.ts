// Both sides' code of a culprit, as far as it differs: what a person looks at first, kept in the run's log for its report
// and given along with a task.

import type { Bisection, SplitUnit } from '@swarm/build';
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

interface Compared extends FunctionCode {
  /** Lines that are not the same on both sides. */
  readonly differing: number;
}

/**
 * The functions of a culprit that differ, those first that both sides have, with the fewest differing lines; last, of functions
 * that it names, those that are the same.
 */
async function codeOf(
  reader: CodeReader,
  units: ReadonlySet<string>,
  { members, level }: Pick<CulpritEntry, 'members' | 'level'>,
): Promise<Compared[]> {
  const found: Compared[] = [];
  for (const member of members) {
    const place = placeOf(member, units);
    if (place === undefined) continue;
    const { code, split } = await reader.read(place.unit, level === 'function');
    if (code === undefined) continue;
    const meant = place.function === undefined ? undefined : functionsOf(place.function, split);
    for (const name of new Set([...code.target.keys(), ...code.oracle.keys()])) {
      if (meant !== undefined && !meant.has(name.split('.')[0]!)) continue;
      const [target, oracle] = [code.target.get(name) ?? [], code.oracle.get(name) ?? []];
      const differing = alignLines(target, oracle).filter(({ equal }) => !equal).length;
      if (differing > 0 || meant !== undefined)
        found.push({ unit: place.unit, function: name, target, oracle, differing });
    }
  }
  const oneSided = ({ target, oracle }: FunctionCode) => (target.length === 0 || oracle.length === 0 ? 1 : 0);
  const same = ({ differing }: Compared) => (differing === 0 ? 1 : 0);
  return found.sort((a, b) => same(a) - same(b) || oneSided(a) - oneSided(b) || a.differing - b.differing);
}

/** The functions that a member of a unit stands for. */
const functionsOf = (member: string, split: SplitUnit | undefined): ReadonlySet<string> =>
  new Set(split?.functions.find(({ name }) => name === member)?.of ?? member.split('+'));

/** Both sides' code of units, taken apart as they were for the search; the last one is kept: culprits often share a unit. */
class CodeReader {
  private last: { readonly key: string; readonly read: ReturnType<CodeReader['fresh']> } | undefined;

  constructor(private readonly session: Bisection) {}

  read(unit: string, byFunction: boolean): ReturnType<CodeReader['fresh']> {
    const key = `${unit} ${byFunction}`;
    if (this.last?.key !== key) this.last = { key, read: this.fresh(unit, byFunction) };
    return this.last.read;
  }

  private async fresh(unit: string, byFunction: boolean) {
    const split = byFunction ? (await this.session.functions.split([unit])).splits[0] : undefined;
    return { split, code: await this.session.code(unit, split) };
  }
}

/** Put the code of the culprits into the run's log. */
export async function logCode(
  session: Bisection,
  units: ReadonlySet<string>,
  culprits: readonly CulpritEntry[],
  run: RunContext,
): Promise<void> {
  const reader = new CodeReader(session);
  for (const culprit of culprits.slice(0, LOGGED.culprits)) {
    const functions = await codeOf(reader, units, culprit);
    const shown = functions.slice(0, LOGGED.functions).map(({ differing: _, ...code }) => ({
      ...code,
      target: code.target.slice(0, LOGGED.lines),
      oracle: code.oracle.slice(0, LOGGED.lines),
      lines: { target: code.target.length, oracle: code.oracle.length },
    }));
    run.event('code', {
      culprit: culprit.id,
      differing: functions.filter(({ differing }) => differing > 0).length,
      functions: shown,
    });
  }
}
