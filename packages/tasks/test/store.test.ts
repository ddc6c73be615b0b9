import { addTasks } from '@swarm/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

const bytes = (text: string) => Buffer.from(text);

describe('the store', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace('ann', 'bob');
  });
  afterAll(() => place.remove());

  test('is empty before there are any tasks', async () => {
    const { store } = await place.hub('ann');
    expect(await store.view()).toEqual({ tasks: [], broken: [] });
    expect(await store.get('a')).toBeUndefined();
    expect((await (await place.hub('ann')).look()).claims).toEqual([]);
  });

  test('keeps what others add in the same moment', async () => {
    const [ann, bob] = [await place.hub('ann'), await place.hub('bob')];
    const add = (hub: typeof ann, id: string) =>
      hub.store.change((tasks) => addTasks(tasks, [{ draft: { id, title: id } }]));
    await Promise.all([add(ann, 'a-1'), add(bob, 'b-1'), add(ann, 'a-2'), add(bob, 'b-2')]);
    expect((await ann.store.list()).map(({ id }) => id)).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
    expect(place.git('hub.git', 'rev-list', '--count', 'refs/swarm/tasks').trim()).toBe('4');
    expect(place.git('hub.git', 'rev-list', '--count', 'main').trim()).toBe('1');
  });

  test('changes nothing, and asks no server to, when the decision is to change nothing', async () => {
    const { store } = await place.hub('ann');
    const before = place.git('hub.git', 'rev-parse', 'refs/swarm/tasks');
    await store.change(() => []);
    expect(place.git('hub.git', 'rev-parse', 'refs/swarm/tasks')).toBe(before);
  });

  test('keeps files beside a task, and replaces them as a whole', async () => {
    const { store } = await place.hub('ann');
    const change = async (files: Record<string, Buffer>) => {
      const attachments = Object.entries(files).map(([name, it]) => ({ name, bytes: it }));
      await store.change((tasks) => [{ task: tasks.find(({ id }) => id === 'a-1')!, attachments }]);
    };
    const binary = Buffer.from([0, 255, 10, 13, 0, 128]);
    await change({ 'repro/a.c': bytes('int a;'), 'both.bin': binary });
    expect((await store.get('a-1'))?.attachments).toEqual(['repro/a.c', 'both.bin']);
    expect(await (await place.hub('bob')).store.attachment('a-1', 'both.bin')).toEqual(binary);
    await change({ 'new.c': bytes('') });
    expect(await store.attachment('a-1', 'new.c')).toEqual(bytes(''));
    expect(await store.attachment('a-1', 'both.bin')).toBeUndefined();
    expect(place.git('hub.git', 'ls-tree', '-r', '--name-only', 'refs/swarm/tasks')).not.toContain(
      'both.bin',
    );
  });

  test('follows the link of a double to what became of the first', async () => {
    const { store } = await place.hub('ann');
    const draft = (id: string) => ({ draft: { id, title: id, fingerprint: 'same' } });
    await store.change((tasks) => addTasks(tasks, [draft('first'), draft('second')]));
    expect(await store.get('second')).toMatchObject({ state: 'open', duplicateOf: 'first' });
    await store.change((tasks) => [
      { task: { ...tasks.find(({ id }) => id === 'first')!, state: 'landed' } },
    ]);
    expect(await store.get('second')).toMatchObject({ state: 'superseded', reason: 'by first' });
    expect((await store.list()).find(({ id }) => id === 'second')?.state).toBe('superseded');
  });

  test('lives on when its cache is removed', async () => {
    const { rmSync } = await import('node:fs');
    rmSync(`${place.clone('ann')}/.swarm`, { recursive: true });
    expect(await (await place.hub('ann')).store.list()).toHaveLength(6);
  });
});
