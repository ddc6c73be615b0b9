// Is there room for one more workspace? A pure decision over numbers that someone else measured.
//
// What is free now is not what will be free: workspaces that are there may still grow up to their limits. So a new one is
// admitted when its own need, and what the others may still take, fit into what is free with a reserve left for the rest
// of the machine.

/** Memory and disk, in bytes. */
export interface Capacity {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface AdmissionRequest {
  /** What the new workspace may take. */
  readonly need: Capacity;
  readonly free: Capacity;
  /** What workspaces that are there may still take: their limits less what they use. */
  readonly promised: Capacity;
  /** What stays free for everything else. */
  readonly reserve: Capacity;
}

export type Admission =
  | { readonly kind: 'admitted' }
  | {
      readonly kind: 'refused';
      readonly what: 'memory' | 'disk';
      readonly neededBytes: number;
      /** What is free and neither promised nor reserved; never negative. */
      readonly leftBytes: number;
    };

/** Decide; memory is told first where both are short. */
export function admit({ need, free, promised, reserve }: AdmissionRequest): Admission {
  for (const [what, key] of [
    ['memory', 'memoryBytes'],
    ['disk', 'diskBytes'],
  ] as const) {
    const left = free[key] - promised[key] - reserve[key];
    if (left < need[key])
      return { kind: 'refused', what, neededBytes: need[key], leftBytes: Math.max(0, left) };
  }
  return { kind: 'admitted' };
}
