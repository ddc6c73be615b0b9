import { expect, test } from 'vitest';
import { overDaemon, overHttp, overSsh } from './served.ts';
import { workplace } from './workplace.ts';

test.each([
  ["git's own daemon", overDaemon],
  ['http', overHttp],
  ['ssh', overSsh],
])('tasks, claims and landing work over %s', async (_, serve) => {
  const place = await workplace('ann', 'bob');
  const { url, env, end } = await serve(place);
  try {
    await place.addTasks('a', 'b');
    place.git('ann', 'remote', 'set-url', 'origin', url);
    const [ann, bob] = [await place.hub('ann', { env }), await place.hub('bob')];
    const claimed = await ann.claims.claim({ task: 'a', holder: 'ann', ttlMs: 60_000 });
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    expect(await bob.claims.claim({ task: 'a', holder: 'bob', ttlMs: 60_000 })).toMatchObject({
      kind: 'held',
    });
    const renewed = await ann.claims.renew(claimed.lease);
    if (renewed.kind !== 'renewed') throw new Error(renewed.kind);
    const commit = place.work('ann', 'a.c', 'int a;\n');
    expect(await ann.land({ lease: claimed.lease, commit: 'HEAD' })).toEqual({ kind: 'lease-lost' });
    expect(await ann.land({ lease: renewed.lease, commit: 'HEAD' })).toEqual({ kind: 'landed', commit });
    expect((await bob.look()).tasks.map(({ id, state }) => `${id} ${state}`)).toEqual(['a landed', 'b open']);
    expect(place.claims()).toEqual({});
  } finally {
    end();
    place.remove();
  }
});
