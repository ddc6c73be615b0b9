// From a culprit, as a search names it, to a judgement: what a session has is handed to those who judge.

import type { BuildPlan } from '../plan.js';
import type { Baseline } from '../probe/baseline.js';
import { AS_RECORDED, canReorder } from '../probe/link-variation.js';
import type { ObjectPair } from '../probe/objects.js';
import type { Choice, Trials } from '../probe/trial.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';
import { type BoundaryGround, type Explanation, explainBoundary } from './boundary.js';
import { type Judgement, judge, type Suspect } from './judgement.js';
import type { Witness } from './witnesses.js';

/** A culprit of a search. */
export interface Accused {
  /** Ids of its units. */
  readonly units: readonly string[];
  /** Its functions, where it is known more closely than by unit. */
  readonly functions?: readonly string[];
  /** It does not fail every time. */
  readonly flaky?: boolean;
  /** It fails by not coming to an end. */
  readonly hangs?: boolean;
  /** Where its units' objects are others than those that the target made: blobs by unit. */
  readonly objects?: ReadonlyMap<string, string>;
}

export interface Courtroom {
  readonly plan: BuildPlan;
  readonly pairs: readonly ObjectPair[];
  readonly store: ObjectStore;
  readonly target: Compiler;
  readonly oracle: Compiler;
  readonly witnesses: readonly Witness[];
  readonly trials: Trials;
  readonly baseline: () => Promise<Baseline>;
  /** Links are recorded steps, which can be replayed another way. */
  readonly replays: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Code under sanitizers takes a few times longer. */
const WATCHED = 4;

/** Judges culprits, and explains boundaries between units. */
export function judgeOf(room: Courtroom) {
  const { plan, pairs, trials, signal } = room;
  const number = new Map(plan.units.map((unit, i) => [unit.id, i]));
  const ground: BoundaryGround = {
    plan,
    pairs,
    store: room.store,
    target: room.target,
    oracle: room.oracle,
    witnesses: room.witnesses,
    test: async (choice, attempt, order = 0) => {
      const { timeLimitMs } = await room.baseline();
      return (await trials.run(choice, attempt, timeLimitMs, signal, { ...AS_RECORDED, order })).outcome;
    },
    inspect: async (choice, inspection) => {
      const { timeLimitMs } = await room.baseline();
      return trials.inspect(choice, { signal, ...inspection }, WATCHED * timeLimitMs);
    },
    canReorder: room.replays && canReorder(plan),
    oracleInOrder: new Map(),
  };
  const suspect = ({ units, functions, objects, flaky = false, hangs = false }: Accused): Suspect => {
    const numbers = units.map((id) => number.get(id)!);
    const made = new Map(units.map((id, i) => [numbers[i]!, objects?.get(id) ?? pairs[numbers[i]!]!.target]));
    const choice: Choice = (object) => made.get(object) ?? pairs[object]!.oracle;
    return { units: numbers, functions, flaky, hangs, choice };
  };
  return {
    judge: (accused: readonly Accused[], isTimeUp?: () => boolean): Promise<(Judgement | undefined)[]> =>
      judge(ground, accused.map(suspect), isTimeUp),
    explain: (units: readonly string[]): Promise<Explanation> =>
      explainBoundary(
        ground,
        units.map((id) => number.get(id)!),
      ),
  };
}
