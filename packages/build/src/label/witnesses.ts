// Witnesses: other compilers, and other options of the oracle, that give correct code for a program whose behaviour is defined.

import type { CompileUnit } from '../plan.js';
import { compileLimitMs } from '../probe/objects.js';
import type { Compiler } from '../store/compiler.js';
import { type Answer, failsTwice, type Ground, oracleBut, type Suspect } from './judgement.js';

/** A way to compile that is known to be good. */
export interface Witness {
  readonly name: string;
  readonly compiler: Compiler;
  /** Arguments after the unit's own. */
  readonly further: readonly string[];
}

/**
 * The oracle itself: its optimiser off and on, and locals that start with a pattern instead of whatever lies there. The last is
 * left out by compilers that don't know it.
 */
export const oracleWitnesses = (oracle: Compiler): readonly Witness[] =>
  [['-O0'], ['-O2'], ['-ftrivial-auto-var-init=pattern']].map((further) => ({
    name: `the oracle with ${further.join(' ')}`,
    compiler: oracle,
    further,
  }));

/** Options that give a meaning to what C leaves undefined; where one makes a failing witness pass, that was it. */
const REASONS: readonly (readonly [option: string, what: string])[] = [
  ['-fno-strict-aliasing', 'it reads an object through a pointer to another type'],
  ['-fwrapv', 'a signed calculation overflows'],
  ['-ftrivial-auto-var-init=zero', 'it reads a variable that was never set'],
  ['-fno-delete-null-pointer-checks', 'it goes through a null pointer'],
];

/** Ask each in turn; the first with which the test fails shows undefined behaviour. */
export async function askWitnesses(
  ground: Ground,
  suspect: Suspect,
  cleared: ReadonlySet<string>,
): Promise<Answer> {
  const passed: string[] = [];
  for (const witness of ground.witnesses) {
    const detail = cleared.has(witness.name) ? undefined : await failure(ground, suspect.units, witness);
    if (detail === 'rejected') continue;
    if (detail !== undefined) {
      const why = await reason(ground, suspect, witness);
      return { kind: 'shown', evidence: `compiled by ${witness.name} the test fails too${why}: ${detail}` };
    }
    passed.push(witness.name);
  }
  const tried =
    passed.length === 0 ? 'no other compiler could take it' : `passes compiled by ${passed.join(', ')}`;
  return { kind: 'not-shown', tried };
}

/** Names of the witnesses, beyond those known already, with which the test passes when they compile all of these units. */
export async function witnessesFor(
  ground: Ground,
  units: readonly number[],
  known: ReadonlySet<string>,
): Promise<string[]> {
  const passing: string[] = [];
  for (const witness of ground.witnesses) {
    if (known.has(witness.name)) continue;
    const objects = await objectsBy(ground, units, witness);
    if (objects === undefined) continue;
    if ((await ground.test(oracleBut(ground, objects), 0)).kind === 'pass') passing.push(witness.name);
  }
  return passing;
}

/** How the test fails with a witness in the units' place; undefined where it passes. */
async function failure(
  ground: Ground,
  units: readonly number[],
  witness: Witness,
): Promise<string | 'rejected' | undefined> {
  const objects = await objectsBy(ground, units, witness);
  if (objects === undefined) return 'rejected';
  return failsTwice((attempt) => ground.test(oracleBut(ground, objects), attempt));
}

/** Which option mends it, in words; empty where none does. */
async function reason(ground: Ground, suspect: Suspect, witness: Witness): Promise<string> {
  for (const [option, what] of REASONS) {
    const mended = { ...witness, further: [...witness.further, option] };
    if ((await failure(ground, suspect.units, mended)) === undefined)
      return `, and passes with ${option} (${what})`;
  }
  return '';
}

/** The units' objects by a compiler; undefined where it rejects one. */
export async function objectsBy(
  { plan, store }: Ground,
  units: readonly number[],
  { compiler, further }: Pick<Witness, 'compiler' | 'further'>,
): Promise<ReadonlyMap<number, string> | undefined> {
  const objects = new Map<number, string>();
  for (const number of units) {
    const unit: CompileUnit = plan.units[number]!;
    const as = { ...unit, arguments: [...unit.arguments, ...further] };
    const made = await store.make(as, compiler, 'witness', compileLimitMs(unit));
    if (made.kind === 'rejected') return undefined;
    objects.set(number, made.hash);
  }
  return objects;
}
