import { taskOf } from '@swarm/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type Folder, project } from '../../../test/kit/folder.ts';
import { openTaskFiles } from '../src/index.js';

const folders: Folder[] = [];
const store = () => {
  const folder = project();
  folders.push(folder);
  return { folder, tasks: openTaskFiles(folder.path('.swarm/tasks')) };
};
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

const task = (id: string) => taskOf({ id, title: `the task ${id}` });
const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });

describe('tasks in a folder', () => {
  test('are none before the first is kept', async () => {
    expect(await store().tasks.list()).toEqual([]);
  });

  test('are kept with their files, and read by another process alike', async () => {
    const { folder, tasks } = store();
    await tasks.change(() => [
      { task: task('one'), attachments: [file('code/a.txt', 'mov'), file('b.c', 'int')] },
    ]);
    const again = openTaskFiles(folder.path('.swarm/tasks'));
    expect(await again.list()).toEqual([{ ...task('one'), attachments: ['code/a.txt', 'b.c'] }]);
    expect(Buffer.from((await again.attachment('one', 'code/a.txt'))!).toString()).toBe('mov');
    expect(await again.attachment('one', '../tasks.json')).toBeUndefined();
    expect(await again.attachment('none', 'b.c')).toBeUndefined();
  });

  test('keep their files when only the task changes, and lose them when others come', async () => {
    const { tasks } = store();
    await tasks.change(() => [{ task: task('one'), attachments: [file('a', '1')] }]);
    await tasks.change(([one]) => [{ task: { ...one!, title: 'new' } }]);
    expect(await tasks.list()).toMatchObject([{ title: 'new', attachments: ['a'] }]);
    await tasks.change(([one]) => [{ task: one!, attachments: [file('b', '2')] }]);
    expect(await tasks.attachment('one', 'a')).toBeUndefined();
    expect(await tasks.attachment('one', 'b')).toBeDefined();
  });

  test('change all at once or not at all', async () => {
    const { tasks } = store();
    await tasks.change(() => [{ task: task('one') }]);
    const bad = [{ task: task('two') }, { task: task('three'), attachments: [file('../escape', 'x')] }];
    await expect(tasks.change(() => bad)).rejects.toMatchObject({ code: 'bad-attachment' });
    expect((await tasks.list()).map(({ id }) => id)).toEqual(['one']);
  });

  test('lose no change of several that come at once', async () => {
    const { tasks } = store();
    const add = (id: string) => tasks.change(() => [{ task: task(id) }]);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(add));
    expect((await tasks.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('that can not be read are an error, not an empty list', async () => {
    const { folder, tasks } = store();
    folder.write(
      '.swarm/tasks/tasks.json',
      '{"schema":"swarm.task-store/1","tasks":[{"files":"","task":{"id":"A b"}}]}',
    );
    await expect(tasks.list()).rejects.toMatchObject({ code: 'tasks-unreadable', exit: 3 });
  });
});
