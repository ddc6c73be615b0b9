// What taking a unit apart into functions gives, whichever way it is done: by splicing both sides' assembly, or by
// splitting the source for a target that writes none. The search over functions sees only this.

import type { CompileUnit } from '../plan.js';
import type { Compiler } from '../store/compiler.js';
import type { ObjectStore } from '../store/objects.js';

/** Something in a unit that can come from either side: a function, functions that can't be told apart, or `(data)`. */
interface SwitchableFunction {
  /** Its name in the source; `f+g` where two come only together. Unique in its unit. */
  readonly name: string;
  /** The functions in it; none for data alone. */
  readonly of: readonly string[];
  /** Prior mass for the search, as a unit's. */
  readonly weight: number;
}

/** A unit's drop-in object for one selection; `unresolved` where none could be made, which says nothing about it. */
type Spliced =
  | { readonly kind: 'object'; readonly bytes: Buffer }
  | { readonly kind: 'unresolved'; readonly reason: string };

/** A unit taken apart. */
export interface SplitUnit {
  /** The unit's id. */
  readonly unit: string;
  readonly method: 'assembly' | 'source';
  /** Those whose two versions differ, in the order of the source. */
  readonly functions: readonly SwitchableFunction[];
  /** Equal for two selections, also of different runs, exactly when they give the same object. Cheap. */
  key(fromTarget: ReadonlySet<string>): string;
  /** The object with the functions of these names from the target and all else from the oracle. */
  object(fromTarget: ReadonlySet<string>, signal?: AbortSignal): Promise<Spliced>;
}

export type SplitResult =
  | { readonly kind: 'split'; readonly split: SplitUnit }
  | { readonly kind: 'unsplittable'; readonly reason: string };

/** What a splitter works with. */
export interface SplitGround {
  readonly store: ObjectStore;
  readonly target: Compiler;
  readonly oracle: Compiler;
  /** How long one compilation may take. */
  readonly timeLimitMs: (unit: CompileUnit) => number;
}

/** One way to take a unit apart. Throws only where the infrastructure fails. */
export type Splitter = (unit: CompileUnit, ground: SplitGround) => Promise<SplitResult>;
