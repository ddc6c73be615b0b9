// Room is given by what is free, promised and kept back; nothing is given twice.

import { describe, expect, test } from 'vitest';
import { admit, type Capacity } from '../src/index.js';

const capacity = (memoryBytes: number, diskBytes: number): Capacity => ({ memoryBytes, diskBytes });
const NOTHING = capacity(0, 0);

describe('admission', () => {
  test('lets in what fits exactly', () => {
    const request = {
      need: capacity(4, 40),
      free: capacity(10, 100),
      promised: capacity(5, 50),
      reserve: capacity(1, 10),
    };
    expect(admit(request)).toEqual({ kind: 'admitted' });
  });

  test('counts what others may still take, and what stays for the rest of the machine', () => {
    const request = {
      need: capacity(5, 0),
      free: capacity(10, 100),
      promised: capacity(5, 0),
      reserve: capacity(1, 0),
    };
    expect(admit(request)).toEqual({ kind: 'refused', what: 'memory', neededBytes: 5, leftBytes: 4 });
  });

  test('tells of memory first, and never of less than nothing', () => {
    const request = {
      need: capacity(1, 1),
      free: NOTHING,
      promised: capacity(9, 9),
      reserve: NOTHING,
    };
    expect(admit(request)).toEqual({ kind: 'refused', what: 'memory', neededBytes: 1, leftBytes: 0 });
  });

  test('lets in what needs nothing only while the reserve is there', () => {
    const request = { need: NOTHING, promised: NOTHING, reserve: capacity(1, 1) };
    expect(admit({ ...request, free: capacity(1, 1) })).toEqual({ kind: 'admitted' });
    expect(admit({ ...request, free: capacity(1, 0) })).toMatchObject({ kind: 'refused', what: 'disk' });
  });
});
