// Room for programs on a machine whose cores are busy or idle, as a test says.

import { describe, expect, test } from 'vitest';
import { Room } from '../src/room.js';

/** A machine of two cores where `idle` of them were idle since the last look. */
function machine(most: number) {
  const passed = { idleMs: 0, totalMs: 0 };
  const room = new Room({ most, cores: 2, times: () => ({ ...passed }) });
  const look = (idle: number) => {
    passed.totalMs += 1000;
    passed.idleMs += idle * 500;
    room.look();
    return room.now;
  };
  return { room, look };
}

describe('room', () => {
  test('is for as many as there are cores while they are busy', () => {
    const { room, look } = machine(8);
    expect(room.now).toBe(2);
    expect([look(0), look(0.1), look(0.6)]).toEqual([2, 2, 2]);
    room.close();
  });

  test('grows by the cores that stand idle, to what was asked for, and shrinks when they are busy again', () => {
    const { room, look } = machine(6);
    const told: number[] = [];
    room.onMore(() => told.push(room.now));
    expect([look(1), look(2), look(2), look(0.5), look(0.1), look(0)]).toEqual([3, 5, 6, 6, 5, 4]);
    expect(told).toEqual([3, 5, 6]);
    room.close();
  });

  test('is never for more than was asked for', () => {
    const { room, look } = machine(1);
    expect([room.now, look(2), look(0)]).toEqual([1, 1, 1]);
    room.close();
  });
});
