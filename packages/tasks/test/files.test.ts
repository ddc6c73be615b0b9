// Tasks and claims as files on the branch: through the same interface, beside agents that only know files.

import { setTimeout as sleep } from 'node:timers/promises';
import { addTasks, type Lease, moveTask } from '@swarm/core';
import { type ClaimResult, type Hub, openFilesHub } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from './workplace.ts';

const MINUTE = 60_000;

let place: Workplace;
beforeAll(async () => {
  place = await workplace('ann', 'bob', 'hand');
});
afterAll(() => place.remove());

const hubOf = (agent: string, ttlMs = MINUTE): Promise<Hub> =>
  openFilesHub({ dir: place.clone(agent), random: Math.random, ttlMs });
const add = async (...ids: string[]): Promise<void> =>
  (await hubOf('ann')).store.change((tasks) =>
    addTasks(
      tasks,
      ids.map((id) => ({ draft: { id, title: `Do ${id}`, body: '- [ ] a box' } })),
    ),
  );
const leaseOf = (result: ClaimResult): Lease => {
  if (result.kind !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(result)}`);
  return result.lease;
};
const take = async (agent: string, task: string, ttlMs = MINUTE): Promise<Lease> =>
  leaseOf(await (await hubOf(agent)).claims.claim({ task, holder: agent, ttlMs }));
const onMain = (path: string): string => place.git('hub.git', 'show', `main:${path}`);
const names = (folder: string): string[] =>
  place
    .git('hub.git', 'ls-tree', '--name-only', 'main', `${folder}/`)
    .trim()
    .split('\n')
    .filter((it) => it !== '');
/** What an agent does that only knows files: change, commit, push. */
const byHand = (message: string, change: () => void): void => {
  place.git('hand', 'pull', '--quiet', '--rebase');
  change();
  place.git('hand', 'add', '--all');
  place.git('hand', 'commit', '--quiet', '-m', message);
  place.git('hand', 'push', '--quiet', 'origin', 'HEAD:main');
};

describe('tasks in files', () => {
  test('are stored, changed and read with all that they say, and with their files', async () => {
    const { store } = await hubOf('ann');
    const bytes = Buffer.from([0, 255, 10]);
    await store.change((tasks) =>
      addTasks(tasks, [
        {
          draft: {
            id: 'whole',
            title: 'A <b> title',
            body: 'Text\n\n- [ ] box',
            needs: ['other'],
            priority: -1,
          },
          attachments: [{ name: 'case/a.bin', bytes }],
        },
      ]),
    );
    const bob = (await hubOf('bob')).store;
    const task = (await bob.get('whole'))!;
    expect(task).toMatchObject({
      title: 'A <b> title',
      body: 'Text\n\n- [ ] box',
      needs: ['other'],
      priority: -1,
    });
    expect(task.attachments).toEqual(['case/a.bin']);
    expect(Buffer.from((await bob.attachment('whole', 'case/a.bin'))!)).toEqual(bytes);
    await bob.change(() => [{ task: moveTask(task, 'withdrawn', 'no') }]);
    expect(await store.get('whole')).toEqual({ ...task, state: 'withdrawn', reason: 'no' });
    const before = place.git('hub.git', 'rev-parse', 'main');
    await bob.change((tasks) => tasks.map((it) => ({ task: it })));
    expect(place.git('hub.git', 'rev-parse', 'main')).toBe(before);
  });

  test('may be written by hand, in any words; what is no text is told', async () => {
    byHand('Add tasks', () => {
      place.write('hand/tasks/Parse_Unions.md', '# Parse unions\n\nThey crash.\n');
      place.write('hand/tasks/boxed.md', '- [x] Was done\n');
      place.write('hand/tasks/README.md', 'How we work\n');
      place.write('hand/tasks/noise.md', 'a\0b');
    });
    const { tasks, broken } = await (await hubOf('ann')).store.view();
    const [boxed, parse] = ['boxed', 'parse-unions'].map((id) => tasks.find((it) => it.id === id));
    expect(parse).toMatchObject({
      title: 'Parse unions',
      state: 'open',
      body: '# Parse unions\n\nThey crash.',
    });
    expect(boxed).toMatchObject({ title: 'Was done', state: 'landed' });
    expect(broken).toEqual([{ file: 'tasks/noise.md', reason: 'it is no text' }]);
  });
});

describe('claims in files', () => {
  test('are one readable file each, held against everyone, until released', async () => {
    await add('simple');
    const lease = await take('ann', 'simple');
    expect(onMain('current_tasks/simple.txt')).toMatch(/^Do simple\nheld by: ann\nclaim: \{/);
    const bob = await hubOf('bob');
    expect(await bob.claims.claim({ task: 'simple', holder: 'bob', ttlMs: MINUTE })).toMatchObject({
      kind: 'held',
      by: { holder: 'ann', expired: false },
    });
    const ann = await hubOf('ann');
    expect(await ann.claims.own()).toEqual([lease]);
    const renewed = await ann.claims.renew(lease);
    expect(await ann.claims.release(lease)).toEqual({ kind: 'lost' });
    const { lease: second } = renewed as { lease: Lease };
    const attempt = { agent: 'ann', outcome: 'released', note: 'hard' };
    const becomes = { state: 'blocked', reason: 'hard' } as const;
    expect(await ann.claims.release(second, { attempt, becomes })).toEqual({ kind: 'released' });
    expect(names('current_tasks')).toEqual([]);
    expect(await bob.store.get('simple')).toMatchObject({ state: 'blocked', attempts: [attempt] });
  });

  test('by hand count, and may be taken over when nothing has happened for their time', async () => {
    byHand('Take it', () => place.write('hand/current_tasks/Parse_Unions.txt', 'on it\n'));
    const bob = await hubOf('bob', 1000);
    const request = { task: 'parse-unions', holder: 'bob', ttlMs: MINUTE };
    expect(await bob.claims.claim(request)).toMatchObject({ kind: 'held', by: { holder: 'hand' } });
    byHand('Give it back', () => place.git('hand', 'rm', '--quiet', 'current_tasks/Parse_Unions.txt'));
    byHand('Take it again', () => place.write('hand/current_tasks/Parse_Unions.txt', 'on it\n'));
    await sleep(1050);
    expect(await bob.claims.claim(request)).toMatchObject({ kind: 'held' });
    await sleep(1050);
    expect(await bob.claims.claim(request)).toMatchObject({ kind: 'claimed', instead: { holder: 'hand' } });
    expect(names('current_tasks')).toEqual(['current_tasks/parse-unions.txt']);
    const [lease] = await bob.claims.own();
    expect(await bob.claims.release(lease!)).toEqual({ kind: 'released' });
  });

  test('without a task are shown as one, and end when their file does', async () => {
    byHand('Begin', () => place.write('hand/current_tasks/own idea.txt', 'An idea\nof my own\n'));
    const ann = await hubOf('ann');
    const look = await ann.look();
    expect(look.tasks.find(({ id }) => id === 'own-idea')).toMatchObject({ title: 'An idea', state: 'open' });
    expect(look.claims.map(({ task, holder }) => [task, holder])).toEqual([['own-idea', 'hand']]);
    byHand('End', () => place.git('hand', 'rm', '--quiet', 'current_tasks/own idea.txt'));
    expect(await ann.store.get('own-idea')).toBeUndefined();
    expect(await ann.claims.list()).toEqual([]);
  });

  test('are never two on one task, however many want them at once', async () => {
    const ids = ['m1', 'm2', 'm3', 'm4'];
    await add(...ids);
    const hubs = await Promise.all(['ann', 'bob', 'hand'].map((agent) => hubOf(agent)));
    const results = await Promise.all(
      hubs.flatMap(({ claims }, i) =>
        ids.map((task) => claims.claim({ task, holder: `agent-${i}`, ttlMs: MINUTE })),
      ),
    );
    const held = results.flatMap((result) => (result.kind === 'claimed' ? [result.lease] : []));
    expect(held.map(({ task }) => task).sort()).toEqual(ids);
    expect(names('current_tasks')).toEqual(ids.map((id) => `current_tasks/${id}.txt`));
    const own = await Promise.all(hubs.map(({ claims }) => claims.own()));
    expect(own.flat()).toHaveLength(4);
    for (const [i, leases] of own.entries())
      for (const lease of leases) expect(await hubs[i]!.claims.release(lease)).toEqual({ kind: 'released' });
  });
});

describe('landing in files', () => {
  test('puts the work and the end of the claim on the branch, both or neither', async () => {
    await add('landed');
    const lease = await take('ann', 'landed');
    const ann = await hubOf('ann');
    place.work('ann', 'src/a.c', 'int a;\n');
    expect(await ann.land({ lease, commit: 'HEAD' })).toMatchObject({ kind: 'base-moved' });
    expect(await ann.sync()).toMatchObject({ kind: 'synced', rebased: 1 });
    // What was fetched is in the working repository itself, not only in our own.
    expect(place.git('ann', 'fsck', '--connectivity-only')).toBe('');
    const work = place.git('ann', 'rev-parse', 'HEAD').trim();
    expect(await ann.land({ lease, commit: 'HEAD', note: 'well' })).toEqual({ kind: 'landed', commit: work });
    expect(place.git('hub.git', 'log', '-2', '--format=%s', 'main')).toBe('Finish landed\nchange src/a.c\n');
    expect(names('current_tasks')).toEqual([]);
    expect(onMain('tasks/landed.md')).toMatch(/^# landed\n\n- \[x\] Do landed <!-- swarm /);
    expect(await ann.store.get('landed')).toMatchObject({
      state: 'landed',
      reason: work,
      touches: ['src/a.c'],
    });
  });

  test('moves nothing for who has lost the claim', async () => {
    await add('lost');
    const lease = await take('ann', 'lost');
    const bob = await hubOf('bob');
    const seen = (await bob.claims.list()).find(({ task }) => task === 'lost')!;
    expect(await bob.claims.takeOver(seen, { task: 'lost', holder: 'bob', ttlMs: MINUTE })).toMatchObject({
      kind: 'claimed',
    });
    const ann = await hubOf('ann');
    place.git('ann', 'pull', '--quiet', '--rebase', 'origin', 'main');
    place.work('ann', 'src/b.c', 'int b;\n');
    const before = place.git('hub.git', 'rev-parse', 'main');
    expect(await ann.land({ lease, commit: 'HEAD' })).toEqual({ kind: 'lease-lost' });
    expect(await ann.claims.renew(lease)).toEqual({ kind: 'lost' });
    expect(place.git('hub.git', 'rev-parse', 'main')).toBe(before);
    expect(place.leftovers('ann')).toEqual([]);
  });

  test('works from a shallow clone', async () => {
    await add('shallow');
    place.git('.', 'clone', '--quiet', '--depth', '1', `file://${place.hubDir}`, 'cem');
    place.git('cem', 'config', 'user.name', 'cem');
    place.git('cem', 'config', 'user.email', 'cem@x');
    const lease = await take('cem', 'shallow');
    const cem = await hubOf('cem');
    expect(await cem.sync()).toMatchObject({ kind: 'synced' });
    const commit = place.work('cem', 'src/c.c', 'int c;\n');
    expect(await cem.land({ lease, commit: 'HEAD' })).toEqual({ kind: 'landed', commit });
  });
});
