// Which culprits of a bisect have one cause? Asked first of the code: where both sides' compilers are near (one compiler with and
// without a fault, two versions of it), the places where their code differs name the construct. For the rest, of the operations
// that gcc sees in the source: one that all of them do, and that next to nothing of what passes does (core's cause.ts says
// when that is more than chance). What nothing telling joins stays by itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cause, causesOf, mayHaveCause, type Specimen, soleCausesOf } from '@swarm/core';
import type { Disassembly } from '../listing/disassembly.js';
import type { BuildPlan, CompileUnit } from '../plan.js';
import { compileLimitMs, type ObjectPair } from '../probe/objects.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';
import { type CodeDifference, codeDifferences, isNear } from './code-difference.js';
import { type Operations, plainTypedefs, readOperations } from './operations.js';

/** A culprit whose cause is asked for. */
export interface Case {
  readonly id: string;
  readonly units: readonly string[];
  /** Its functions as `unit:function`; left out where only its units are known. */
  readonly functions?: readonly string[];
}

/** What several culprits have in common. */
export interface SharedCause {
  /** Ids of the culprits. */
  readonly members: readonly string[];
  /** In one line: what became what, or the operation that they share. */
  readonly construct: string;
  /** One line: what was compared, and how many passing functions or units have it as well. */
  readonly evidence: string;
}

export interface CauseGround {
  readonly plan: BuildPlan;
  readonly pairs: readonly ObjectPair[];
  readonly store: ObjectStore;
  readonly oracle: Compiler;
  /** Units that the target can't compile. */
  readonly rejected: ReadonlySet<string>;
  readonly disassemble: (blob: string) => Promise<Disassembly | undefined>;
}

/** Passing units that are compared with. */
const MOST_INNOCENT = 32;
/** Units whose operations are read before it is asked whether it can still come to anything. */
const AT_ONCE = 4;

/** A change of code in so few of those that pass would be a coincidence once in twenty times. */
const CODE = { limit: 0.05, correct: false } as const;
/** There are many operations, so some look telling by chance: asked for more, over all of them. */
const OPERATIONS = { limit: 0.01, correct: true } as const;

/** Culprits with one cause, joined; those that share none are not in it. */
export async function sharedCauses(ground: CauseGround, cases: readonly Case[]): Promise<SharedCause[]> {
  if (cases.length < 2) return [];
  const level: Level = cases.every(({ functions }) => functions !== undefined) ? 'function' : 'unit';
  const culprits = new Set(cases.flatMap(({ units }) => units));
  const innocent = spread(
    ground.plan.units.filter(({ id }) => !culprits.has(id) && !ground.rejected.has(id)),
    MOST_INNOCENT,
  ).map(({ id }) => id);
  const units = [...culprits, ...innocent];
  const code = await byCode(ground, cases, units, level);
  const joined = new Set(code.flatMap(({ members }) => members));
  if (joined.size === cases.length) return code;
  return merged(code, await byOperations(ground, cases, units, level));
}

/**
 * What the code says, and what operations say of culprits that it says nothing about: where those share the operation with all
 * of one group, they join it; where with parts of several, the operation is too common to tell.
 */
function merged(code: readonly SharedCause[], operations: readonly SharedCause[]): SharedCause[] {
  const groups = new Set(code);
  const joined = new Set(code.flatMap(({ members }) => members));
  for (const cause of operations) {
    const members = new Set(cause.members);
    if (cause.members.every((id) => joined.has(id))) continue;
    const touched = code.filter((group) => group.members.some((id) => members.has(id)));
    const [group] = touched;
    if (group === undefined) groups.add(cause);
    else if (touched.length === 1 && group.members.every((id) => members.has(id))) {
      groups.delete(group);
      groups.add({ ...cause, evidence: `${cause.evidence}; ${group.evidence}` });
    }
  }
  return [...groups];
}

type Level = 'function' | 'unit';

/** At most so many items, evenly out of all. */
function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(most, items.length) }, (_, i) => items[Math.floor(i * step)]!);
}

async function byCode(
  ground: CauseGround,
  cases: readonly Case[],
  units: readonly string[],
  level: Level,
): Promise<SharedCause[]> {
  const differences = new Map<string, CodeDifference>();
  for (const id of units) {
    const { oracle, target } = ground.pairs[numberOf(ground.plan, id)]!;
    const [left, right] = await Promise.all([ground.disassemble(oracle), ground.disassemble(target)]);
    if (left === undefined || right === undefined) return [];
    for (const [name, difference] of codeDifferences(left, right))
      differences.set(`${id}:${name}`, difference);
  }
  const near = new Map([...differences].filter(([, difference]) => isNear(difference)));
  const features = new Map([...near].map(([name, difference]) => [name, difference.features]));
  const complete = cases.filter((one) => (one.functions ?? []).every((name) => near.has(name)));
  const { culprits, passing } = specimens(features, complete, cases, level);
  const sole = soleCausesOf(culprits, passing);
  const joined = new Set(sole.flatMap(({ members }) => members));
  const rest = culprits.filter(({ id }) => !joined.has(id));
  return [
    ...sole.map(({ feature, members, alone }) => ({
      members,
      construct: feature,
      evidence: `in the code ${feature}; for ${alone} of ${members.length} the only difference that no passing ${level} has`,
    })),
    ...causesOf(rest, passing, CODE).map((cause) => ({
      members: cause.members,
      construct: shown(cause),
      evidence: `in the code, among others, ${shown(cause)}; ${innocence(cause, passing.length, level)}`,
    })),
  ];
}

async function byOperations(
  ground: CauseGround,
  cases: readonly Case[],
  units: readonly string[],
  level: Level,
): Promise<SharedCause[]> {
  const features = new Map<string, ReadonlySet<string>>();
  const guilty = new Set(cases.flatMap((one) => one.units));
  const texts = new Map<string, Promise<string>>();
  const textOf = (id: string) => texts.get(id) ?? keep(texts, id, preprocessed(ground, id));
  const read = async (some: readonly string[]) => {
    const found = await Promise.all(some.map(async (id) => operationsOf(ground, id, await textOf(id))));
    for (const [i, operations] of found.entries())
      for (const [name, set] of operations) features.set(`${some[i]}:${name}`, set);
  };
  await read([...guilty]);
  let unread = units.filter((id) => !guilty.has(id));
  // How many passing things a unit can hold; functions are told by their braces, without their code.
  const most = new Map<string, number>();
  for (const id of unread) most.set(id, level === 'unit' ? 1 : outerBraces(await textOf(id)));
  while (unread.length > 0) {
    const { culprits, passing } = specimens(features, cases, cases, level);
    const all = unread.reduce((sum, id) => sum + most.get(id)!, passing.length);
    if (!mayHaveCause(culprits, passing, all, OPERATIONS)) return [];
    await read(unread.slice(0, AT_ONCE));
    unread = unread.slice(AT_ONCE);
  }
  const { culprits, passing } = specimens(features, cases, cases, level);
  return causesOf(culprits, passing, OPERATIONS).map((cause) => ({
    members: cause.members,
    construct: shown(cause),
    evidence: `all contain: ${shown(cause)}; ${innocence(cause, passing.length, level)}`,
  }));
}

/** Culprits and passing things with their features. At unit level each is a whole unit. */
function specimens(
  features: ReadonlyMap<string, ReadonlySet<string>>,
  cases: readonly Case[],
  all: readonly Case[],
  level: Level,
): { culprits: Specimen[]; passing: Specimen[] } {
  const union = (names: readonly string[]): ReadonlySet<string> =>
    new Set(names.flatMap((name) => [...(features.get(name) ?? [])]));
  const byUnit = new Map<string, string[]>();
  for (const name of features.keys()) {
    const unit = name.slice(0, name.lastIndexOf(':'));
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), name]);
  }
  const guilty = new Set(all.flatMap((one) => (level === 'function' ? one.functions! : one.units)));
  const culprits = cases.map((one) => ({
    id: one.id,
    features: union(
      level === 'function' ? one.functions! : one.units.flatMap((unit) => byUnit.get(unit) ?? []),
    ),
  }));
  const passing =
    level === 'function'
      ? [...features].map(([id, set]) => ({ id, features: set }))
      : [...byUnit].map(([id, names]) => ({ id, features: union(names) }));
  return { culprits, passing: passing.filter(({ id }) => !guilty.has(id)) };
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}

async function preprocessed({ plan, store, oracle }: CauseGround, id: string): Promise<string> {
  const unit = unitOf(plan, id);
  return (await store.preprocessed(unit, oracle, compileLimitMs(unit))) ?? '';
}

/** What gcc sees in a unit; nothing where the oracle is no gcc. */
async function operationsOf(
  { plan, store, oracle }: CauseGround,
  id: string,
  text: string,
): Promise<Operations> {
  const unit = unitOf(plan, id);
  const words = (folder: string) => [
    `-fdump-tree-ssa-gimple=${join(folder, 'dump')}`,
    '-S',
    '-o',
    join(folder, 'code'),
  ];
  const dump = await store.consult(unit, oracle, compileLimitMs(unit), words, (folder) => {
    try {
      return readFileSync(join(folder, 'dump'), 'utf8');
    } catch {
      return '';
    }
  });
  return readOperations(dump, plainTypedefs(text));
}

/** How often braces open outside of others: as many functions can be defined, at most. */
function outerBraces(text: string): number {
  let depth = 0;
  let count = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]|<%|%>/g)) {
    if (mark === '}' || mark === '%>') depth--;
    else if ((mark === '{' || mark === '<%') && depth++ === 0) count++;
  }
  return count;
}

const unitOf = (plan: BuildPlan, id: string): CompileUnit => plan.units[numberOf(plan, id)]!;
const numberOf = (plan: BuildPlan, id: string): number => plan.units.findIndex((unit) => unit.id === id);

/** The features that say most: operations before conversions and loads. */
function shown({ features }: Cause): string {
  const rank = (feature: string) => (/ (?:to|of|on|passed)\b/.test(feature) ? 1 : 0);
  return [...features]
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length)
    .slice(0, 2)
    .join(' / ');
}

function innocence({ passing }: Cause, of: number, level: Level): string {
  const things = `${of} passing ${level}s`;
  if (passing === 0) return `none of ${things} does`;
  return `${passing} of ${things} ${passing === 1 ? 'does' : 'do'}`;
}
