import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignLines } from '../src/index.js';

const words = fc.array(fc.constantFrom('push', 'pop', 'mov', 'add', 'ret'), { maxLength: 12 });

describe('two texts beside each other', () => {
  test('are both there, line by line, whatever they are', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        const rows = alignLines(left, right);
        expect(rows.map((row) => row.left).filter((line) => line !== undefined)).toEqual(left);
        expect(rows.map((row) => row.right).filter((line) => line !== undefined)).toEqual(right);
        for (const row of rows) expect(row.equal).toBe(row.left === row.right);
      }),
    );
  });

  test('differ in no line when they are the same', () => {
    fc.assert(fc.property(words, (text) => alignLines(text, text).every(({ equal }) => equal)));
  });

  test('show a line in the middle that only one side has', () => {
    const rows = alignLines(['push', 'mov', 'call', 'add', 'ret'], ['push', 'mov', 'add', 'ret']);
    expect(rows.filter(({ equal }) => !equal)).toEqual([{ left: 'call', right: undefined, equal: false }]);
  });

  test('show a changed line as one row', () => {
    const rows = alignLines(['push', 'mov $1', 'ret'], ['push', 'mov $2', 'ret']);
    expect(rows.filter(({ equal }) => !equal)).toEqual([{ left: 'mov $1', right: 'mov $2', equal: false }]);
  });

  test('are paired by place when they are too long for a table', () => {
    const long = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    expect(alignLines(['a', ...long, 'b'], ['c', ...long, 'd'])).toHaveLength(3002);
  });
});
