import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '@swarm/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

const MINUTE = 60_000;

describe('landing', () => {
  let place: Workplace;
  const main = () => place.git('hub.git', 'rev-parse', 'main').trim();
  const claim = async (agent: string, task: string): Promise<Lease> => {
    const result = await (await place.hub(agent)).claims.claim({ task, holder: agent, ttlMs: MINUTE });
    return (result as { lease: Lease }).lease;
  };
  beforeAll(async () => {
    place = await workplace('ann', 'bob');
    await place.addTasks(
      'simple',
      'lost',
      'raced',
      'second',
      'withdrawn',
      'refused',
      'detached',
      'shallow',
      'linked',
    );
  });
  afterAll(() => place.remove());

  test('moves the branch, closes the task and ends the claim at once', async () => {
    const lease = await claim('ann', 'simple');
    const commit = place.work('ann', 'src/a.c', 'int a;\n');
    const ann = await place.hub('ann');
    expect(await ann.land({ lease, commit: 'HEAD', note: 'as asked' })).toEqual({ kind: 'landed', commit });
    expect(main()).toBe(commit);
    expect(place.claims()).toEqual({});
    expect(await ann.store.get('simple')).toMatchObject({
      state: 'landed',
      reason: commit,
      touches: ['src/a.c'],
      attempts: [{ agent: 'ann', outcome: 'landed', note: 'as asked', touched: ['src/a.c'] }],
    });
    expect(await ann.claims.own()).toEqual([]);
  });

  test('moves nothing for who has lost the lease', async () => {
    const lease = await claim('ann', 'lost');
    const [seen] = await (await place.hub('bob')).claims.list();
    await (await place.hub('bob')).claims.takeOver(seen!, { task: 'lost', holder: 'bob', ttlMs: MINUTE });
    const before = main();
    place.work('ann', 'src/a.c', 'int lost;\n');
    expect(await (await place.hub('ann')).land({ lease, commit: 'HEAD' })).toEqual({ kind: 'lease-lost' });
    expect(main()).toBe(before);
    place.git('ann', 'reset', '--quiet', '--hard', 'origin/main');
  });

  test('stops when the branch has moved; after a sync it goes on', async () => {
    const [one, two] = [await claim('ann', 'raced'), await claim('bob', 'second')];
    const [ann, bob] = [await place.hub('ann'), await place.hub('bob')];
    place.work('bob', 'src/b.c', 'int b;\n');
    expect(await bob.sync()).toMatchObject({ kind: 'synced', rebased: 1 });
    place.work('ann', 'src/c.c', 'int c;\n');
    expect(await ann.land({ lease: one, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
    expect(await bob.land({ lease: two, commit: 'HEAD' })).toEqual({ kind: 'base-moved', base: main() });
    expect(await bob.sync()).toEqual({ kind: 'synced', base: main(), rebased: 1 });
    expect(await bob.land({ lease: two, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
    expect(place.git('hub.git', 'log', '--format=%s', 'main').split('\n').slice(0, 2)).toEqual([
      'change src/b.c',
      'change src/c.c',
    ]);
  });

  test('does not land what was taken back meanwhile', async () => {
    const lease = await claim('ann', 'withdrawn');
    const bob = await place.hub('bob');
    await bob.store.change((tasks) => [
      { task: { ...tasks.find(({ id }) => id === 'withdrawn')!, state: 'withdrawn' } },
    ]);
    const ann = await place.hub('ann');
    expect(await ann.land({ lease, commit: 'HEAD' })).toMatchObject({
      kind: 'gone',
      task: { state: 'withdrawn' },
    });
    expect(await ann.claims.release(lease)).toEqual({ kind: 'released' });
  });

  test("tells a hub's refusal in the hub's words, with nothing changed", async () => {
    const lease = await claim('ann', 'refused');
    const ann = await place.hub('ann');
    await ann.sync();
    const before = main();
    place.work('ann', 'src/d.c', 'int d;\n');
    const hook = join('hub.git', 'hooks', 'update');
    place.write(
      hook,
      '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "no tests, no main" >&2; exit 1; }\n',
    );
    const result = await ann.land({ lease, commit: 'HEAD' });
    expect(result).toEqual({ kind: 'refused', reason: 'no tests, no main (hook declined)' });
    expect(main()).toBe(before);
    expect(place.claims().refused).toBe(lease.token);
    place.write(hook, '#!/bin/sh\nexit 0\n');
    expect(await ann.land({ lease, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
  });

  test.each(['detached', 'shallow', 'linked'])('works from a %s work tree', async (kind) => {
    const tree = `tree-${kind}`;
    if (kind === 'shallow') {
      place.git('.', 'clone', '--quiet', '--depth=1', `file://${place.hubDir}`, tree);
      place.git(tree, 'config', 'user.name', 'ann');
      place.git(tree, 'config', 'user.email', 'ann@example.com');
    } else {
      const how = kind === 'detached' ? ['--detach'] : ['-b', 'work'];
      place.git('ann', 'fetch', '--quiet');
      place.git('ann', 'worktree', 'add', '--quiet', ...how, place.clone(tree), 'origin/main');
    }
    const hub = await place.hub(tree);
    const claimed = await hub.claims.claim({ task: kind, holder: 'ann', ttlMs: MINUTE });
    const commit = place.work(tree, `src/${kind}.c`, 'int e;\n');
    const landed = await hub.land({ lease: (claimed as { lease: Lease }).lease, commit: 'HEAD' });
    expect(landed).toEqual({ kind: 'landed', commit });
    expect(main()).toBe(commit);
  });

  test('runs no hook of the work tree, and needs no key of its own', async () => {
    await place.addTasks('hooked');
    for (const hook of ['pre-push', 'post-merge', 'pre-rebase', 'post-rewrite', 'reference-transaction'])
      place.write(
        join('bob', '.git', 'hooks', hook),
        `#!/bin/sh\ntouch '${place.dir}/ran-${hook}'\nexit 1\n`,
      );
    place.git('bob', 'config', 'commit.gpgSign', 'true');
    place.git('bob', 'config', 'push.gpgSign', 'true');
    place.git('bob', 'config', 'gpg.program', 'false');
    const bob = await place.hub('bob');
    expect(await bob.sync()).toMatchObject({ kind: 'synced' });
    const lease = await claim('bob', 'hooked');
    place.git(
      'bob',
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'commit.gpgSign=false',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'x',
    );
    expect(await bob.land({ lease, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
    for (const hook of ['pre-push', 'post-merge', 'reference-transaction'])
      expect(existsSync(join(place.dir, `ran-${hook}`))).toBe(false);
  });
});
