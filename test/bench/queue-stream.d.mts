import type { BatchEnd, QueueAnswer, QueueAsk, QueuedChange } from '../../packages/core/src/index.ts';

export const TESTS: number;
export interface Change extends QueuedChange {
  readonly breaks: readonly number[];
  readonly clash: string | undefined;
  readonly clashTest: number;
  readonly conflict: string | undefined;
}
export function plantChanges(plan: {
  count: number;
  bad: number;
  semantic?: number;
  textual?: number;
  seed: number;
}): Change[];
export function failingWith(changes: readonly Change[]): Set<number>;
export class World {
  constructor(changes: readonly Change[], options: { flakes?: number; seed?: number });
  main: Change[];
  gates: number;
  asked: string[];
  answer(ask: QueueAsk): QueueAnswer;
}
export interface Landed {
  readonly gates: number;
  readonly full: number;
  readonly probes: number;
  readonly batches: number;
  readonly evicted: number;
  readonly named: number;
  readonly wrong: readonly string[];
}
export function landStream(
  changes: readonly Change[],
  options: { most: number; flakes?: number; seed?: number },
): Landed;
export function run(
  going: Generator<readonly QueueAsk[], BatchEnd, readonly QueueAnswer[]>,
  world: World,
): BatchEnd;
export function halve(changes: readonly Change[], most: number): number;
