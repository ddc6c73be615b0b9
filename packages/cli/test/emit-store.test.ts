import { execFileSync } from 'node:child_process';
import { taskOf } from '@swarm/core';
import { expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';
import { openStore } from '../src/emit/store.js';

const git = (dir: string, ...args: string[]) => execFileSync('git', args, { cwd: dir, stdio: 'pipe' });
const { signal } = new AbortController();
const task = taskOf({ id: 'one', title: 'the first' });

/** A clone of an empty bare repository, with these files. */
function clone(files: Readonly<Record<string, string>> = {}) {
  const hub = project();
  git(hub.dir, 'init', '-q', '--bare', '--initial-branch=main');
  const folder = project(files);
  git(folder.dir, 'init', '-q', '--initial-branch=main');
  git(folder.dir, 'remote', 'add', 'origin', hub.dir);
  return { hub, folder };
}

test('tasks stay in the tree where no hub is named, whatever remote there is', async () => {
  const { hub, folder } = clone();
  const { store, isLocal } = await openStore(folder.dir, signal);
  await store.change(() => [{ task }]);
  expect(isLocal).toBe(true);
  expect(JSON.parse(folder.read('.swarm/tasks/tasks.json')).tasks).toHaveLength(1);
  expect(git(hub.dir, 'for-each-ref').toString()).toBe('');
});

test('tasks go to the hub that the config names', async () => {
  const { hub, folder } = clone({ 'swarm.config.yaml': 'tasks:\n  store: refs\n' });
  const { store, isLocal } = await openStore(folder.dir, signal);
  await store.change(() => [{ task }]);
  expect(isLocal).toBe(false);
  expect(git(hub.dir, 'for-each-ref').toString()).toContain('refs/swarm/tasks');
  // A clone that has talked to a hub goes on to, also where the config is silent.
  folder.write('swarm.config.yaml', '');
  expect((await (await openStore(folder.dir, signal)).store.list()).map(({ id }) => id)).toEqual(['one']);
});
