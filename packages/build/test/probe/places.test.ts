// Absolute paths: in commands, in programs and in tests they mean the probe's copy wherever a mount view can be had.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { canUseViews } from '@swarm/host';
import { expect, test } from 'vitest';
import { movedPlace } from '../../src/probe/place.js';
import { callee, callers, outcome, project, session, which } from './project.js';

const absolute = () =>
  project({
    files: { 'main.c': callers('b'), 'b.c': callee('b', 1), 'expected file': '1\n', 'data.txt': 'data\n' },
    steps: (path, objects) => [
      {
        kind: 'link',
        program: which('gcc'),
        arguments: ['-o', path('prog'), ...objects, `-Wl,-rpath,${path('lib')}`, `-L${path('.')}`],
        cwd: path('.'),
        inputs: objects,
        outputs: [path('prog')],
      },
    ],
  });

test('a test that names the tree by its absolute path sees the probe', async (context) => {
  if (!(await canUseViews())) context.skip('no mount views on this machine');
  const of = absolute();
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    test: `${of.path('prog')} | cmp - '${of.path('expected file')}' && echo changed >'${of.path('data.txt')}'`,
  });
  expect(opened.notes).toEqual([]);
  expect((await opened.baseline()).differing).toEqual([]);
  expect(await outcome(opened, 'b.c')).toMatchObject({ failure: 'wrong-output' });
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  expect(readFileSync(of.path('data.txt'), 'utf8')).toBe('data\n');
});

test('without views steps work on the copy, and a note says what tests see', async () => {
  const of = absolute();
  const before = readFileSync(of.path('prog'));
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    expectStdout: of.path('expected file'),
    views: false,
  });
  expect(opened.notes).toEqual([expect.stringContaining('absolute paths')]);
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'b.c')).toMatchObject({ failure: 'wrong-output' });
  expect(readFileSync(of.path('prog'))).toEqual(before);
});

test('arguments are rewritten where they name the tree, and nowhere else', () => {
  const place = movedPlace('/src/a', '/moved/copy', ['.swarm']);
  const cases = {
    '/src/a': '/moved/copy',
    '/src/a/x.o': '/moved/copy/x.o',
    '-L/src/a/lib': '-L/moved/copy/lib',
    '-Wl,-rpath,/src/a/lib:/src/a': '-Wl,-rpath,/moved/copy/lib:/moved/copy',
    '--script=/src/a/x.map': '--script=/moved/copy/x.map',
    '/src/abc/x.o': '/src/abc/x.o',
    '/other/src/a/x.o': '/other/src/a/x.o',
    '/src/a/.swarm/store/x': '/src/a/.swarm/store/x',
  };
  for (const [from, to] of Object.entries(cases)) expect(place.argument(from)).toBe(to);
  expect(place.file('/src/a/.swarm/x')).toBe('/src/a/.swarm/x');
  expect(place.file('/src/a/x')).toBe('/moved/copy/x');
});

test('a test has a HOME and TMPDIR of its own, and neither our git nor our make', async () => {
  const of = absolute();
  const opened = await session(of, {
    target: of.compiler('cc', {}),
    test: 'test -z "$(ls -A "$HOME" "$TMPDIR" | grep -v :)" && test -z "$GIT_DIR$MAKEFLAGS" && test "$KEPT" = yes && env >env.txt',
    env: { ...process.env, GIT_DIR: '/nowhere', MAKEFLAGS: '-j9', KEPT: 'yes' },
  });
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
  expect(existsSync(of.path('env.txt'))).toBe(false);
});

test('a copy goes without .git, and what the test does with git stays in it', async () => {
  const of = absolute();
  execFileSync('git', ['init', '-q'], { cwd: of.root });
  const opened = await session(of, { target: of.compiler('cc', {}), test: './prog' });
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
});
