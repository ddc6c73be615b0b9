// Is a culprit the target's fault, or the program's? Other known-good compilers take the target's place in the culprit's units: a
// program without undefined behaviour passes with every one of them.

import type { BuildPlan, CompileUnit } from '../plan.js';
import { compileLimitMs, type ObjectPair } from '../probe/objects.js';
import type { Choice } from '../probe/trial.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';

export interface Judgement {
  /** `undefined`: another correct compiler makes the program fail as well, so its behaviour is not defined. */
  readonly label: 'miscompile' | 'undefined';
  /** One line: what was tried and what came of it. */
  readonly evidence: string;
}

/** Another way to compile that is known to be good. */
export interface Witness {
  readonly name: string;
  readonly compiler: Compiler;
  /** Arguments after the unit's own. */
  readonly further: readonly string[];
}

/** The oracle itself with its optimiser off and on: the cheapest witnesses. */
export const optimisationWitnesses = (oracle: Compiler): readonly Witness[] =>
  ['-O0', '-O2'].map((level) => ({ name: `the oracle with ${level}`, compiler: oracle, further: [level] }));

/** Ask the witnesses in order; the first with which the test fails settles it. */
export async function judge(
  members: readonly number[],
  witnesses: readonly Witness[],
  plan: BuildPlan,
  pairs: readonly ObjectPair[],
  store: ObjectStore,
  fails: (choice: Choice) => Promise<string | undefined>,
): Promise<Judgement> {
  const passed: string[] = [];
  for (const witness of witnesses) {
    const objects = await witnessObjects(members, witness, plan, store);
    if (objects === undefined) continue;
    const detail = await fails((object) => objects.get(object) ?? pairs[object]!.oracle);
    if (detail !== undefined)
      return { label: 'undefined', evidence: `compiled by ${witness.name} the test fails too: ${detail}` };
    passed.push(witness.name);
  }
  const who =
    passed.length === 0 ? 'no other compiler could take them' : `passes compiled by ${passed.join(', ')}`;
  return { label: 'miscompile', evidence: who };
}

async function witnessObjects(
  members: readonly number[],
  witness: Witness,
  plan: BuildPlan,
  store: ObjectStore,
): Promise<ReadonlyMap<number, string> | undefined> {
  const objects = new Map<number, string>();
  for (const member of members) {
    const unit: CompileUnit = plan.units[member]!;
    const as = { ...unit, arguments: [...unit.arguments, ...witness.further] };
    const made = await store.make(as, witness.compiler, 'witness', compileLimitMs(unit));
    if (made.kind === 'rejected') return undefined;
    objects.set(member, made.hash);
  }
  return objects;
}
