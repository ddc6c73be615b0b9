// Why do units fail against the other side and pass together? In this order: the program's own types that they share are not the
// same to both compilers, by size, offset or bit; basic types are not; calls between the sides go wrong. And first: the order
// of the links may be all there is to it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { CompileUnit } from '../plan.js';
import { compileLimitMs } from '../probe/objects.js';
import type { Compiler } from '../store/compiler.js';
import { conventionDifference } from './conventions.js';
import type { Ground } from './judgement.js';
import {
  type LayoutDifference,
  type LayoutTable,
  type LayoutValues,
  layoutDifferences,
  layoutTable,
  readLayout,
} from './layout-table.js';
import { flipsWithOrder } from './link-orders.js';
import { type DefinedType, typesOf } from './types.js';

export interface BoundaryGround extends Ground {
  readonly target: Compiler;
}

export interface Explanation {
  readonly label: 'boundary' | 'layout';
  /** One line: what the two sides disagree on, or what was compared in vain. */
  readonly evidence: string;
}

/** Types compared at most; those of the program's own files come first. */
const MOST_TYPES = 400;
/** Compilations spent on types that one compiler can't take. */
const MOST_COMPILES = 40;

/** Explain a boundary between units, by their numbers. */
export async function explainBoundary(
  ground: BoundaryGround,
  units: readonly number[],
): Promise<Explanation> {
  const [first] = units as [number];
  const choice = (object: number) =>
    object === first ? ground.pairs[object]!.target : ground.pairs[object]!.oracle;
  const order = await flipsWithOrder(ground, { units: [first], flaky: false, hangs: false, choice });
  if (order.kind === 'shown') return { label: 'layout', evidence: order.evidence };
  const shared = await sharedTypes(ground, units);
  for (const number of units) {
    const differences = await layoutsOf(ground, ground.plan.units[number]!, shared);
    if (differences.length > 0) return { label: 'boundary', evidence: worded(differences) };
  }
  const call = await conventionDifference(ground);
  const compared = `${shared.length} shared types have the same layout`;
  if (call !== undefined)
    return {
      label: 'boundary',
      evidence: `${call} (whether these units make such calls was not looked at); ${compared}`,
    };
  return {
    label: 'boundary',
    evidence: `each fails against the other side, all pass together; ${compared}, and calls of every kind tried go well`,
  };
}

/** The first type in full, and the names of a few more. Another alignment alone says the least. */
function worded(differences: readonly LayoutDifference[]): string {
  const types = new Map<string, string[]>();
  for (const { of, text } of differences) types.set(of, [...(types.get(of) ?? []), text]);
  const says = ([, texts]: [string, string[]]) =>
    texts.every((text) => text.includes(' aligned to ')) ? 1 : 0;
  const sorted = [...types].sort((a, b) => says(a) - says(b));
  const [[, first], ...others] = sorted as [[string, string[]], ...[string, string[]][]];
  const names = others.slice(0, 3).map(([name]) => name);
  const more =
    names.length === 0 ? '' : `; ${names.join(', ')}${others.length > 3 ? ' and others' : ''} differ too`;
  return `the sides disagree on a type: ${first.slice(0, 2).join(', ')}${more}`;
}

/** Types that at least two of the units define alike by name. */
async function sharedTypes(
  { plan, store, oracle }: BoundaryGround,
  units: readonly number[],
): Promise<DefinedType[]> {
  const counts = new Map<string, { readonly type: DefinedType; count: number; readonly own: boolean }>();
  for (const number of units) {
    const unit = plan.units[number]!;
    const text = await store.preprocessed(unit, oracle, compileLimitMs(unit));
    for (const type of typesOf(text ?? '')) {
      const own =
        resolve(unit.cwd, type.file).startsWith(`${plan.root}/`) ||
        !isAbsolute(type.file) ||
        type.file.startsWith('/ROOT');
      const entry = counts.get(type.name) ?? { type, count: 0, own };
      entry.count += 1;
      counts.set(type.name, entry);
    }
  }
  const least = units.length > 1 ? 2 : 1;
  const shared = [...counts.values()].filter(({ count }) => count >= least);
  const first = [...shared.filter(({ own }) => own), ...shared.filter(({ own }) => !own)];
  return first.slice(0, MOST_TYPES).map(({ type }) => type);
}

/** What the two compilers make of types as the unit sees them. A type that either of them can't take is left out. */
async function layoutsOf(
  ground: BoundaryGround,
  unit: CompileUnit,
  types: readonly DefinedType[],
): Promise<LayoutDifference[]> {
  let compiles = 0;
  const found: LayoutDifference[] = [];
  const compare = async (part: readonly DefinedType[]): Promise<void> => {
    for (const withBits of [true, false]) {
      if (compiles >= MOST_COMPILES) return;
      compiles += 2;
      const table = layoutTable(part, withBits);
      const oracle = await valuesBy(ground, unit, ground.oracle, table);
      const target = oracle === undefined ? undefined : await valuesBy(ground, unit, ground.target, table);
      if (oracle === undefined || target === undefined) continue;
      found.push(...layoutDifferences(table, oracle, target));
      return;
    }
    if (part.length < 2) return;
    const half = Math.ceil(part.length / 2);
    await compare(part.slice(0, half));
    await compare(part.slice(half));
  };
  await compare(types);
  const order = new Map(types.map(({ name }, i) => [name, i]));
  const rank = ({ of }: LayoutDifference) => order.get(of) ?? types.length;
  const distinct = new Map(found.map((difference) => [difference.text, difference]));
  return [...distinct.values()].sort((a, b) => rank(a) - rank(b));
}

/**
 * The table compiled with the unit, which is included whole, so that each compiler sees its own headers and conditions. The text
 * has the unit's name and place in a folder of its own.
 */
function valuesBy(
  { plan, store }: BoundaryGround,
  unit: CompileUnit,
  compiler: Compiler,
  table: LayoutTable,
): Promise<LayoutValues | undefined> {
  const words = unit.arguments.map((word) => (resolve(unit.cwd, word) === unit.source ? undefined : word));
  if (!words.includes(undefined) || unit.stdin !== undefined) return Promise.resolve(undefined);
  let text = '';
  let object = '';
  const write = (folder: string) => {
    text = join(folder, relative(plan.root, unit.source).replaceAll('../', ''));
    object = join(folder, 'table.o');
    mkdirSync(dirname(text), { recursive: true });
    writeFileSync(text, `#include "${unit.source}"\n${table.source}`);
    return ['-c', '-o', object, text];
  };
  const without = { ...unit, arguments: words.filter((word) => word !== undefined) };
  return store.consult(without, compiler, compileLimitMs(unit), write, (_, { exit }) =>
    exit.kind === 'exited' && exit.code === 0 ? readLayout(readFileSync(object), table) : undefined,
  );
}
