// Whose fault is a culprit: the target's, or the program's? What is asked, in this order, and what each answer shows:
//
//   1. Other known-good compilers, and the oracle with other options, take the target's place in the culprit's units. A program
//      whose behaviour is defined passes with every one of them.
//   2. The oracle's sanitizers watch the culprit's units while the test runs.
//   3. The links are repeated with the units' objects in other orders. A miscompiled unit fails in any of them.
//
// A label is only given where a test has shown it, and shown it twice; its evidence says what was seen. A culprit that all of
// them leave standing is a miscompile.

import type { Outcome } from '@swarm/core';
import { inTurn } from '../in-turn.js';
import type { BuildPlan } from '../plan.js';
import type { ObjectPair } from '../probe/objects.js';
import type { Choice, Inspected, Inspection } from '../probe/trial.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';
import { flipsWithOrder } from './link-orders.js';
import { SANITIZERS, sanitize, sanitizersFor } from './sanitizers.js';
import { askWitnesses, type Witness, witnessesFor } from './witnesses.js';

export interface Judgement {
  /**
   * `undefined`: another correct compiler makes the program fail as well, or a sanitizer saw the program do what C doesn't define.
   * `layout`: the verdict is another one when the same objects are linked in another order.
   */
  readonly label: 'miscompile' | 'undefined' | 'layout';
  /** One line: what was tried and what came of it. */
  readonly evidence: string;
}

/** A culprit as it is judged. */
export interface Suspect {
  /** Numbers of its units in the plan. */
  readonly units: readonly number[];
  /** Its functions by name, where it is known more closely than by unit. */
  readonly functions?: readonly string[] | undefined;
  /** It does not fail every time: passing once says nothing. */
  readonly flaky: boolean;
  /** It fails by not coming to an end. */
  readonly hangs: boolean;
  /** The failing selection itself. */
  readonly choice: Choice;
}

/** What judging works with. */
export interface Ground {
  readonly plan: BuildPlan;
  readonly pairs: readonly ObjectPair[];
  readonly store: ObjectStore;
  readonly oracle: Compiler;
  readonly witnesses: readonly Witness[];
  /** Links in the given order (link-variation.ts) and tests; attempts tell repetitions apart. */
  readonly test: (choice: Choice, attempt: number, order?: number) => Promise<Outcome>;
  readonly inspect: (choice: Choice, inspection: Inspection) => Promise<Inspected>;
  /** Can the links be replayed in another order? */
  readonly canReorder: boolean;
  /** Outcomes of the oracle's own program, by link order; filled as they are asked for. */
  readonly oracleInOrder: Map<number, Outcome>;
}

/** A finding and what it shows, or what came of the search for one. */
export type Answer =
  | { readonly kind: 'shown'; readonly evidence: string }
  | { readonly kind: 'not-shown'; readonly tried: string };

/** Judged at once: each waits for programs most of the time. */
const WIDTH = 8;

/**
 * Judge culprits; undefined for those that came to their turn when the time was up, which is asked between two steps. Witnesses
 * and sanitizers are asked about many of them at once, by halves where something is found: what passes for all needs no
 * asking for each, so that several cost little more than one.
 */
export async function judge(
  ground: Ground,
  suspects: readonly Suspect[],
  isTimeUp: () => boolean = () => false,
): Promise<(Judgement | undefined)[]> {
  return judgeAmong(ground, suspects, { cleared: new Set(), isTimeUp });
}

interface Inquiry {
  /** Witnesses and sanitizers that have nothing against any of them. */
  readonly cleared: ReadonlySet<string>;
  readonly isTimeUp: () => boolean;
}

async function judgeAmong(
  ground: Ground,
  suspects: readonly Suspect[],
  { cleared, isTimeUp }: Inquiry,
): Promise<(Judgement | undefined)[]> {
  const units = [...new Set(suspects.flatMap((suspect) => suspect.units))];
  const each = (known: ReadonlySet<string>) =>
    inTurn(suspects, WIDTH, async (suspect) => (isTimeUp() ? undefined : judgeOne(ground, suspect, known)));
  if (suspects.length < 2) return each(cleared);
  const known = new Set(cleared);
  for (const ask of [witnessesFor, sanitizersFor])
    if (!isTimeUp()) for (const name of await ask(ground, units, known)) known.add(name);
  // Halves of one unit's functions are the same question again.
  if (known.size === ground.witnesses.length + SANITIZERS || units.length < 2) return each(known);
  const half = Math.ceil(suspects.length / 2);
  const inquiry = { cleared: known, isTimeUp };
  return [
    ...(await judgeAmong(ground, suspects.slice(0, half), inquiry)),
    ...(await judgeAmong(ground, suspects.slice(half), inquiry)),
  ];
}

/** Ask all that can be asked, in order; the first thing that is shown settles it. What is cleared is not asked again. */
async function judgeOne(ground: Ground, suspect: Suspect, cleared: ReadonlySet<string>): Promise<Judgement> {
  const witnesses = await askWitnesses(ground, suspect, cleared);
  if (witnesses.kind === 'shown') return { label: 'undefined', evidence: witnesses.evidence };
  const sanitizers = await sanitize(ground, suspect, cleared);
  if (sanitizers.kind === 'shown') return { label: 'undefined', evidence: sanitizers.evidence };
  const orders = await flipsWithOrder(ground, suspect);
  if (orders.kind === 'shown') return { label: 'layout', evidence: orders.evidence };
  const tried = [witnesses.tried, sanitizers.tried, orders.tried].filter((text) => text !== '');
  return { label: 'miscompile', evidence: tried.join('; ') };
}

/** The oracle's object everywhere but where another is given. */
export const oracleBut =
  (ground: Ground, objects: ReadonlyMap<number, string>): Choice =>
  (object) =>
    objects.get(object) ?? ground.pairs[object]!.oracle;

/** The detail of a failure that is there again the second time; undefined for anything else. */
export async function failsTwice(ask: (attempt: number) => Promise<Outcome>): Promise<string | undefined> {
  const first = await ask(0);
  if (first.kind !== 'fail') return undefined;
  const second = await ask(1);
  return second.kind === 'fail' ? first.detail : undefined;
}
