// Kept texts: whatever is kept, a look shows what the hub holds.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addTasks, type Task, type TaskDraft } from '@swarm/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

describe('kept texts of tasks', () => {
  let place: Workplace;
  beforeEach(async () => {
    place = await workplace('ann', 'bob');
    await place.addTasks('a', { id: 'b', title: 'zwei – 二', body: 'line\n\0\u{1f41d}\n' }, 'c');
  });
  afterEach(() => place.remove());

  const folder = (agent: string) => {
    const state = join(place.clone(agent), '.swarm');
    return join(state, readdirSync(state).find((name) => name.startsWith('hub-'))!);
  };
  const cache = (agent: string) => join(folder(agent), 'tasks.cache');
  /** A look by a new process's eyes; the git commands that it ran. */
  const look = async (agent: string) => {
    const ran: string[] = [];
    const hub = await place.hub(agent, { onGit: (words) => void ran.push(words[0]!) });
    const { tasks, broken } = await hub.look();
    return { view: { tasks, broken }, ran };
  };
  const fresh = async (agent: string) => {
    rmSync(cache(agent), { force: true });
    return (await place.hub(agent)).store.view();
  };
  const change = async (...tasks: Partial<Task>[]) => {
    const { store } = await place.hub('ann');
    await store.change((now) =>
      tasks.map((to) => ({ task: { ...now.find(({ id }) => id === to.id)!, ...to } })),
    );
  };
  const add = async (agent: string, ...drafts: TaskDraft[]) =>
    (await place.hub(agent)).store.change((now) =>
      addTasks(
        now,
        drafts.map((draft) => ({ draft })),
      ),
    );
  /** Change the hub's tree as somebody else's program might. */
  const commit = (...edits: readonly [mode: string, file: string, text: string | undefined][]) => {
    const index = ['-c', 'core.bare=false', `--work-tree=${place.hubDir}`];
    place.git('hub.git', 'read-tree', 'refs/swarm/tasks');
    for (const [mode, file, text] of edits)
      if (text === undefined) place.git('hub.git', ...index, 'update-index', '--force-remove', file);
      else {
        writeFileSync(join(place.dir, 'text'), text);
        const blob = place.git('hub.git', 'hash-object', '-w', join(place.dir, 'text')).trim();
        place.git('hub.git', ...index, 'update-index', '--add', '--cacheinfo', `${mode},${blob},${file}`);
      }
    const tree = place.git('hub.git', 'write-tree').trim();
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
    const made = place
      .git('hub.git', ...who, 'commit-tree', '-p', 'refs/swarm/tasks', '-m', 'x', tree)
      .trim();
    place.git('hub.git', 'update-ref', 'refs/swarm/tasks', made);
  };
  const fileOf = (id: string) =>
    place
      .git('hub.git', 'ls-tree', '-r', '--name-only', 'refs/swarm/tasks')
      .split('\n')
      .find((it) => it.endsWith(`/${id}.json`))!;

  test('are read in place of a git object for each', async () => {
    const first = await look('bob');
    expect(first.ran).toContain('ls-tree');
    const again = await look('bob');
    expect(again.ran.filter((word) => /^(ls-tree|cat-file|diff-tree)$/.test(word))).toEqual([]);
    expect(again.view).toEqual(first.view);
    expect(again.view.tasks[1]!.body).toBe('line\n\0\u{1f41d}\n');
  });

  test('follow what was added, changed and removed, reading only that', async () => {
    await look('bob');
    await add('ann', { id: 'd', title: 'a new one' }, { id: '0', title: 'the first' });
    await change({ id: 'b', title: 'changed', state: 'blocked' });
    commit(['', fileOf('a'), undefined]);
    const followed = await look('bob');
    expect(followed.ran).toContain('diff-tree');
    expect(followed.ran).not.toContain('ls-tree');
    expect(followed.view.tasks.map(({ id, title }) => `${id}: ${title}`)).toEqual([
      '0: the first',
      'b: changed',
      'c: c',
      'd: a new one',
    ]);
    expect(await fresh('bob')).toEqual(followed.view);
  });

  test("follow garbage, links and what is in nobody's place", async () => {
    await look('bob');
    const c = fileOf('c');
    commit(
      ['100644', fileOf('a'), '{ no task \ud800'],
      ['120000', c, 'a'],
      ['100644', 'zz/lost.json', '{}'],
      ['100644', 'README', 'x'],
    );
    const followed = await look('bob');
    expect(followed.view.tasks.map(({ id }) => id)).toEqual(['b']);
    expect(followed.view.broken).toEqual([{ file: fileOf('a'), reason: 'it is no JSON' }]);
    expect((await look('bob')).view).toEqual(followed.view);
    expect(await fresh('bob')).toEqual(followed.view);
  });

  test.each([
    ['empty', () => ''],
    ['garbage', () => 'garbage\n{]\n'],
    ['cut off', (text: string) => text.slice(0, -20)],
    ['changed', (text: string) => text.replace('"title": "c"', '"title": "x"')],
    ['of another form', (text: string) => text.replace('swarm.task-texts/1', 'swarm.task-texts/0')],
    ['of a commit that is not here', (text: string) => text.replace(/ [0-9a-f]{40} /, ` ${'1'.repeat(40)} `)],
  ])('are read anew where the file is %s', async (_, spoil) => {
    const { view } = await look('bob');
    const whole = readFileSync(cache('bob'), 'utf8');
    writeFileSync(cache('bob'), spoil(whole));
    const again = await look('bob');
    expect(again.view).toEqual(view);
    expect(again.ran).toContain('ls-tree');
    expect(readFileSync(cache('bob'), 'utf8')).toBe(whole);
  });

  test('follow a history that was replaced, and one that is gone', async () => {
    await look('bob');
    await change({ id: 'a', title: 'new' });
    place.git('hub.git', 'update-ref', 'refs/swarm/tasks', 'refs/swarm/tasks~1');
    expect((await look('bob')).view).toEqual(await fresh('bob'));
    place.git('hub.git', 'update-ref', '-d', 'refs/swarm/tasks');
    expect((await look('bob')).view.tasks).toEqual([]);
    rmSync(join(folder('bob'), 'store.git'), { recursive: true });
    await add('ann', { id: 'z', title: 'z' });
    expect((await look('bob')).view.tasks.map(({ id }) => id)).toEqual(['z']);
  });

  test('are true while several processes of a workspace read and others write', async () => {
    const ids = Array.from({ length: 6 }, (_, i) => `n${i}`);
    const writing = (async () => {
      for (const id of ids) await add('ann', { id, title: id });
    })();
    const reading = Array.from({ length: 3 }, async () => {
      for (let i = 0; i < 4; i++) {
        const found = (await look('bob')).view.tasks.map(({ id }) => id);
        expect(found).toEqual(['a', 'b', 'c', ...ids].slice(0, found.length));
      }
    });
    await Promise.all([writing, ...reading]);
    const { view } = await look('bob');
    expect(view.tasks).toHaveLength(9);
    expect(await fresh('bob')).toEqual(view);
  });

  test("are no reason to fail where they can't be kept", async () => {
    const { view } = await look('bob');
    rmSync(cache('bob'));
    mkdirSync(join(cache('bob'), 'in-the-way'), { recursive: true });
    expect((await look('bob')).view).toEqual(view);
    expect(existsSync(join(cache('bob'), 'in-the-way'))).toBe(true);
  });

  test('gives a list the heads of the same tasks, whatever was kept of them', async () => {
    await add(
      'ann',
      { id: 'd', title: 'double', fingerprint: 'x' },
      { id: 'e', title: 'e', fingerprint: 'x' },
    );
    commit(['100644', fileOf('b'), 'no task']);
    const glance = async () => (await place.hub('bob')).glance();
    const check = async () => {
      const { heads, broken } = await glance();
      const whole = await fresh('bob');
      expect(broken).toEqual(whole.broken);
      expect(heads).toEqual(
        whole.tasks.map(({ id, title, state, priority, kind, labels, duplicateOf, reason }) => ({
          ...{ id, title, state, priority, kind, labels },
          ...(duplicateOf === undefined ? {} : { duplicateOf }),
          ...(reason === undefined || duplicateOf === undefined ? {} : { reason }),
        })),
      );
    };
    await check();
    await change({ id: 'd', state: 'landed' });
    await check();
    const kept = join(folder('bob'), 'tasks.heads');
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('"title":"c"', '"title":"C"'));
    await check();
    expect((await glance()).heads.map(({ id }) => id)).toEqual(['a', 'c', 'd', 'e']);
  });
});
