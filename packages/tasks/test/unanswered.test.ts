// Pushes whose answer never comes: the client is killed by the hub's own hooks, before or after the refs have moved.

import type { Lease } from '@swarm/core';
import type { Hub } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

/** Once: end the `git push` above this hook; then go on, as a server does whose client is gone. */
const HOOK = `#!/bin/sh
rm "$0"
pid=$PPID
until tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -q ' push '; do
  pid=$(sed -n 's/^PPid:\\t//p' "/proc/$pid/status")
done
kill -9 "$pid"
sleep 0.3
`;

describe.each(['pre-receive', 'post-receive'])('a push cut off in %s', (hook) => {
  let place: Workplace;
  let ann: Hub;
  beforeAll(async () => {
    place = await workplace('ann', 'bob');
    await place.addTasks('claimed', 'renewed', 'released', 'landed');
    ann = await place.hub('ann');
  });
  afterAll(() => place.remove());

  const cutNext = () => place.write(`hub.git/hooks/${hook}`, HOOK);
  const claim = async (task: string): Promise<Lease> => {
    const result = await ann.claims.claim({ task, holder: 'ann', ttlMs: 60_000 });
    return (result as { lease: Lease }).lease;
  };

  test('makes a claim once', async () => {
    cutNext();
    const lease = await claim('claimed');
    expect(place.claims().claimed).toBe(lease.token);
    expect(await ann.claims.own()).toEqual([lease]);
  });

  test('renews a claim once', async () => {
    const lease = await claim('renewed');
    cutNext();
    const renewed = await ann.claims.renew(lease);
    expect(renewed).toMatchObject({ kind: 'renewed', lease: { token: place.claims().renewed } });
  });

  test('releases once, with one attempt recorded', async () => {
    const lease = await claim('released');
    cutNext();
    const attempt = { agent: 'ann', outcome: 'failed' };
    expect(await ann.claims.release(lease, { attempt })).toEqual({ kind: 'released' });
    expect(place.stored('released').attempts).toEqual([attempt]);
  });

  test('lands once', async () => {
    const lease = await claim('landed');
    const commit = place.work('ann', 'a.c', 'int a;\n');
    cutNext();
    expect(await ann.land({ lease, commit: 'HEAD' })).toEqual({ kind: 'landed', commit });
    expect(place.git('hub.git', 'rev-parse', 'main').trim()).toBe(commit);
    expect(place.stored('landed').attempts).toHaveLength(1);
  });
});
