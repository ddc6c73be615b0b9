// A day of two agents: tasks are added, offered, claimed, worked on, synced, landed and verified, by the command line alone.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Fleet, fleet } from '../kit/fleet.ts';
import { project } from '../kit/folder.ts';
import { swarm } from '../kit/swarm.ts';
import { Trial } from '../kit/trial.ts';

describe('swarm hub init', () => {
  test('makes a hub that can be cloned and pushed to, and may be run again', async () => {
    const folder = project();
    const made = await swarm(['hub', 'init', 'hub.git', '--json'], { cwd: folder.dir });
    expect(documentOf(made, 'swarm.hub/1')).toMatchObject({ folder: folder.path('hub.git'), branch: 'main' });
    const before = folder.read('hub.git/config');
    await new Trial(folder)
      .args('hub', 'init', 'hub.git')
      .stdout(/^HUB .*hub\.git, branch main\nnext: git clone hub\.git/)
      .run();
    expect(folder.read('hub.git/config')).toBe(before);
    execFileSync('git', ['clone', '--quiet', 'hub.git', 'a'], { cwd: folder.dir, stdio: 'pipe' });
    await new Trial(folder).args('task', 'list', '--dir', 'a').stdout('no tasks\n').run();
    await new Trial(folder)
      .args('land', '--dir', 'a')
      .exits(1)
      .stderr(/holds no claim/)
      .run();
  });

  test('leaves folders alone that are something else', async () => {
    const folder = project({ 'full/letter.txt': 'x', file: 'x' });
    execFileSync('git', ['init', '--quiet', 'tree'], { cwd: folder.dir });
    for (const name of ['full', 'file', 'tree'])
      await new Trial(folder)
        .args('hub', 'init', name)
        .exits(2)
        .stderr(/^ERROR hub .*\n {2}next: /)
        .run();
    expect(readdirSync(folder.path('full'))).toEqual(['letter.txt']);
  });
});

describe('two agents', () => {
  let place: Fleet;
  beforeAll(async () => {
    place = await fleet(['ann', 'bob'], { 'one.txt': 'todo\n', 'two.txt': 'todo\n' });
  });
  afterAll(() => place.remove());

  test('see the tasks that one of them added', async () => {
    const added = await place.as('ann', [
      'task',
      'add',
      'Fix one',
      '--verify',
      'grep -q fixed one.txt',
      '--priority',
      '2',
      '--label',
      'x',
      '--json',
    ]);
    expect(documentOf(added, 'swarm.task/1')).toMatchObject({ id: 'fix-one', state: 'open', priority: 2 });
    await place.said(
      'ann',
      0,
      'task',
      'add',
      'Fix two',
      '--verify',
      'grep -q fixed two.txt',
      '--needs',
      'fix-one',
      '--kind',
      'odd',
    );
    await place.said('ann', 0, 'task', 'add', 'Fix two', '--body', 'Another one\nof the same title');
    expect(await place.said('bob', 0, 'task', 'list')).toBe(
      'open fix-one: Fix one [priority 2]\nopen fix-two: Fix two\nopen fix-two-2: Fix two\n3 tasks: 3 open\n',
    );
    expect(await place.said('bob', 0, 'task', 'list', '--kind', 'odd')).toBe(
      'open fix-two: Fix two\n3 tasks: 3 open; 1 match\n',
    );
    expect(await place.said('bob', 0, 'task', 'list', '--text', 'SAME title', '--label', 'x')).toBe(
      '3 tasks: 3 open; 0 match\n',
    );
    expect(await place.said('bob', 0, 'task', 'show', 'fix-o')).toBe(
      'fix-one: Fix one\nopen, priority 2, x\nverify: grep -q fixed one.txt\n',
    );
  });

  test('never hold the same task; what waits for another one is not begun', async () => {
    const claimed = await place.as('ann', ['task', 'claim', '--json']);
    const head = place.git('ann', 'rev-parse', 'HEAD').trim();
    expect(documentOf(claimed, 'swarm.claim/1')).toMatchObject({
      task: { id: 'fix-one', state: 'claimed' },
      lease: { task: 'fix-one', holder: 'ann', base: head, ttlMs: 1_800_000 },
    });
    expect(await place.said('bob', 1, 'task', 'claim', 'fix-one')).toMatch(
      /^ERROR task fix-one: is held by ann\b.*\n {2}next: /,
    );
    expect(await place.said('bob', 1, 'task', 'claim', 'fix-two')).toMatch(
      /^ERROR task fix-two: needs fix-one to be done first\n/,
    );
    expect(await place.said('bob', 0, 'task', 'claim')).toMatch(/^CLAIMED fix-two-2 as bob\n/);
    expect(await place.said('bob', 1, 'task', 'claim')).toMatch(
      /^ERROR claim: bob holds fix-two-2 already\n/,
    );
    const list = await place.as('bob', ['task', 'list', '--mine', '--json']);
    expect(documentOf(list, 'swarm.tasks/1')).toMatchObject({
      tasks: [{ id: 'fix-two-2', state: 'claimed', claim: { holder: 'bob', expired: false } }],
      counts: { open: 1, claimed: 2 },
    });
  });

  test('see who holds what in a folder that git does not see', () => {
    const view = join(place.clone('bob'), 'current_tasks');
    expect(readdirSync(view).sort()).toEqual(['.view', 'fix-one.txt', 'fix-two-2.txt']);
    expect(statSync(join(view, 'fix-one.txt')).mode & 0o777).toBe(0o444);
    expect(place.git('bob', 'status', '--porcelain')).toBe('');
  });

  test('give a task back with what was learned', async () => {
    expect(await place.said('bob', 0, 'task', 'release', '--note', 'needs the other one')).toBe(
      'RELEASED fix-two-2: it is open again\n',
    );
    expect(await place.said('ann', 0, 'task', 'show', 'fix-two-2')).toMatch(
      /1 attempt; last: bob released: needs the other one\n/,
    );
    expect(await place.said('bob', 0, 'task', 'block', 'fix-two-2', '--reason', 'unclear')).toBe(
      'BLOCKED fix-two-2: unclear\n',
    );
    expect(await place.said('bob', 4, 'task', 'claim')).toBe(
      'NOTHING to claim: 2 open tasks, 1 claimed, 1 waiting for others; 1 blocked\n',
    );
  });

  test('land: nothing without work, nothing with loose changes, then all at once', async () => {
    expect(await place.said('ann', 1, 'land')).toMatch(
      /^ERROR land: there is no commit here that main at the hub lacks\n/,
    );
    place.write('ann/one.txt', 'half\n');
    expect(await place.said('ann', 1, 'land')).toMatch(/^ERROR land: uncommitted changes in one\.txt\n/);
    expect(await place.said('ann', 1, 'sync')).toMatch(/^ERROR sync: uncommitted changes in one\.txt\n/);
    const commit = place.work('ann', 'one.txt', 'fixed\n');
    const landed = await place.as('ann', ['land', '--json', '--note', 'easy']);
    expect(documentOf(landed, 'swarm.land/1')).toMatchObject({
      task: 'fix-one',
      commit,
      branch: 'main',
      rebases: 0,
    });
    expect(place.git('hub.git', 'rev-parse', 'main').trim()).toBe(commit);
    expect(place.claims()).toEqual({});
    expect(existsSync(join(place.clone('ann'), 'current_tasks', 'fix-one.txt'))).toBe(false);
  });

  test('land on top of what the other one landed, as long as that goes', async () => {
    expect(await place.said('bob', 0, 'task', 'claim')).toMatch(/^CLAIMED fix-two as bob\n/);
    place.work('bob', 'two.txt', 'fixed\n');
    const landed = await place.as('bob', ['land', '--json']);
    expect(documentOf(landed, 'swarm.land/1')).toMatchObject({ task: 'fix-two', rebases: 1 });
    const subjects = place.git('hub.git', 'log', '--format=%s', 'main').trim().split('\n');
    expect(subjects).toEqual(['change two.txt', 'change one.txt', 'files', 'begin']);
  });

  test('are told of a conflict: the files, whose commits, what to do; nothing is changed', async () => {
    const before = place.work('ann', 'two.txt', 'otherwise\n');
    expect(await place.said('ann', 1, 'sync')).toMatch(
      /^ERROR sync: your commit [0-9a-f]{10} ann: change two\.txt conflicts in two\.txt with [0-9a-f]{10} bob: change two\.txt\n {2}next: nothing was changed here; `git rebase [0-9a-f]{10}`, resolve/,
    );
    expect(place.git('ann', 'rev-parse', 'HEAD').trim()).toBe(before);
    expect(place.git('ann', 'status', '--porcelain', '--branch')).toMatch(/^## \S+( \[.*\])?\n$/);
    place.git('ann', 'reset', '--quiet', '--hard', 'HEAD~1');
    const synced = await place.as('ann', ['sync', '--json']);
    expect(documentOf(synced, 'swarm.sync/1')).toMatchObject({
      base: place.git('hub.git', 'rev-parse', 'main').trim(),
      rebased: 0,
      lost: [],
    });
  });
});
