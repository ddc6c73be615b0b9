// A scope: the units that one search is about, with the probers that answer for selections over them. Units of the build that
// are not in it come from the oracle.

import { createHash } from 'node:crypto';
import type { Answer, Outcome, Probe, Prober, Selection, Unit } from '@swarm/core';
import type { ObjectPair } from './objects.js';
import type { Choice } from './trial.js';
import { unitWeight } from './weight.js';

export interface Scope {
  /** In the order of the build; selections are over these. */
  readonly units: readonly Unit[];
  /** Links a selection and tests it. */
  readonly prober: Prober;
  /** Only links it: passes or fails as `link`. */
  readonly linkProber: Prober;
  /** Equal for two selections, also of different runs, exactly when the same objects are built and tested the same way. */
  contentKey(selection: Selection): string;
}

/** What came of a choice; `reused` where nothing had to run. */
interface Found {
  readonly outcome: Outcome;
  readonly reused: boolean;
}

export interface ScopeSource {
  readonly units: readonly { readonly id: string; readonly sourceBytes: number }[];
  readonly pairs: readonly ObjectPair[];
  /** Everything beside the objects that decides an outcome. */
  readonly circumstances: string;
  readonly link: (choice: Choice, signal: AbortSignal) => Promise<Found>;
  readonly test: (choice: Choice, attempt: number, signal: AbortSignal) => Promise<Found>;
}

/** The units whose two objects differ, without the pinned ones. */
export function scopeOf(source: ScopeSource, pinned: ReadonlySet<string>): Scope {
  const numbers = source.units.flatMap(({ id }, i) => {
    const { oracle, target } = source.pairs[i]!;
    return oracle === target || pinned.has(id) ? [] : [i];
  });
  const choose = (selection: Selection): Choice => {
    const selected = new Uint8Array(source.units.length);
    for (const member of selection.members()) selected[numbers[member]!] = 1;
    return (object) => (selected[object] === 1 ? source.pairs[object]!.target : source.pairs[object]!.oracle);
  };
  return {
    units: numbers.map((i) => ({
      id: source.units[i]!.id,
      weight: unitWeight(source.units[i]!.sourceBytes),
    })),
    prober: timed((probe, signal) => source.test(choose(probe.selection), probe.attempt, signal)),
    linkProber: timed((probe, signal) => source.link(choose(probe.selection), signal)),
    contentKey(selection) {
      const choice = choose(selection);
      const hash = createHash('sha256').update(source.circumstances);
      for (let i = 0; i < source.units.length; i++) hash.update(choice(i));
      return hash.digest('hex');
    },
  };
}

const CANCELLED: Found = { outcome: { kind: 'unresolved', reason: 'cancelled' }, reused: false };

/** A prober out of what answers a probe until a signal ends it. A cancelled probe's answer is unresolved. */
export function timed(find: (probe: Probe, signal: AbortSignal) => Promise<Found>): Prober {
  return async (probe, cancel): Promise<Answer> => {
    const abort = new AbortController();
    cancel.onCancel(() => abort.abort());
    const start = performance.now();
    const found = cancel.cancelled ? CANCELLED : await find(probe, abort.signal);
    return { probe, ...found, costMs: performance.now() - start };
  };
}
