import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { SwarmError, type TaskDraft } from '@swarm/core';
import { openHub } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';
import { type Workplace, workplace } from './workplace.ts';

const MINUTE = 60_000;
const NO_IDS = [
  '../up',
  'a/b',
  'a b',
  'A',
  '-x',
  '',
  'x.lock',
  'a\nb',
  '$(touch x)',
  '`x`',
  'é',
  'x'.repeat(65),
];

let place: Workplace;
beforeAll(async () => {
  place = await workplace('ann', 'bob');
  await place.addTasks('plain', 'branchy', 'nobodys', 'hooked');
});
afterAll(() => place.remove());

const problemOf = async (work: Promise<unknown>): Promise<Partial<SwarmError>> => {
  const error = await work.then(
    (value) => new Error(`no problem: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SwarmError)) throw error;
  expect(error.message).not.toMatch(/\n/);
  expect(error.hint).toBeTruthy();
  return { code: error.code, exit: error.exit };
};

describe('a hub that is none', () => {
  test.each([
    ['a remote that nobody has named', 'upstream', 'no-hub'],
    ['a folder that is not there', '/nonexistent/hub.git', 'no-hub'],
    ['a port that nobody listens on', 'git://127.0.0.1:1/hub.git', 'hub-unreachable'],
  ])('is told: %s', async (_, remote, code) => {
    const hub = await place.hub('ann', { remote });
    expect(await problemOf(hub.store.list())).toEqual({ code, exit: 3 });
    expect(await problemOf(hub.claims.claim({ task: 'plain', holder: 'ann', ttlMs: MINUTE }))).toEqual({
      code,
      exit: 3,
    });
  });

  test('is told when it takes a call and says nothing', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    try {
      await new Promise((done) => server.once('listening', done));
      const { port } = server.address() as { port: number };
      const hub = await place.hub('ann', { remote: `git://127.0.0.1:${port}/hub.git`, silenceMs: 300 });
      expect(await problemOf(hub.store.list())).toEqual({ code: 'hub-unreachable', exit: 3 });
    } finally {
      server.close();
    }
  });

  test('is told when an ssh waits for ever, however long that goes on living', async () => {
    place.write('ssh-waits', '#!/bin/sh\nexec sleep 30\n');
    const env = { ...process.env, GIT_SSH: join(place.dir, 'ssh-waits'), GIT_SSH_VARIANT: 'simple' };
    const hub = await place.hub('ann', { remote: 'ssh://localhost/hub.git', silenceMs: 300, env });
    expect(await problemOf(hub.store.list())).toEqual({ code: 'hub-unreachable', exit: 3 });
  });

  test('is told for a folder that is no work tree', async () => {
    const folder = project();
    expect(await problemOf(openHub({ dir: folder.dir, random: Math.random }))).toEqual({
      code: 'no-repository',
      exit: 3,
    });
    expect(await problemOf(openHub({ dir: folder.path('gone'), random: Math.random }))).toMatchObject({
      exit: 3,
    });
    folder.remove();
  });
});

describe('a hub that refuses our refs', () => {
  test('is told, and takes branches instead', async () => {
    const hook = join('hub.git', 'hooks', 'update');
    place.write(
      hook,
      '#!/bin/sh\ncase $1 in refs/heads/*) exit 0;; esac\necho "no such refs here" >&2\nexit 1\n',
    );
    const refused = await place.hub('ann');
    const request = { task: 'plain', holder: 'ann', ttlMs: MINUTE };
    expect(await problemOf(refused.claims.claim(request))).toEqual({ code: 'namespace-refused', exit: 3 });
    expect(await problemOf(refused.store.change((tasks) => [{ task: tasks[0]! }]))).toEqual({
      code: 'namespace-refused',
      exit: 3,
    });
    const hub = await place.hub('ann', { namespace: 'swarm' });
    const task = (await refused.store.get('branchy'))!;
    await hub.store.change(() => [{ task }]);
    expect(await hub.claims.claim({ ...request, task: 'branchy' })).toMatchObject({ kind: 'claimed' });
    expect(place.git('hub.git', 'branch', '--format=%(refname:short)').split('\n')).toContain(
      'swarm/claims/branchy',
    );
    place.write(hook, '#!/bin/sh\nexit 0\n');
  });

  test.each(['refs/heads', '../x', 'refs/x/../y', 'a b', 'refs/swarm:x', '-x', ''])(
    'is not asked for %j',
    async (namespace) => {
      expect(await problemOf(place.hub('ann', { namespace }))).toEqual({ code: 'bad-namespace', exit: 2 });
    },
  );
});

describe('a machine of nobody', () => {
  test('claims, syncs and lands without a name, and whatever git variables are set', async () => {
    place.git('.', 'clone', '--quiet', 'hub.git', 'nobody');
    place.work('bob', 'bobs.txt', 'b');
    place.git('bob', 'push', '--quiet', 'origin', 'HEAD:main');
    place.git(
      'nobody',
      '-c',
      'user.name=x',
      '-c',
      'user.email=x@x',
      'commit',
      '--allow-empty',
      '-qm',
      'work',
    );
    const env = {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_DIR: '/nonexistent',
      GIT_INDEX_FILE: '/nonexistent',
      GIT_NAMESPACE: 'other',
      GIT_AUTHOR_DATE: 'garbage',
      EDITOR: 'false',
    };
    const hub = await place.hub('nobody', { env });
    const claimed = await hub.claims.claim({ task: 'nobodys', holder: 'nobody', ttlMs: MINUTE });
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    expect(await hub.sync()).toMatchObject({ kind: 'synced', rebased: 1 });
    expect(await hub.land({ lease: claimed.lease, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
  });
});

describe('a sync', () => {
  test('tells a conflict and leaves everything as it was', async () => {
    const ann = await place.hub('ann');
    await ann.sync();
    await (await place.hub('bob')).sync();
    place.work('bob', 'same.txt', 'his\n');
    place.git('bob', 'push', '--quiet', 'origin', 'HEAD:main');
    const mine = place.work('ann', 'same.txt', 'hers\n');
    expect(await ann.sync()).toMatchObject({ kind: 'conflict', commit: mine, paths: ['same.txt'] });
    expect(place.git('ann', 'rev-parse', 'HEAD').trim()).toBe(mine);
    expect(place.git('ann', 'status', '--porcelain')).toBe('');
    place.git('ann', 'reset', '--quiet', '--hard', 'HEAD~1');
  });

  test('refuses a dirty tree, and files that are in the way', async () => {
    const ann = await place.hub('ann');
    place.write('ann/same.txt', 'untracked\n');
    expect(await ann.sync()).toEqual({
      kind: 'refused',
      reason: 'an untracked file is in the way: same.txt',
    });
    place.git('ann', 'add', 'same.txt');
    expect(await ann.sync()).toEqual({ kind: 'refused', reason: 'there are uncommitted changes: same.txt' });
    place.git('ann', 'reset', '--quiet', '--hard');
  });
});

describe('names', () => {
  test('that are no ids are refused before anything is asked or written', async () => {
    const files = readdirSync(place.dir);
    const [hub, bad] = [await place.hub('ann'), { code: 'bad-task-id', exit: 2 }];
    for (const task of NO_IDS) {
      expect(await problemOf(hub.claims.claim({ task, holder: 'ann', ttlMs: MINUTE }))).toEqual(bad);
      expect(await problemOf(hub.store.get(task))).toEqual(bad);
    }
    for (const id of NO_IDS.slice(0, 2))
      expect(await problemOf(place.addTasks({ id, title: 'x' }))).toEqual(bad);
    expect(readdirSync(place.dir)).toEqual(files);
  });

  test('that are no attachments are refused', async () => {
    const { store } = await place.hub('ann');
    const task = (await store.get('plain'))!;
    for (const name of ['../up', '/etc/x', '.git/config', 'a/../../b', 'a\nb', '', 'a//b', 'x.lock']) {
      const change = store.change(() => [{ task, attachments: [{ name, bytes: Buffer.from('x') }] }]);
      expect(await problemOf(change)).toEqual({ code: 'bad-attachment-name', exit: 2 });
    }
  });

  test('of tasks nobody knows are nothing to claim', async () => {
    const hub = await place.hub('ann');
    expect(await hub.claims.claim({ task: 'unknown', holder: 'ann', ttlMs: MINUTE })).toEqual({
      kind: 'gone',
    });
    expect(await hub.store.get('unknown')).toBeUndefined();
    expect(await hub.store.attachment('plain', '../../HEAD')).toBeUndefined();
  });

  test('a title of two lines is refused; text of any kind is kept as it is and never run', async () => {
    expect(await problemOf(place.addTasks({ id: 'two-lines', title: 'a\nb' }))).toEqual({
      code: 'bad-task',
      exit: 2,
    });
    const hostile = `$(touch ran) \`touch ran\` ; touch ran \u0000 \u001b[31m 'x' "y" \\ ..\n\tM 100644 inline x\ndone\n`;
    const draft: TaskDraft = {
      id: 'hostile',
      title: '$(touch ran); `x`',
      body: hostile,
      verify: 'touch ran',
      origin: hostile,
    };
    await place.addTasks(draft);
    const hub = await place.hub('bob');
    expect(await hub.store.get('hostile')).toMatchObject(draft);
    const holder = '$(touch ran)\n"; touch ran';
    expect(await hub.claims.claim({ task: 'hostile', holder, ttlMs: MINUTE })).toMatchObject({
      kind: 'claimed',
    });
    expect((await hub.claims.list()).find(({ task }) => task === 'hostile')?.holder).toBe(holder);
    for (const where of ['.', 'ann', 'bob', 'hub.git'])
      expect(existsSync(join(place.dir, where, 'ran'))).toBe(false);
  });
});

test('files in the store that are no tasks are told and left alone', async () => {
  place.git('.', 'clone', '--quiet', 'hub.git', 'vandal');
  place.git('vandal', 'fetch', '--quiet', 'origin', 'refs/swarm/tasks');
  place.git('vandal', 'checkout', '--quiet', 'FETCH_HEAD');
  const shard = (id: string) =>
    readdirSync(place.clone('vandal')).find((it) =>
      existsSync(join(place.clone('vandal'), it, `${id}.json`)),
    )!;
  const [one, two] = [`${shard('plain')}/plain.json`, `${shard('hooked')}/hooked.json`];
  place.work('vandal', one, '{"schema":"swarm.task/1","id":"plain","title":7}');
  place.work('vandal', two, Buffer.from([0xff, 0xfe, 0x00]).toString('latin1'));
  place.work('vandal', 'README', 'hello');
  place.work('vandal', 'zz/other.json', '{}');
  place.git('vandal', 'push', '--quiet', 'origin', 'HEAD:refs/swarm/tasks');
  const hub = await place.hub('ann');
  const view = await hub.store.view();
  expect(view.broken.map(({ file }) => file).sort()).toEqual([one, two].sort());
  expect(view.broken.find(({ file }) => file === one)?.reason).toBe('`title` is not what it must be');
  expect(await hub.claims.claim({ task: 'plain', holder: 'ann', ttlMs: MINUTE })).toEqual({ kind: 'gone' });
  await place.addTasks('afterwards');
  expect((await hub.store.list()).map(({ id }) => id)).toContain('afterwards');
  expect(place.git('hub.git', 'show', 'refs/swarm/tasks:README')).toBe('hello');
});
