import { describe, expect, test } from 'vitest';
import { parseUnitList } from '../src/bisect/unit-list.js';

describe('a unit list', () => {
  test('has one name a line, with or without a weight', () => {
    expect(parseUnitList('a b.c\n\n"c".c\t2.5\r\nd\n', 'list')).toEqual([
      { id: 'a b.c' },
      { id: '"c".c', weight: 2.5 },
      { id: 'd' },
    ]);
  });

  test('refuses a name listed twice, naming both lines', () => {
    expect(() => parseUnitList('a\nb\na\n', 'list')).toThrow(
      'list:3: unit "a" is listed twice, first in line 1',
    );
  });

  test('refuses a weight that is not above 0', () => {
    for (const weight of ['0', '-1', 'x', 'Infinity', '']) {
      expect(() => parseUnitList(`a\t${weight}\n`, 'list')).toThrow(`list:1: weight "${weight}"`);
    }
  });
});
