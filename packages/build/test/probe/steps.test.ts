// Archives, edits and several links: only what is downstream of a change runs again, and it comes out the same as in a build
// from scratch.

import { execFileSync } from 'node:child_process';
import { Cancellation } from '@swarm/core';
import { expect, test } from 'vitest';
import { StepGraph } from '../../src/probe/graph.js';
import { archive, callee, callers, link, outcome, probe, project, session, which } from './project.js';

const files = {
  'main.c': callers('b', 'c', 'd'),
  'b.c': callee('b', 1),
  'c.c': callee('c', 2),
  'd.c': callee('d', 3),
  expected: '1\n2\n3\n',
};

test('archives are made anew with the chosen objects', async () => {
  const of = project({
    files,
    steps: (path, [main, b, c, d]) => [
      archive(path('.'), path('libx.a'), [b!, c!]),
      archive(path('.'), path('liby.a'), [d!], 'rcT'),
      link(path('.'), path('prog'), [main!, path('libx.a'), path('liby.a')]),
    ],
  });
  const opened = await session(of, {
    target: of.compiler('cc', { 'c.c': '-DBUG', 'd.c': '-DBUG' }),
    expectStdout: of.path('expected'),
    jobs: 1,
  });
  expect((await opened.baseline()).differing).toEqual([]);
  expect(await outcome(opened, 'c.c')).toMatchObject({ detail: 'line 2: expected "2", got "102"' });
  expect(await outcome(opened, 'd.c')).toMatchObject({ detail: 'line 3: expected "3", got "103"' });
  expect(await outcome(opened, 'b.c')).toEqual({ kind: 'pass' });
});

test('an archive filled in two goes and a program stripped afterwards', async () => {
  const of = project({
    files,
    steps: (path, [main, b, c, d]) => [
      archive(path('.'), path('lib.a'), [b!, c!]),
      archive(path('.'), path('lib.a'), [d!], 'r'),
      link(path('.'), path('prog'), [main!, path('lib.a')]),
      {
        kind: 'edit',
        program: which('strip'),
        arguments: ['prog'],
        cwd: path('.'),
        inputs: [path('prog')],
        outputs: [path('prog')],
      },
    ],
  });
  const graph = new StepGraph(
    of.plan.units.map((unit) => unit.object),
    of.plan.steps,
  );
  expect(graph.downstream([3]).steps).toEqual([0, 1, 2, 3]);
  expect(graph.downstream([0]).steps).toEqual([2, 3]);
  const opened = await session(of, {
    target: of.compiler('cc', { 'd.c': '-DBUG' }),
    expectStdout: of.path('expected'),
    jobs: 1,
  });
  expect((await opened.baseline()).differing).toEqual([]);
  expect(await outcome(opened, 'd.c')).toMatchObject({ failure: 'wrong-output' });
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  expect(await outcome(opened)).toEqual({ kind: 'pass' });
});

test('a step that rewrites objects in place starts from the pristine ones', async () => {
  const of = project({
    files: { ...files, 'main.c': callers('x_b', 'c', 'd') },
    steps: (path, objects) => [
      {
        kind: 'edit',
        program: which('objcopy'),
        arguments: ['--prefix-symbols=x_', 'b.o'],
        cwd: path('.'),
        inputs: [path('b.o')],
        outputs: [path('b.o')],
      },
      link(path('.'), path('prog'), objects),
    ],
  });
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    expectStdout: of.path('expected'),
    jobs: 1,
  });
  for (let i = 0; i < 2; i++) {
    expect(await outcome(opened, 'b.c')).toMatchObject({ detail: 'line 1: expected "1", got "101"' });
    expect(await outcome(opened, 'c.c')).toEqual({ kind: 'pass' });
    expect(await outcome(opened)).toEqual({ kind: 'pass' });
  }
});

test('what does not link is a failure of its own, found without running', async () => {
  const of = project({
    files: { ...files, witness: '' },
  });
  const target = of.compiler('cc', { 'c.c': '-Dc=other', 'd.c': '-DBUG' });
  const opened = await session(of, { target, test: 'echo ran >>../ran; ./prog' });
  const linked = await opened.linkProber(probe(opened, 'd.c', 'b.c'), new Cancellation());
  expect(linked.outcome).toEqual({ kind: 'pass' });
  const broken = await opened.linkProber(probe(opened, 'c.c', 'd.c'), new Cancellation());
  expect(broken.outcome).toMatchObject({
    kind: 'fail',
    failure: 'link',
    detail: expect.stringContaining('undefined reference'),
  });
  expect(opened.stats.seconds.test).toBe(0);
  const rest = opened.scope(['c.c']);
  expect(rest.units.map((unit) => unit.id)).not.toContain('c.c');
  expect(
    (await rest.linkProber(probe(rest, ...rest.units.map((unit) => unit.id)), new Cancellation())).outcome
      .kind,
  ).toBe('pass');
  expect(await outcome(opened, 'c.c')).toMatchObject({ failure: 'link' });
});

test('a link command takes the place of steps', async () => {
  const of = project({ files });
  const plan = { ...of.plan, steps: [], products: [] };
  const opened = await session(
    { ...of, plan },
    {
      target: of.compiler('cc', { 'c.c': '-DBUG' }),
      expectStdout: of.path('expected'),
      link: { line: 'ar rc all.a b.o c.o d.o && gcc -o prog main.o all.a', dir: of.root },
      jobs: 1,
    },
  );
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'c.c')).toMatchObject({ failure: 'wrong-output' });
  expect(await outcome(opened)).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'c.c', 'd.c')).toMatchObject({ failure: 'wrong-output' });
});

test('paths with spaces, quotes and unicode', async () => {
  const of = project({
    folder: `it's "a" $tree \u00e9\u4e2d`,
    files: {
      'main.c': callers('b'),
      "sub dir/b's.c": callee('b', 1),
      'expected out': '1\n',
    },
  });
  const opened = await session(of, {
    target: of.compiler("the 'cc", { "b's.c": '-DBUG' }),
    expectStdout: of.path('expected out'),
  });
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
  expect(await outcome(opened, "sub dir/b's.c")).toMatchObject({ failure: 'wrong-output' });
});

test('identical link outputs are tested once', async () => {
  const of = project({
    files: { ...files, 'unused.c': callee('unused', 1) },
    steps: (path, [main, b, c, d, unused]) => [
      archive(path('.'), path('lib.a'), [b!, c!, d!, unused!]),
      link(path('.'), path('prog'), [main!, path('lib.a')], '-s'),
    ],
  });
  const opened = await session(of, { target: of.compiler('cc', {}), test: './prog' });
  await opened.baseline();
  const answer = await opened.prober(probe(opened, 'unused.c'), new Cancellation());
  expect(answer).toMatchObject({ outcome: { kind: 'pass' }, reused: true });
  expect(opened.stats.reused).toBe(1);
  expect(execFileSync('ls', [of.root], { encoding: 'utf8' })).toContain('prog');
});
