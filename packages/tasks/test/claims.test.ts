import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '@swarm/core';
import type { ClaimResult } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

const MINUTE = 60_000;

const leaseOf = (result: ClaimResult): Lease => {
  if (result.kind !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(result)}`);
  return result.lease;
};

describe('a claim', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace('ann', 'bob');
    await place.addTasks(
      'held',
      'renewed',
      'expired',
      'left',
      'closed',
      'passed-on',
      'named-alike',
      'garbled',
      'meanwhile',
    );
  });
  afterAll(() => place.remove());

  test('holds a task against everyone else, until it is released', async () => {
    const [ann, bob] = [await place.hub('ann'), await place.hub('bob')];
    const lease = leaseOf(
      await ann.claims.claim({ task: 'held', holder: 'ann', ttlMs: MINUTE, base: 'abc' }),
    );
    expect(place.claims().held).toBe(lease.token);
    const refused = await bob.claims.claim({ task: 'held', holder: 'bob', ttlMs: MINUTE });
    expect(refused).toMatchObject({
      kind: 'held',
      by: { holder: 'ann', base: 'abc', ttlMs: MINUTE, expired: false },
    });
    expect(await ann.claims.release(lease)).toEqual({ kind: 'released' });
    expect(place.claims()).not.toHaveProperty('held');
    expect(await ann.claims.release(lease)).toEqual({ kind: 'lost' });
    leaseOf(await bob.claims.claim({ task: 'held', holder: 'bob', ttlMs: MINUTE }));
  });

  test('is renewed by a new object; the token before it is void', async () => {
    const ann = await place.hub('ann');
    const first = leaseOf(await ann.claims.claim({ task: 'renewed', holder: 'ann', ttlMs: MINUTE }));
    const second = await ann.claims.renew(first);
    expect(second).toMatchObject({ kind: 'renewed', lease: { task: 'renewed', ttlMs: MINUTE } });
    expect((second as { lease: Lease }).lease.token).not.toBe(first.token);
    expect(await ann.claims.release(first)).toEqual({ kind: 'lost' });
    expect(place.claims()).toHaveProperty('renewed');
  });

  test('expires for who saw the same object for longer than its time to live, and only then', async () => {
    const [ann, bob] = [await place.hub('ann'), await place.hub('bob')];
    const lease = leaseOf(await ann.claims.claim({ task: 'expired', holder: 'ann', ttlMs: 150 }));
    await sleep(200);
    const request = { task: 'expired', holder: 'bob', ttlMs: MINUTE };
    expect(await bob.claims.claim(request)).toMatchObject({
      kind: 'held',
      by: { unchangedMs: 0, expired: false },
    });
    await sleep(200);
    const later = await place.hub('bob'); // Another process would find what this one saw in the same way.
    const taken = await later.claims.claim(request);
    expect(taken).toMatchObject({ kind: 'claimed', instead: { holder: 'ann', token: lease.token } });
    expect(await ann.claims.renew(lease)).toEqual({ kind: 'lost' });
    expect(await ann.claims.release(lease)).toEqual({ kind: 'lost' });
    expect((await later.store.get('expired'))?.attempts).toEqual([{ agent: 'ann', outcome: 'expired' }]);
  });

  test('given back with what was learned tells the next one', async () => {
    const ann = await place.hub('ann');
    const lease = leaseOf(await ann.claims.claim({ task: 'left', holder: 'ann', ttlMs: MINUTE }));
    const attempt = { agent: 'ann', outcome: 'failed', note: 'the parser', touched: ['src/parse.c'] };
    const becomes = { state: 'blocked', reason: 'needs a person' } as const;
    expect(await ann.claims.release(lease, { attempt, becomes })).toEqual({ kind: 'released' });
    expect(await ann.store.get('left')).toMatchObject({
      state: 'blocked',
      reason: 'needs a person',
      touches: ['src/parse.c'],
      attempts: [attempt],
    });
    expect(await ann.claims.claim({ task: 'left', holder: 'ann', ttlMs: MINUTE })).toMatchObject({
      kind: 'gone',
    });
  });

  test('on a task that was closed after the last look is given back at once', async () => {
    const [ann, bob] = [await place.hub('ann'), await place.hub('bob')];
    expect((await bob.store.get('closed'))?.state).toBe('open');
    await ann.store.change((tasks) => [
      { task: { ...tasks.find(({ id }) => id === 'closed')!, state: 'superseded' } },
    ]);
    const result = await bob.claims.claim({ task: 'closed', holder: 'bob', ttlMs: MINUTE });
    expect(result).toMatchObject({ kind: 'gone', task: { state: 'superseded' } });
    expect(place.claims()).not.toHaveProperty('closed');
  });

  test('that is made in the moment of a look of its workspace is not forgotten by it', async () => {
    let made: Lease | undefined;
    const onGit = async ([word]: readonly string[]) => {
      if (word !== 'for-each-ref' || made !== undefined) return;
      const request = { task: 'meanwhile', holder: 'ann', ttlMs: MINUTE };
      made = leaseOf(await (await place.hub('ann')).claims.claim(request));
    };
    const { own } = await (await place.hub('ann', { onGit })).look();
    expect(own).not.toContainEqual(made);
    const { claims, own: later } = await (await place.hub('ann')).look();
    expect(later).toContainEqual(made);
    expect(claims.map(({ token }) => token)).toContain(made?.token);
  });

  test('is known to later processes of its workspace, and to no other', async () => {
    const lease = leaseOf(
      await (await place.hub('ann')).claims.claim({ task: 'passed-on', holder: 'ann', ttlMs: MINUTE }),
    );
    expect(await (await place.hub('ann')).claims.own()).toContainEqual(lease);
    expect(await (await place.hub('bob')).claims.own()).not.toContainEqual(lease);
  });

  test('of one agent is not that of another one with the same name', async () => {
    const [one, two] = [await place.hub('ann'), await place.hub('bob')];
    const request = { task: 'named-alike', holder: 'agent', ttlMs: MINUTE };
    leaseOf(await one.claims.claim(request));
    expect(await two.claims.claim(request)).toMatchObject({ kind: 'held', by: { holder: 'agent' } });
  });

  test('that nobody can read holds its task, and is shown', async () => {
    place.git('hub.git', 'update-ref', 'refs/swarm/claims/garbled', 'refs/heads/main');
    const ann = await place.hub('ann');
    const result = await ann.claims.claim({ task: 'garbled', holder: 'ann', ttlMs: MINUTE });
    expect(result).toMatchObject({ kind: 'held', by: { holder: '(unreadable)' } });
  });
});
