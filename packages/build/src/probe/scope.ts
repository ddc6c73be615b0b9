// A scope: the units that one search is about, with the probers that answer for selections over them. Units of the build that
// are not in it come from the oracle.

import { createHash } from 'node:crypto';
import type { Answer, Outcome, Probe, Selection, Unit } from '@swarm/core';
import type { ObjectPair } from './objects.js';
import type { Choice } from './trial.js';
import { unitWeight } from './weight.js';

/** Answers a probe; an abort gives an unresolved answer. Throws only what must stop the whole run. */
export type Prober = (probe: Probe, cancel?: AbortSignal) => Promise<Answer>;

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

export interface ScopeSource {
  readonly units: readonly { readonly id: string; readonly sourceBytes: number }[];
  readonly pairs: readonly ObjectPair[];
  /** Everything beside the objects that decides an outcome. */
  readonly circumstances: string;
  readonly link: (choice: Choice, cancel?: AbortSignal) => Promise<Outcome>;
  readonly test: (choice: Choice, attempt: number, cancel?: AbortSignal) => Promise<Outcome>;
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
    return (unit) => (selected[unit] === 1 ? source.pairs[unit]!.target : source.pairs[unit]!.oracle);
  };
  return {
    units: numbers.map((i) => ({
      id: source.units[i]!.id,
      weight: unitWeight(source.units[i]!.sourceBytes),
    })),
    prober: timed((probe, cancel) => source.test(choose(probe.selection), probe.attempt, cancel)),
    linkProber: timed((probe, cancel) => source.link(choose(probe.selection), cancel)),
    contentKey(selection) {
      const choice = choose(selection);
      const hash = createHash('sha256').update(source.circumstances);
      for (let i = 0; i < source.units.length; i++) hash.update(choice(i));
      return hash.digest('hex');
    },
  };
}

const CANCELLED: Outcome = { kind: 'unresolved', reason: 'cancelled' };

function timed(answer: (probe: Probe, cancel?: AbortSignal) => Promise<Outcome>): Prober {
  return async (probe, cancel) => {
    const start = performance.now();
    const outcome = cancel?.aborted ? CANCELLED : await answer(probe, cancel);
    return { probe, outcome, costMs: performance.now() - start };
  };
}
