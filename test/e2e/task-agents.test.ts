// Who is who: two agents of one name, several in one working copy, agents that only know files.

import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Fleet, fleet } from '../kit/fleet.ts';

const byHand = (place: Fleet, message: string): void => {
  place.git('hand', 'add', '--all');
  place.git('hand', 'commit', '--quiet', '-m', message);
  place.git('hand', 'push', '--quiet', 'origin', 'HEAD:main');
};

describe('a claim', () => {
  test('is not shared by another agent of the same name, nor by another name in the same place', async () => {
    const place = await fleet(['ann', 'bob']);
    await place.addTasks('one', 'two');
    const twin = { env: { SWARM_AGENT: 'ann' } };
    await place.said('ann', 0, 'task', 'claim', 'one');
    for (const args of [['task', 'renew'], ['task', 'release', 'one'], ['land']]) {
      const ended = await place.as('bob', args, twin);
      expect([ended.code, ended.stderr]).toEqual([
        1,
        expect.stringMatching(/ann holds no claim( on it)? in this working copy/),
      ]);
    }
    expect((await place.as('bob', ['task', 'claim', 'one'], twin)).stderr).toMatch(
      /^ERROR task one: is held by ann\b/,
    );
    expect((await place.as('bob', ['task', 'claim'], twin)).stdout).toMatch(/^CLAIMED two as ann\n/);
    const other = await place.as('ann', ['task', 'renew'], { env: { SWARM_AGENT: 'eve' } });
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/\n {2}next: ann holds one here: pass --agent ann/),
    ]);
    expect(await place.said('ann', 0, 'task', 'renew')).toMatch(/^RENEWED one: /);
    // Who names nobody means the only claim that was made here.
    const nameless = { env: { SWARM_AGENT: undefined, SWARM_WORKSPACE: undefined } };
    expect((await place.as('ann', ['task', 'renew'], nameless)).stdout).toMatch(/^RENEWED one: /);
    place.work('ann', 'one.txt', 'done\n');
    expect((await place.as('ann', ['land'], nameless)).stdout).toMatch(/^LANDED one on main: /);
    expect(place.stored('one').attempts).toMatchObject([{ agent: 'ann', outcome: 'landed' }]);
    place.remove();
  });

  test('of an agent without a name is by its working copy', async () => {
    const place = await fleet(['ann', 'bob']);
    await place.addTasks('one', 'two');
    const nameless = { env: { SWARM_AGENT: undefined, SWARM_WORKSPACE: undefined } };
    const holders: string[] = [];
    for (const agent of ['ann', 'bob']) {
      const ended = await place.as(agent, ['task', 'claim', '--json'], nameless);
      holders.push(documentOf<{ lease: { holder: string } }>(ended, 'swarm.claim/1').lease.holder);
    }
    expect(new Set(holders).size).toBe(2);
    expect((await place.as('ann', ['task', 'renew'], nameless)).code).toBe(0);
    expect(await place.said('ann', 2, 'task', 'list', '--agent', 'a b')).toMatch(
      /^ERROR agent "a b": not a name\n/,
    );
    place.remove();
  });
});

test('agents that only know files, and agents of ours, work on one list', async () => {
  const config = 'tasks: {store: files}\n';
  const place = await fleet(['hand', 'ann'], {
    'swarm.config.yaml': config,
    'tasks/by_hand.md': '# By hand\n\nDo it.\n',
  });
  place.write('hand/current_tasks/by_hand.txt', 'mine\n');
  byHand(place, 'Take by_hand');
  expect(await place.said('ann', 0, 'task', 'add', 'By command', '--verify', 'test -e done.txt')).toBe(
    'ADDED by-command: By command\n',
  );
  expect(await place.said('ann', 1, 'task', 'claim', 'by-hand')).toMatch(
    /^ERROR task by-hand: is held by hand\b/,
  );
  expect(await place.said('ann', 0, 'task', 'claim')).toMatch(/^CLAIMED by-command as ann\n/);
  place.git('hand', 'pull', '--quiet', '--rebase');
  expect(existsSync(join(place.clone('hand'), 'current_tasks', 'by-command.txt'))).toBe(true);
  place.work('ann', 'done.txt', 'x\n');
  const landed = documentOf<{ commit: string }>(await place.as('ann', ['land', '--json']), 'swarm.land/1');
  expect(place.git('hub.git', 'log', '-2', '--format=%s', 'main')).toBe(
    'Finish by-command\nchange done.txt\n',
  );
  expect(landed.commit).toBe(place.git('hub.git', 'rev-parse', 'main^').trim());
  place.git('hand', 'pull', '--quiet', '--rebase');
  place.git('hand', 'rm', '--quiet', 'current_tasks/by_hand.txt');
  byHand(place, 'Give by_hand back');
  expect(await place.said('ann', 0, 'sync')).toMatch(/^SYNCED with main at /);
  expect(await place.said('ann', 0, 'task', 'list', '--state', 'all')).toBe(
    'open by-hand: By hand\nlanded by-command: By command\n2 tasks: 1 open, 1 landed\n',
  );
  expect(place.git('ann', 'status', '--porcelain')).toBe('');
  place.remove();
});

test('a folder current_tasks of somebody else is left alone where claims are refs', async () => {
  const place = await fleet(['ann', 'bob'], { 'current_tasks/.view': 'x\n', 'current_tasks/old.txt': 'x\n' });
  await place.addTasks('one');
  await place.said('ann', 0, 'task', 'claim');
  expect(place.git('ann', 'status', '--porcelain')).toBe('');
  place.git('bob', 'rm', '-r', '--quiet', 'current_tasks');
  place.git('bob', 'commit', '--quiet', '-m', 'no folder');
  place.write('elsewhere/.view', 'x');
  place.write('elsewhere/keep.txt', 'x');
  symlinkSync('../elsewhere', join(place.clone('bob'), 'current_tasks'));
  await place.said('bob', 0, 'task', 'list');
  expect(existsSync(join(place.dir, 'elsewhere', 'keep.txt'))).toBe(true);
  expect(existsSync(join(place.dir, 'elsewhere', 'one.txt'))).toBe(false);
  place.remove();
});
