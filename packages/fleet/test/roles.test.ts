// Roles: who takes which task, when rounds are due, and limits that stop one role and not the others.

import { type Task, type TaskDraft, taskOf } from '@swarm/core';
import { type Duty, isDue, Ledger, readEvery, takenBy } from '@swarm/fleet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { World } from './world.js';

const task = (draft: Partial<TaskDraft>): Task => taskOf({ id: 't', title: 'a task', ...draft });
const duty = (role: string, takes?: Duty['takes'], every?: Duty['every']): Duty => ({ role, takes, every });

describe('who takes a task', () => {
  const duties = [
    duty('developer'),
    duty('parser', { paths: ['src/parse/**'] }),
    duty('speed', { labels: ['slow'], kinds: ['test', 'task'] }),
    duty('critic', undefined, { landings: 20 }),
  ];
  const takers = (draft: Partial<TaskDraft>) =>
    duties
      .filter(({ role, every }) => every === undefined && takenBy(role, duties)(task(draft)))
      .map(({ role }) => role);

  test('the role that names it, else those without a word of their own', () => {
    expect(takers({})).toEqual(['developer']);
    expect(takers({ touches: ['src/parse/expr.c'] })).toEqual(['parser']);
    expect(takers({ members: ['src/parse/expr.c:unary'] })).toEqual(['parser']);
    expect(takers({ labels: ['slow'] })).toEqual(['speed']);
    expect(takers({ labels: ['slow'], kind: 'miscompile' })).toEqual(['developer']);
    expect(takers({ labels: ['slow'], touches: ['src/parse/a.c'] })).toEqual(['parser', 'speed']);
  });

  test('always somebody, as long as one role takes what others leave', () => {
    const words = fc.subarray(['slow', 'docs', 'odd']);
    fc.assert(
      fc.property(words, words, (labels, named) => {
        const some = [duty('a'), duty('b', { labels: named })];
        const takers = some.filter(({ role }) => takenBy(role, some)(task({ labels })));
        expect(takers).toHaveLength(1);
      }),
    );
  });
});

describe('rounds', () => {
  test('are due at once, and then by time or landings', () => {
    expect(isDue(readEvery('2h'), undefined)).toBe(true);
    expect(isDue(readEvery('2h'), { ms: 7_199_999, landings: 99 })).toBe(false);
    expect(isDue(readEvery('2h'), { ms: 7_200_000, landings: 0 })).toBe(true);
    expect(isDue(readEvery('20 landings'), { ms: 1e9, landings: 19 })).toBe(false);
    expect(isDue(readEvery('1 landing'), { ms: 0, landings: 1 })).toBe(true);
    for (const word of ['', '2', '0h', '2 hours', '0 landings', '1.5 landings'])
      expect(() => readEvery(word), word).toThrow('says no time');
  });

  test('end without a change and without blame, and are closed until the next', async () => {
    const world = new World({
      tasks: [{ id: 'round-critic', title: 'a round' }],
      deed: () => ({ outcome: 'no-change' }),
    });
    const end = await world.run(1, {}, { rounds: true, breaker: 1 });
    expect(end).toMatchObject({ landed: 0, handedBack: 0, stoppedBy: undefined });
    expect(world.of('round-over')).toMatchObject([{ note: 'I tried round-critic' }]);
    expect(world.tasks.get('round-critic')).toMatchObject({
      state: 'superseded',
      reason: 'nothing to change',
    });
  });

  test('that go wrong are closed too, but for what is no fault of theirs', async () => {
    const world = new World({
      tasks: [{ id: 'round-critic', title: 'a round' }],
      deed: (_, nth) => (nth === 0 ? { outcome: 'rate-limited' } : { leaves: 'bad' }),
    });
    await world.run(1, {}, { rounds: true });
    expect(world.sessions).toHaveLength(2);
    expect(world.tasks.get('round-critic')).toMatchObject({
      state: 'withdrawn',
      reason: 'the round ended with gate',
    });
  });
});

describe("a role's limit", () => {
  test('holds for that role alone, before what holds for every role', () => {
    const ledger = new Ledger({ role: { sessions: 9 }, roles: { critic: { sessions: 1 } } });
    const reserve = (key: string) => ledger.reserve(ledger.open(key), [{ kind: 'role', key }])?.kind;
    expect([reserve('critic'), reserve('critic'), reserve('developer')]).toEqual([
      undefined,
      'busy',
      undefined,
    ]);
  });

  test('stops its agents, and no others', async () => {
    const tasks = Array.from({ length: 12 }, (_, index) => ({ id: `t${index}`, title: `task ${index}` }));
    const world = new World({ tasks });
    const roles = ['developer', 'speed', 'speed'];
    const end = await world.run(3, {}, { roles, money: { roles: { speed: { sessions: 2 } } } });
    expect(end).toMatchObject({ landed: 12, stoppedBy: undefined });
    const sessions = world.of('session-started').map(({ role }) => role);
    expect(sessions.filter((role) => role === 'speed').length).toBeLessThanOrEqual(2);
    expect(world.of('agent-stopped').map(({ why }) => why)).toContain(
      'the limit of 2 sessions for the role speed is reached',
    );
  });
});
