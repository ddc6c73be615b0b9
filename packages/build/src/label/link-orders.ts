// Does the verdict hang on which object lies beside which? The same objects are linked in other orders: a program that is right is
// right in all of them, and a miscompiled unit is wrong in all of them. Constructors run in link order: a program whose meaning
// hangs on that order is told as well.

import { type Answer, failsTwice, type Ground, oracleBut, type Suspect } from './judgement.js';

/** Reversed, and two shuffles; a hang costs its whole time limit in each, so it gets one. */
const ORDERS = [1, 2, 3] as const;

const nameOf = (order: number): string => (order === 1 ? 'in reverse order' : `shuffled (seed ${order})`);

export async function flipsWithOrder(ground: Ground, suspect: Suspect): Promise<Answer> {
  if (!ground.canReorder || suspect.flaky) return { kind: 'not-shown', tried: '' };
  const oracle = oracleBut(ground, new Map());
  let failing = 0;
  for (const order of suspect.hangs ? ORDERS.slice(0, 1) : ORDERS) {
    const right = await oracleIn(ground, order);
    if (right === 'does not link') continue;
    if (right !== undefined)
      return shown(`the oracle's own program fails when its objects are linked ${nameOf(order)}: ${right}`);
    const outcome = await ground.test(suspect.choice, 0, order);
    if (outcome.kind === 'fail') failing += 1;
    if (outcome.kind !== 'pass') continue;
    if (await isStable(ground, suspect, order))
      return shown(`it passes when the objects are linked ${nameOf(order)}`);
  }
  return {
    kind: 'not-shown',
    tried: failing === 0 ? '' : `fails in ${failing} other link ${failing === 1 ? 'order' : 'orders'}`,
  };

  /** How the oracle's program fails in this order, twice; undefined where it passes. */
  async function oracleIn(of: Ground, order: number): Promise<string | undefined> {
    const known = of.oracleInOrder.get(order) ?? (await of.test(oracle, 0, order));
    of.oracleInOrder.set(order, known);
    if (known.kind === 'pass') return undefined;
    if (known.kind === 'unresolved' || known.failure === 'link') return 'does not link';
    return failsTwice(async (attempt) => (attempt === 0 ? known : of.test(oracle, attempt, order)));
  }
}

/** It passes in this order and fails in the recorded one, both for a second time. */
async function isStable(ground: Ground, { choice }: Suspect, order: number): Promise<boolean> {
  const again = await ground.test(choice, 1, order);
  const recorded = await ground.test(choice, 1, 0);
  return again.kind === 'pass' && recorded.kind === 'fail';
}

const shown = (evidence: string): Answer => ({ kind: 'shown', evidence });
