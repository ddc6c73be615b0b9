// A selection is a set: whatever it says, the set of its members says too.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Selection } from '../src/index.js';

const members = (units: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, units - 1) }), { maxLength: units });

const pairs = fc
  .integer({ min: 0, max: 130 })
  .chain((units) => fc.record({ units: fc.constant(units), a: members(units), b: members(units) }));

const ascending = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

describe('a selection', () => {
  test('has the members that it was made of, ascending, each once', () => {
    fc.assert(
      fc.property(pairs, ({ units, a }) => {
        const selection = Selection.of(units, [...a, ...a]);
        expect(selection.members()).toEqual(ascending(a));
        expect(selection.size).toBe(a.length);
        expect(selection.isEmpty).toBe(a.length === 0);
        for (let i = -2; i < units + 40; i++) expect(selection.has(i)).toBe(a.includes(i));
      }),
    );
  });

  test('joins, takes away, and intersects as sets do, and leaves its operands alone', () => {
    fc.assert(
      fc.property(pairs, ({ units, a, b }) => {
        const [left, right] = [Selection.of(units, a), Selection.of(units, b)];
        const [inA, inB] = [new Set(a), new Set(b)];
        expect(left.union(right).members()).toEqual(ascending(new Set([...a, ...b])));
        expect(left.minus(right).members()).toEqual(ascending(a.filter((i) => !inB.has(i))));
        expect(left.intersect(right).members()).toEqual(ascending(b.filter((i) => inA.has(i))));
        expect(left.members()).toEqual(ascending(a));
        expect(right.members()).toEqual(ascending(b));
      }),
    );
  });

  test('compares as sets do, and by its key', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), ({ units, a, b }, same) => {
        const other = same ? [...a].reverse() : b;
        const [left, right] = [Selection.of(units, a), Selection.of(units, other)];
        const inOther = new Set(other);
        const subset = a.every((i) => inOther.has(i));
        const equal = subset && a.length === other.length;
        expect(left.isSubsetOf(right)).toBe(subset);
        expect(left.equals(right)).toBe(equal);
        expect(left.key === right.key).toBe(equal);
        expect(left.isSubsetOf(left.union(right))).toBe(true);
        expect(left.minus(right).isSubsetOf(left)).toBe(true);
      }),
    );
  });

  test('makes ranges, the empty and the full set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 130 }), fc.nat(130), fc.nat(130), (units, from, length) => {
        const end = Math.min(units, from + length);
        const expected = [...Array(units).keys()].filter((i) => i >= from && i < end);
        expect(Selection.range(units, from, end).members()).toEqual(expected);
        expect(Selection.empty(units).members()).toEqual([]);
        expect(Selection.full(units).members()).toEqual([...Array(units).keys()]);
      }),
    );
  });

  test('over another number of units is another selection, and the two do not mix', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 40 }), ({ units, a }, more) => {
        const [small, large] = [Selection.of(units, a), Selection.of(units + more, a)];
        expect(small.equals(large)).toBe(false);
        expect(small.key).not.toBe(large.key);
        expect(() => small.union(large)).toThrow(RangeError);
        expect(() => large.minus(small)).toThrow(RangeError);
        expect(() => small.intersect(large)).toThrow(RangeError);
      }),
    );
  });

  test('refuses members that are no unit numbers', () => {
    for (const wrong of [-1, 3, 1.5, Number.NaN]) expect(() => Selection.of(3, [wrong])).toThrow(RangeError);
  });
});
