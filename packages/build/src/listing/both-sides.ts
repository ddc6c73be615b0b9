// What the two sides made of a unit, as it was probed: its two objects, or for a unit that was taken apart the object with
// all functions from the target beside the one with none, where nothing is inlined into another function.

import type { ProcessRunner } from '@swarm/host';
import type { SplitUnit } from '../function/split.js';
import type { ObjectPair } from '../probe/objects.js';
import type { Blobs } from '../store/blobs.js';
import { type Disassembly, disassemble } from './disassembly.js';

export interface CodeOfBothSides {
  readonly target: Disassembly;
  readonly oracle: Disassembly;
}

/** Undefined where `objdump` can't tell. */
export async function codeOfBothSides(
  runner: ProcessRunner,
  blobs: Blobs,
  whole: ObjectPair,
  split: SplitUnit | undefined,
): Promise<CodeOfBothSides | undefined> {
  const pair = (split === undefined ? undefined : await splitPair(split, blobs)) ?? whole;
  const read = (hash: string) => disassemble(runner, blobs.path(hash));
  const [target, oracle] = await Promise.all([read(pair.target), read(pair.oracle)]);
  return target === undefined || oracle === undefined ? undefined : { target, oracle };
}

async function splitPair(split: SplitUnit, blobs: Blobs): Promise<ObjectPair | undefined> {
  const all = new Set(split.functions.map(({ name }) => name));
  const [target, oracle] = [await split.object(all), await split.object(new Set())];
  if (target.kind !== 'object' || oracle.kind !== 'object') return undefined;
  return { target: blobs.keepBytes(target.bytes), oracle: blobs.keepBytes(oracle.bytes) };
}
