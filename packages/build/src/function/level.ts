// The function level of a session: units taken apart, and the probers for selections over their functions. A member is
// called `src/a.c:parse`; a unit that can't be taken apart takes part as a whole, under its own id.

import { createHash } from 'node:crypto';
import type { Outcome, Selection, Unit } from '@swarm/core';
import type { BuildPlan } from '../plan.js';
import type { ObjectPair } from '../probe/objects.js';
import { timed } from '../probe/scope.js';
import type { Choice } from '../probe/trial.js';
import { unitWeight } from '../probe/weight.js';
import type { Blobs } from '../store/blobs.js';
import type { SplitGround, SplitResult, Splitter, SplitUnit } from './split.js';

interface UnsplitUnit {
  readonly unit: string;
  /** One line: why it can't be taken apart. */
  readonly reason: string;
}

export interface FunctionScope {
  readonly units: readonly Unit[];
  /** The id of the unit that a member lies in. */
  unitOf(member: number): string;
  readonly prober: ReturnType<typeof timed>;
  contentKey(selection: Selection): string;
}

export interface FunctionLevel {
  /** Take units apart, by id. */
  split(ids: readonly string[]): Promise<{ splits: SplitUnit[]; unsplit: UnsplitUnit[] }>;
  /** Selections over the functions of some units and over others as a whole; all else comes from the oracle. */
  scope(splits: readonly SplitUnit[], whole: readonly string[]): FunctionScope;
}

export interface LevelSource {
  readonly plan: BuildPlan;
  readonly pairs: readonly ObjectPair[];
  readonly blobs: Blobs;
  readonly circumstances: string;
  readonly ground: SplitGround;
  /** Tried in this order; where none can do it, people get the reasons of all. */
  readonly splitters: readonly Splitter[];
  readonly test: (
    choice: Choice,
    attempt: number,
    signal: AbortSignal,
  ) => Promise<{ readonly outcome: Outcome; readonly reused: boolean }>;
}

export function functionLevel(source: LevelSource): FunctionLevel {
  return {
    async split(ids) {
      const splits: SplitUnit[] = [];
      const unsplit: UnsplitUnit[] = [];
      for (const id of ids) {
        const result = await splitUnit(source, id);
        if (result.kind === 'split') splits.push(result.split);
        else unsplit.push({ unit: id, reason: result.reason });
      }
      return { splits, unsplit };
    },
    scope: (splits, whole) => functionScope(source, splits, whole),
  };
}

async function splitUnit({ plan, ground, splitters }: LevelSource, id: string): Promise<SplitResult> {
  const unit = plan.units.find((each) => each.id === id)!;
  const reasons: string[] = [];
  for (const splitter of splitters) {
    const result = await splitter(unit, ground);
    if (result.kind === 'split') return result;
    if (!reasons.includes(result.reason)) reasons.push(result.reason);
  }
  return { kind: 'unsplittable', reason: reasons.join('; ') || 'there is no way to take it apart' };
}

/** Members `start` up to `end` of a scope are the functions of one unit, or it as a whole. */
interface Part {
  readonly object: number;
  readonly start: number;
  readonly names: readonly string[];
  readonly split: SplitUnit | undefined;
}

function functionScope(
  source: LevelSource,
  splits: readonly SplitUnit[],
  whole: readonly string[],
): FunctionScope {
  const bySplit = new Map(splits.map((split) => [split.unit, split]));
  const wholes = new Set(whole);
  const units: Unit[] = [];
  const owners: string[] = [];
  const parts: Part[] = [];
  for (const [object, { id, sourceBytes }] of source.plan.units.entries()) {
    const split = bySplit.get(id);
    if (split === undefined && !wholes.has(id)) continue;
    const members = split?.functions.map(({ name, weight }) => ({ id: `${id}:${name}`, weight }));
    const added = members ?? [{ id, weight: unitWeight(sourceBytes) }];
    parts.push({
      object,
      start: units.length,
      names: split?.functions.map(({ name }) => name) ?? [id],
      split,
    });
    units.push(...added);
    owners.push(...added.map(() => id));
  }
  const chosen = ({ start, names }: Part, selection: Selection): ReadonlySet<string> =>
    new Set(names.filter((_, i) => selection.has(start + i)));
  const keyOf = (part: Part, names: ReadonlySet<string>): string => {
    const { oracle, target } = source.pairs[part.object]!;
    if (part.split === undefined) return names.size > 0 ? target : oracle;
    return part.split.key(names);
  };
  const made = new Map<string, string>();
  const blobOf = async (part: Part, selection: Selection, signal: AbortSignal) => {
    const names = chosen(part, selection);
    const key = keyOf(part, names);
    if (part.split === undefined) return { kind: 'blob', blob: key } as const;
    const known = made.get(key);
    if (known !== undefined) return { kind: 'blob', blob: known } as const;
    const spliced = await part.split.object(names, signal);
    if (spliced.kind === 'unresolved') return spliced;
    const blob = source.blobs.keepBytes(spliced.bytes);
    made.set(key, blob);
    return { kind: 'blob', blob } as const;
  };
  return {
    units,
    unitOf: (member) => owners[member]!,
    prober: timed(async ({ selection, attempt }, signal) => {
      const placed = new Map<number, string>();
      for (const part of parts) {
        const found = await blobOf(part, selection, signal);
        if (found.kind === 'unresolved') return { outcome: found, reused: false };
        placed.set(part.object, found.blob);
      }
      return source.test((object) => placed.get(object) ?? source.pairs[object]!.oracle, attempt, signal);
    }),
    contentKey(selection) {
      const hash = createHash('sha256').update('functions\0').update(source.circumstances);
      const keys = new Map(parts.map((part) => [part.object, keyOf(part, chosen(part, selection))]));
      for (const [object, { oracle }] of source.pairs.entries())
        hash.update('\0').update(keys.get(object) ?? oracle);
      return hash.digest('hex');
    },
  };
}
