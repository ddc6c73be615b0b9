// The landing queue's git side: handing work in, putting it together, and the two ways out.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '@swarm/core';
import { openQueue, openQueueServer, type Queue, type QueueServer } from '@swarm/tasks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundled } from '../../../test/kit/bundled.ts';
import { type Workplace, workplace } from './workplace.ts';

const ACTOR = await bundled(join(import.meta.dirname, 'programs', 'actor.mjs'));

describe('the landing queue', () => {
  let place: Workplace;
  let ann: Queue;
  let server: QueueServer;
  const main = () => place.git('hub.git', 'rev-parse', 'main').trim();
  const refs = (under: string) =>
    place
      .git('hub.git', 'for-each-ref', '--format=%(refname:lstrip=3)', `refs/swarm/${under}`)
      .split('\n')
      .slice(0, -1);
  const claim = async (task: string): Promise<Lease> => {
    const result = await (await place.hub('ann')).claims.claim({ task, holder: 'ann', ttlMs: 60_000 });
    return (result as { lease: Lease }).lease;
  };
  const start = () => place.git('ann', 'reset', '--quiet', '--hard', 'origin/main');
  /** Claim a task, do work on what main was, and hand it in. */
  const handIn = async (task: string, files: Record<string, string>) => {
    const lease = await claim(task);
    start();
    for (const [file, text] of Object.entries(files)) place.work('ann', file, text);
    const commit = place.git('ann', 'rev-parse', 'HEAD').trim();
    const result = await ann.add({ lease, id: task, commit, agent: 'ann' });
    expect(result.kind).toBe('queued');
    return commit;
  };
  const combined = async () => {
    const { base, waiting } = await server.list();
    return { waiting, combination: await server.combine(base, waiting) };
  };

  beforeEach(async () => {
    place = await workplace('ann', 'server');
    place.work('ann', 'shared.c', 'one\ntwo\nthree\n');
    place.git('ann', 'push', '--quiet', 'origin', 'HEAD:main');
    await place.addTasks('first', 'second', 'third', 'fourth');
    ann = await openQueue({ dir: place.clone('ann'), random: Math.random });
    server = await openQueueServer({ dir: place.clone('server'), random: Math.random });
  });
  afterEach(async () => {
    await server.close();
    place.remove();
  });

  test('takes work in with its claim, once, and from nobody who has lost it', async () => {
    const lease = await claim('first');
    const commit = place.work('ann', 'a.c', 'int a;\n');
    const work = { lease, id: 'first', commit, agent: 'ann', priority: 2, note: 'as asked' };
    expect(await ann.add(work)).toMatchObject({ kind: 'queued' });
    const { claims } = await place.hub('ann');
    expect(await claims.own()).toEqual([]);
    expect(await claims.claim({ task: 'first', holder: 'bob', ttlMs: 60_000 })).toMatchObject({
      kind: 'held',
      by: { holder: 'ann (queued)' },
    });
    expect(await ann.add(work)).toEqual({ kind: 'waits' });
    expect(await ann.add({ ...work, lease: { ...lease, task: 'second' }, id: 'second' })).toEqual({
      kind: 'lease-lost',
    });
    const { waiting } = await server.list();
    expect(waiting).toMatchObject([{ id: 'first', commit, agent: 'ann', priority: 2, note: 'as asked' }]);
    expect(await ann.drop(waiting[0]!)).toBe(true);
    expect(await ann.drop(waiting[0]!)).toBe(false);
    expect(place.claims()).toEqual({});
    expect(refs('evicted')).toEqual(['first']);
  });

  test('says who serves it, takes work back from a queue that is gone, and closes that', async () => {
    expect(await ann.server()).toBeUndefined();
    expect(await server.attendance.begin(60_000)).toBeUndefined();
    const sign = await ann.server();
    expect(sign).toMatchObject({ ttlMs: 60_000, isDead: false });
    expect(await server.attendance.renew(60_000)).toBe(true);
    expect((await ann.server())?.token).not.toBe(sign!.token);
    const second = await openQueueServer({ dir: place.clone('ann'), random: Math.random });
    const now = (await second.attendance.begin(60_000))!;
    expect(now.token).toBe((await ann.server())?.token);
    expect(await second.attendance.begin(60_000, now)).toBeUndefined();
    expect(await server.attendance.renew(60_000)).toBe(false);
    await server.attendance.end();
    const lease = await claim('first');
    const commit = place.work('ann', 'a.c', 'int a;\n');
    const added = await ann.add({ lease, id: 'first', commit, agent: 'ann' });
    const { candidate } = added as Extract<typeof added, { kind: 'queued' }>;
    const again = await ann.recall(candidate, lease);
    expect(again).toMatchObject({ task: 'first', holder: 'ann', ttlMs: 60_000 });
    expect(await ann.recall(candidate, lease)).toBeUndefined();
    expect(await (await place.hub('ann')).claims.own()).toEqual([again]);
    expect(refs('queue')).toEqual([]);
    expect(await ann.close(now)).toBe(false);
    expect(await ann.close((await ann.server())!)).toBe(true);
    expect(await ann.server()).toBeUndefined();
    // A process that is no more, on this machine.
    spawnSync(process.execPath, [ACTOR, place.clone('server'), 'attend', 'all']);
    expect(await ann.server()).toMatchObject({ isDead: true });
    expect(await server.attendance.begin(60_000)).toBeUndefined();
    await server.attendance.end();
    await second.close();
  });

  test('puts candidates on main one after the other, and says which do not apply to what', async () => {
    const own = await handIn('first', { 'shared.c': 'one\ntwo\nTHREE\n' });
    await handIn('second', { 'shared.c': 'ONE\ntwo\nthree\n', 'more.c': 'int more;\n' });
    await handIn('third', { 'shared.c': 'one\ntwo\n3\n' });
    await handIn('fourth', { 'shared.c': 'one\ntwo\nTHREE\n' });
    const { combination, waiting } = await combined();
    expect(combination.placed).toEqual([
      { id: 'first', commit: own, touched: ['shared.c'] },
      { id: 'second', commit: combination.commit, touched: ['more.c', 'shared.c'] },
    ]);
    expect(combination.conflicts).toEqual([{ id: 'third', paths: ['shared.c'], with: 'first' }]);
    expect(combination.empty).toEqual(['fourth']);
    const again = await openQueueServer({ dir: place.clone('server'), random: Math.random });
    expect(await again.combine(combination.base, waiting)).toEqual(combination);
    const checkout = await again.checkOut(combination.commit);
    expect(existsSync(join(checkout.path, 'more.c'))).toBe(true);
    await checkout.remove();
    await again.close();
    expect(await server.land(combination, waiting)).toEqual({ kind: 'landed' });
    expect(main()).toBe(combination.commit);
    expect(place.git('hub.git', 'log', '--format=%an: %s', 'main').split('\n').slice(0, 3)).toEqual([
      'ann: change more.c',
      'ann: change shared.c',
      'ann: change shared.c',
    ]);
    expect(place.git('hub.git', 'show', 'main:shared.c')).toBe('ONE\ntwo\nTHREE\n');
    expect(place.stored('second')).toMatchObject({
      state: 'landed',
      reason: combination.commit,
      touches: ['more.c', 'shared.c'],
      attempts: [{ agent: 'ann', outcome: 'landed' }],
    });
    expect(Object.keys(place.claims())).toEqual(['fourth', 'third']);
    expect(refs('queue')).toEqual(['fourth', 'third']);
  });

  test('makes one commit of work with merges, and drops signatures that no longer hold', async () => {
    await handIn('first', { 'a.c': 'int a;\n' });
    const lease = await claim('second');
    start();
    const base = main();
    place.work('ann', 'b.c', 'int b;\n');
    const left = place.git('ann', 'rev-parse', 'HEAD').trim();
    start();
    place.work('ann', 'c.c', 'int c;\n');
    place.git('ann', 'merge', '--quiet', '--no-ff', '-m', 'join b and c', left);
    const commit = place.git('ann', 'rev-parse', 'HEAD').trim();
    await ann.add({ lease, id: 'second', commit, agent: 'ann' });
    const signed = place
      .git('ann', 'cat-file', 'commit', base)
      .replace('\n\n', '\ngpgsig -----BEGIN\n x\n -----END\n\n');
    const odd = spawnSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: place.clone('ann'),
      input: signed.replace(
        /^tree .*$/m,
        `tree ${place.git('ann', 'rev-parse', `${left}^{tree}`).trim()}\nparent ${base}`,
      ),
      encoding: 'utf8',
    }).stdout.trim();
    await ann.add({ id: 'signed', commit: odd, agent: 'ann' });
    const lone = place.git('ann', 'commit-tree', '-m', 'another history', `${left}^{tree}`).trim();
    await ann.add({ id: 'lone', commit: lone, agent: 'ann' });
    const { combination, waiting } = await combined();
    expect(combination.placed.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(combination.empty).toEqual(['signed']);
    expect(combination.conflicts).toEqual([{ id: 'lone', paths: [] }]);
    const alone = await server.combine(
      combination.base,
      waiting.filter(({ id }) => id !== 'second'),
    );
    expect(
      place.git('server', '--git-dir', storeOf('server'), 'cat-file', 'commit', alone.commit),
    ).not.toContain('gpgsig');
    expect(await server.land(combination, waiting)).toEqual({ kind: 'landed' });
    expect(place.git('hub.git', 'log', '--format=%p|%s', '-1', 'main')).toMatch(
      /^[0-9a-f]+\|join b and c\n$/,
    );
  });
  const storeOf = (agent: string) =>
    place
      .git(agent, 'rev-parse', '--show-toplevel')
      .trim()
      .concat('/.swarm/', hubFolder(agent), '/store.git');
  const hubFolder = (agent: string) =>
    spawnSync('ls', [join(place.clone(agent), '.swarm')], { encoding: 'utf8' })
      .stdout.split('\n')
      .find((name) => name.startsWith('hub-'))!;

  test('moves main from nothing but what was combined, with nothing but who still waits', async () => {
    await handIn('first', { 'a.c': 'int a;\n' });
    await handIn('second', { 'b.c': 'int b;\n' });
    const early = await combined();
    start();
    const other = place.work('ann', 'other.c', 'int other;\n');
    place.git('ann', 'push', '--quiet', 'origin', 'HEAD:main');
    expect(await server.land(early.combination, early.waiting)).toEqual({ kind: 'moved' });
    expect(main()).toBe(other);
    const late = await combined();
    await ann.drop(late.waiting[1]!);
    expect(await server.land(late.combination, late.waiting)).toEqual({ kind: 'moved' });
    const last = await combined();
    const { store } = await place.hub('ann');
    const withdrawn = (await store.get('first'))!;
    await store.change(() => [{ task: { ...withdrawn, state: 'withdrawn' } }]);
    expect(await server.land(last.combination, last.waiting)).toEqual({ kind: 'moved' });
    expect(main()).toBe(other);
    expect(refs('queue')).toEqual(['first']);
  });

  test('gives back what it takes out: the task open, with the evidence, and the work kept', async () => {
    const commit = await handIn('first', { 'a.c': 'int a;\n' });
    const [candidate] = (await server.list()).waiting;
    const evidence = {
      outcome: 'rejected',
      note: 'test x failed 4 of 4 runs with it',
      tests: ['x'],
      touched: ['a.c'],
    } as const;
    expect(await server.evict(candidate!, evidence)).toBe(true);
    expect(await server.evict(candidate!, evidence)).toBe(false);
    expect(place.stored('first')).toMatchObject({
      state: 'open',
      attempts: [{ agent: 'ann', outcome: 'rejected', note: evidence.note, touched: ['a.c'] }],
    });
    expect([place.claims(), refs('queue')]).toEqual([{}, []]);
    expect(place.git('hub.git', 'rev-parse', 'refs/swarm/evicted/first^^').trim()).toBe(commit);
    expect((await ann.list()).evicted.get('first')).toMatchObject({
      candidate: candidate!.token,
      evidence: { ...evidence, with: [] },
    });
    // Handed in and taken out again, by a queue whose claim somebody took over meanwhile.
    await handIn('first', { 'a.c': 'int again;\n' });
    const [second] = (await server.list()).waiting;
    const taking = (await place.hub('ann')).claims;
    const [seen] = await taking.list();
    expect(await taking.takeOver(seen!, { task: 'first', holder: 'eve', ttlMs: 60_000 })).toMatchObject({
      kind: 'claimed',
    });
    expect(await server.evict(second!, evidence)).toBe(true);
    expect([Object.keys(place.claims()), refs('queue')]).toEqual([['first'], []]);
  });

  test('killed with -9 on the way to a landing or before any git command of it, has landed all or nothing', {
    timeout: 120_000,
  }, async () => {
    await handIn('first', { 'a.c': 'int a;\n' });
    await handIn('second', { 'b.c': 'int b;\n' });
    const before = main();
    // Of the commands that only read and put together, some; of the last ones, which land, each.
    for (let kill = 1; ; kill += kill < 20 ? 4 : 1) {
      const done = spawnSync(process.execPath, [ACTOR, place.clone('server'), 'queue', 'all', `${kill}`], {
        encoding: 'utf8',
      });
      const landed = main() !== before;
      expect(refs('queue')).toEqual(landed ? [] : ['first', 'second']);
      expect(Object.keys(place.claims())).toEqual(landed ? [] : ['first', 'second']);
      for (const task of ['first', 'second'])
        expect(place.stored(task).state).toBe(landed ? 'landed' : 'open');
      if (done.signal !== 'SIGKILL') {
        expect([done.stdout, landed]).toEqual(['{"kind":"landed"}\n', true]);
        expect(kill).toBeGreaterThan(10);
        break;
      }
    }
    // The next one sweeps what they left.
    await (await openQueueServer({ dir: place.clone('server'), random: Math.random })).close();
    await server.close();
    expect(place.leftovers('server')).toEqual([]);
  });
});
