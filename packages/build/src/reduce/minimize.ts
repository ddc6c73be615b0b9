// Leaving out as much as a test allows, several candidates at a time. The way is delta debugging's (Zeller and Hildebrandt
// 2002): pieces of half the list, then of a quarter, down to single items, from the end since what comes later uses what
// came before. Several pieces that can go one by one often can go together, so they are tried together first. The result
// is the same however many tests run at once.

import { inTurn } from '../in-turn.js';

/** Is this still what we look for? The indices are ascending. */
export type KeepTest = (kept: readonly number[]) => Promise<boolean>;

export interface MinimizeOptions {
  /** Tests at once. */
  readonly width: number;
  /** Pieces smaller than this are not tried: 1 goes down to single items. */
  readonly least: number;
  readonly stopped: () => boolean;
}

/**
 * The items that must stay, out of 0..count-1: at the end no single one of them can go (unless `stopped`, or pieces are to be
 * larger). All of them together are taken to be interesting.
 */
export async function minimize(count: number, test: KeepTest, options: MinimizeOptions): Promise<number[]> {
  const { width, least, stopped } = options;
  let kept = Array.from({ length: count }, (_, i) => i);
  if (count > 0 && (await test([]))) return [];
  for (let size = Math.ceil(count / 2); size >= least && !stopped(); ) {
    const before = kept.length;
    kept = await sweep(kept, size, test, width, stopped);
    if (size > 1) size = Math.min(Math.floor(size / 2), Math.max(1, Math.ceil(kept.length / 2)));
    else if (kept.length === before) break;
  }
  return kept;
}

/** Try each run of `size` items once, from the end. */
async function sweep(
  items: readonly number[],
  size: number,
  test: KeepTest,
  width: number,
  stopped: () => boolean,
): Promise<number[]> {
  let kept = [...items];
  const runs: number[][] = [];
  for (let end = kept.length; end > 0; end -= size) runs.push(kept.slice(Math.max(0, end - size), end));
  for (let at = 0; at < runs.length && !stopped(); at += BATCH) {
    const batch = runs.slice(at, at + BATCH);
    const verdicts = await inTurn(batch, width, (run) => test(without(kept, run)));
    const loose = batch.filter((_, i) => verdicts[i]);
    kept = await withoutAll(kept, loose, test);
  }
  return kept;
}

/** Fixed, so that what is tried doesn't hang on how many tests run at once. */
const BATCH = 8;

/** Take away the runs that can go alone: all at once where that works, else one after the other. */
async function withoutAll(kept: number[], loose: readonly number[][], test: KeepTest): Promise<number[]> {
  if (loose.length === 0) return kept;
  const all = without(kept, loose.flat());
  if (loose.length === 1 || (await test(all))) return all;
  let left = without(kept, loose[0]!);
  for (const run of loose.slice(1)) {
    const fewer = without(left, run);
    if (await test(fewer)) left = fewer;
  }
  return left;
}

const without = (items: readonly number[], gone: readonly number[]): number[] => {
  const set = new Set(gone);
  return items.filter((item) => !set.has(item));
};
