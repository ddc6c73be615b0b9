// What can be wrong, as a user meets it: one line that says what and where, what to do next, an exit status, and no harm done.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Fleet, fleet } from '../kit/fleet.ts';
import { project } from '../kit/folder.ts';
import { swarm } from '../kit/swarm.ts';

const HOSTILE = 'up\n\u001b[2Jto $(touch pwned) `id` "; rm -rf . ../../etc \u202egnp';

let place: Fleet;
beforeAll(async () => {
  place = await fleet(['ann', 'bob'], { 'a.txt': 'x\n' });
  await place.addTasks('parse-unions', 'parse-enums', 'print');
});
afterAll(() => place.remove());

describe('an id', () => {
  test.each([
    ['unknown', 'pritn', /^ERROR task "pritn": there is none\n {2}next: did you mean print\?\n$/],
    [
      'ambiguous',
      'parse',
      /^ERROR task "parse": begins 2 ids: parse-enums, parse-unions\n {2}next: give more of the id\n$/,
    ],
    ['with a way out', '../../HEAD', /^ERROR task "..\/..\/HEAD": there is none\n/],
    ['of shell', '$(touch pwned)', /^ERROR task "\$\(touch pwned\)": there is none\n/],
    ['of many lines', 'a\nb', /^ERROR task "a\\nb": there is none\n/],
  ])('that is %s is told in one line', async (_, id, line) => {
    expect(await place.said('ann', 2, 'task', 'show', id)).toMatch(line);
  });

  test('is refused when it is given for a new task and is none, or taken', async () => {
    expect(await place.said('ann', 2, 'task', 'add', 'x', '--id', '../x')).toMatch(
      /^ERROR --id "\.\.\/x": not an id\n/,
    );
    expect(await place.said('ann', 2, 'task', 'add', 'x', '--id', 'print')).toMatch(
      /^ERROR task print: there is one of that id\n/,
    );
    expect(await place.said('ann', 2, 'task', 'add', ' \n ')).toMatch(/^ERROR title: is empty\n/);
  });
});

test('a hostile title is stored as one line, shown safely, and never run', async () => {
  const added = await place.said(
    'ann',
    0,
    'task',
    'add',
    HOSTILE,
    '--body',
    `${HOSTILE}\n${'long '.repeat(2000)}`,
  );
  expect(added).toMatch(/^ADDED up-[a-z0-9-]+: up /);
  const id = /^ADDED (\S+):/.exec(added)![1]!;
  expect(await place.said('bob', 0, 'task', 'list')).toContain(id);
  expect(await place.said('bob', 0, 'task', 'show', id)).not.toContain('\u202e');
  expect(await place.said('bob', 0, 'task', 'claim', id)).toMatch(/^CLAIMED /);
  expect(await place.said('bob', 0, 'task', 'release', '--note', HOSTILE)).toMatch(/^RELEASED /);
  for (const agent of ['ann', 'bob']) expect(existsSync(join(place.clone(agent), 'pwned'))).toBe(false);
});

test('a list of many tasks stays short, and says how to see the rest', async () => {
  await place.addTasks(
    ...Array.from({ length: 30 }, (_, i) => ({ id: `many-${i}`, title: `Much to do ${'x'.repeat(300)}` })),
  );
  expect(await place.said('ann', 0, 'task', 'list', '--text', 'many-')).toMatch(
    /; 30 match; 21 not shown: --limit 30\n$/,
  );
  const all = await place.as('ann', ['task', 'list', '--text', 'many-', '--limit', '30']);
  expect(all.stdout.split('\n')).toHaveLength(32);
});

describe('a place', () => {
  test('that is no repository, or has no hub, or an empty one, is told', async () => {
    const folder = project();
    const outside = await swarm(['task', 'list'], { cwd: folder.dir });
    expect([outside.code, outside.stderr]).toEqual([
      3,
      expect.stringMatching(/^ERROR git in .*: the folder is no working tree of git/),
    ]);
    expect(await place.said('ann', 3, 'task', 'list', '--remote', 'nowhere')).toMatch(
      /^ERROR hub nowhere: there is no hub at the remote/,
    );
    await swarm(['hub', 'init', 'empty.git'], { cwd: place.dir });
    expect(await place.said('ann', 3, 'sync', '--remote', '../empty.git')).toMatch(
      /^ERROR hub \.\.\/empty\.git: the hub has no such branch/,
    );
    const problem = await place.as('ann', ['task', 'list', '--remote', 'nowhere', '--json']);
    expect(documentOf(problem, 'swarm.error/1')).toMatchObject({ code: 'no-hub', exit: 3 });
  });

  test('whose hub refuses the refs is told what to set; a branch prefix then works', async () => {
    const hook = '#!/bin/sh\ncase $1 in refs/heads/*) exit 0;; esac\necho "only branches here" >&2\nexit 1\n';
    place.write('hub.git/hooks/update', hook);
    expect(await place.said('ann', 3, 'task', 'claim', 'print')).toMatch(
      /^ERROR hub origin: it refuses refs\/swarm\/claims\/print: only branches here.*\n {2}next: set `tasks\.namespace`/,
    );
    place.write('ann/swarm.config.yaml', 'tasks: {namespace: swarm}\n');
    expect(await place.said('ann', 0, 'task', 'add', 'On a branch')).toBe('ADDED on-a-branch: On a branch\n');
    expect(await place.said('ann', 0, 'task', 'claim')).toMatch(/^CLAIMED on-a-branch/);
    place.write('ann/swarm.config.yaml', 'tasks: {namespace: "../x", stoer: refs}\n');
    expect(await place.said('ann', 2, 'task', 'list')).toMatch(/unknown key `stoer`: did you mean `store`\?/);
    place.write('ann/swarm.config.yaml', '\n');
    place.write('hub.git/hooks/update', '#!/bin/sh\nexit 0\n');
  });

  test('without an identity, with a detached head, or cloned shallow, can work and land', async () => {
    place.git('.', 'clone', '--quiet', '--depth', '1', `file://${place.hubDir}`, 'cem');
    place.git('cem', 'checkout', '--quiet', '--detach');
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', SWARM_AGENT: 'cem' };
    expect((await place.as('cem', ['task', 'claim', 'print'], { env })).code).toBe(0);
    writeFileSync(join(place.clone('cem'), 'b.txt'), 'x\n');
    place.git('cem', 'add', 'b.txt');
    place.git('cem', '-c', 'user.name=c', '-c', 'user.email=c@x', 'commit', '--quiet', '-m', 'b');
    place.work('bob', 'c.txt', 'x\n');
    place.git('bob', 'push', '--quiet', 'origin', 'HEAD:main');
    const landed = await place.as('cem', ['land', '--json'], { env });
    expect(documentOf(landed, 'swarm.land/1')).toMatchObject({ task: 'print', rebases: 1 });
  });

  test('with a rebase under way is left alone', async () => {
    mkdirSync(join(place.clone('ann'), '.git', 'rebase-merge'));
    expect(await place.said('ann', 1, 'sync')).toMatch(/^ERROR sync: a rebase is under way\n/);
  });
});

test('garbage in the store is told, and left alone', async () => {
  const folder = createHash('sha1').update('bad').digest('hex').slice(0, 2);
  const stream = `commit refs/swarm/tasks
committer x <x@x> 0 +0000
data 1
x
from refs/swarm/tasks^0
M 100644 inline ${folder}/bad.json
data 9
{"a": \u001b[
`;
  execFileSync('git', ['fast-import', '--quiet'], { cwd: place.hubDir, input: stream });
  expect(await place.said('bob', 0, 'task', 'list')).toMatch(
    new RegExp(
      `^note: 1 file in the store can't be read as tasks: ${folder}/bad\\.json: it is no JSON$`,
      'm',
    ),
  );
  expect(await place.said('bob', 2, 'task', 'show', 'bad')).toMatch(/^ERROR task "bad": there is none\n/);
  await place.said('bob', 0, 'task', 'add', 'After the garbage');
  expect(place.git('hub.git', 'show', `refs/swarm/tasks:${folder}/bad.json`)).toContain('{"a": ');
});
