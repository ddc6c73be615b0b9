// Takes a unit apart by both sides' assembly: compiled to text once a side with functions kept apart, cut into pieces,
// assembled once, and joined anew for every selection without starting any program.

import { createHash } from 'node:crypto';
import type { CompileUnit } from '../plan.js';
import type { Compiler } from '../store/compiler.js';
import type { Workshop } from '../store/preprocess.js';
import { assemblyRecipe } from './assembly-recipe.js';
import { ORACLE, type Partition, partition, type Sides, TARGET } from './partition.js';
import { readSide, type SideResult } from './pieces.js';
import { type SeparateFlags, separateFlags } from './separate-flags.js';
import { splice } from './splice.js';
import type { SplitGround, Splitter, SplitUnit } from './split.js';

export function assemblySplitter(shop: Workshop): Splitter {
  const tried = new Map<string, Promise<SeparateFlags | undefined>>();
  const flagsOf = (compiler: Compiler) => {
    const known = tried.get(compiler.identity) ?? separateFlags(shop, compiler);
    tried.set(compiler.identity, known);
    return known;
  };
  const sideOf = async (unit: CompileUnit, compiler: Compiler, ground: SplitGround): Promise<SideResult> => {
    const flags = await flagsOf(compiler);
    if (flags === undefined) return { kind: 'odd', reason: `${compiler.program} writes no assembly (-S)` };
    const recipe = assemblyRecipe(shop, flags);
    const limit = ground.timeLimitMs(unit);
    const made = await ground.store.make(unit, compiler, 'assembly', limit, ground.oracle, recipe);
    if (made.kind === 'rejected') return { kind: 'odd', reason: made.reason };
    const object = ground.store.blobs.take(made.hash);
    return object === undefined
      ? { kind: 'odd', reason: 'its object is gone from the store' }
      : readSide(object);
  };
  return async (unit, ground) => {
    const [oracle, target] = await Promise.all([
      sideOf(unit, ground.oracle, ground),
      sideOf(unit, ground.target, ground),
    ]);
    if (oracle.kind === 'odd') return { kind: 'unsplittable', reason: `by the oracle, ${oracle.reason}` };
    if (target.kind === 'odd') return { kind: 'unsplittable', reason: target.reason };
    const sides: Sides = [oracle.side, target.side];
    return { kind: 'split', split: splitUnit(unit.id, sides, partition(sides)) };
  };
}

/** Doublings of code above this count for a function's weight. */
const SMALL_CODE_BYTES = 64;

function splitUnit(unit: string, sides: Sides, parts: Partition): SplitUnit {
  const differs = parts.members.map(({ content }) => content[ORACLE] !== content[TARGET]);
  const isTarget = (names: ReadonlySet<string>) => (member: number) =>
    differs[member]! && names.has(parts.members[member]!.name);
  return {
    unit,
    method: 'assembly',
    functions: parts.members
      .filter((_, i) => differs[i])

      .map(({ name, functions, codeBytes }) => ({
        name,
        of: functions,
        weight: 1 + Math.log2(1 + codeBytes / SMALL_CODE_BYTES),
      })),
    key(fromTarget) {
      const chosen = isTarget(fromTarget);
      const hash = createHash('sha256').update(`spliced ${FORMAT}`);
      for (const [i, { name, content }] of parts.members.entries())
        hash.update(`\0${name}\0${content[chosen(i) ? TARGET : ORACLE]}`);
      return hash.digest('hex');
    },
    async object(fromTarget) {
      const bytes = splice(sides, parts, isTarget(fromTarget));
      return bytes === undefined
        ? { kind: 'unresolved', reason: `${unit}: too many sections` }
        : { kind: 'object', bytes };
    },
  };
}

/** Raise it when a change of ours changes what is spliced. */
const FORMAT = 2;
