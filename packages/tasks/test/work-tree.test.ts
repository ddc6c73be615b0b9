// The working repository as commands see it, beside others that use it in the same moment.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkTree, type WorkTree } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

let place: Workplace;
let tree: WorkTree;
beforeAll(async () => {
  place = await workplace('ann', 'bob');
  tree = await openWorkTree({ dir: place.clone('ann'), remote: 'origin', branch: 'main' });
});
afterAll(() => place.remove());

describe('a working repository', () => {
  test('waits for another fetch that holds the refs which linked working trees share', async () => {
    const commit = place.work('bob', 'b.txt', 'x\n');
    place.git('bob', 'push', '--quiet', 'origin', 'HEAD:main');
    const lock = join(place.clone('ann'), '.git/refs/remotes/origin/main.lock');
    for (const fetch of [
      () => tree.fetchBase(),
      async () => (await (await place.hub('ann')).sync({})) as { base?: string },
    ]) {
      place.git('ann', 'update-ref', '-d', 'refs/remotes/origin/main');
      mkdirSync(join(lock, '..'), { recursive: true });
      writeFileSync(lock, '');
      const freed = new Promise((done) => setTimeout(() => done(rmSync(lock)), 300));
      const result = await fetch();
      await freed;
      expect(typeof result === 'string' ? result : result.base).toBe(commit);
    }
  });

  test('tells what is uncommitted by the names that git uses, whatever they are', async () => {
    place.work('ann', 'odd "name"\n.txt', 'x\n');
    place.work('ann', 'old.txt', 'same\n');
    place.git('ann', 'mv', 'old.txt', 'new.txt');
    place.write('ann/odd "name"\n.txt', 'y\n');
    place.write('ann/untracked.txt', 'y\n');
    expect((await tree.uncommitted()).sort()).toEqual(['new.txt', 'odd "name"\n.txt']);
    place.git('ann', 'reset', '--quiet', '--hard', 'origin/main');
  });

  test('checks a commit out aside, clean again and again, and knows nothing of it afterwards', async () => {
    const commit = place.work('ann', 'a.txt', 'x\n');
    const checkout = await tree.checkOut(commit);
    writeFileSync(join(checkout.path, 'a.txt'), 'y\n');
    writeFileSync(join(checkout.path, 'made.txt'), 'y\n');
    mkdirSync(join(checkout.path, 'nested', '.git'), { recursive: true });
    await checkout.reset();
    expect(readdirSync(checkout.path).sort()).toEqual(['.git', 'a.txt', 'b.txt']);
    await checkout.remove();
    expect(existsSync(checkout.path)).toBe(false);
    expect(place.git('ann', 'worktree', 'list').trim().split('\n')).toHaveLength(1);
    expect(place.git('ann', 'status', '--porcelain')).toBe('?? untracked.txt\n');
  });
});
