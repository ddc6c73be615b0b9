// The order of everything that lists tests: bytes of their ids, on every machine the same.

import { directoryOf, type TestId } from '@swarm/core';

/** By folder, those of one folder by id. */
export function sortedByFolder<T extends { readonly id: TestId }>(results: Iterable<T>): T[] {
  const keyed = [...results].map((result) => ({ result, folder: directoryOf(result.id) }));
  keyed.sort((a, b) => compareIds(a.folder, b.folder) || compareIds(a.result.id, b.result.id));
  return keyed.map(({ result }) => result);
}

/** Order of the bytes of UTF-8, which is the order of code points. JavaScript's own differs beyond U+FFFF. */
export function compareIds(a: TestId, b: TestId): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
const weight = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
