// What a test leaves behind: nothing of it reaches the next probe.

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callee, callers, outcome, project, session } from './project.js';

const files = {
  'main.c': callers('b', 'c'),
  'b.c': callee('b', 1),
  'c.c': callee('c', 2),
  'data/input.txt': 'input\n',
  'data/keep/deep.txt': 'deep\n',
  'out.txt': 'stale\n',
};

/** Fails when anything in the tree is not as it was at the start. */
const UNTOUCHED = `
  test "$(cat data/input.txt)" = input || exit 11
  test "$(cat data/keep/deep.txt)" = deep || exit 12
  test "$(cat out.txt)" = stale || exit 13
  test ! -e litter || exit 14
  test ! -e data/litter || exit 15
  test -z "$(ls -A "$HOME" "$TMPDIR" | grep -v :)" || exit 16
  test ! -L link || exit 17
  test -x script.sh || exit 18`;

const LITTERING = `${UNTOUCHED}
  ./prog >out.txt
  echo changed >data/input.txt
  rm -rf data/keep
  mkdir -p litter/deep && echo x >litter/deep/file
  touch data/litter "$HOME/x" "$TMPDIR/x" "$TMPDIR/.y"
  ln -s data link
  chmod -x script.sh
  grep -q 102 out.txt && exit 1
  exit 0`;

test('a littering test finds the tree as it was, each time', async () => {
  const of = project({ files: { ...files, 'script.sh': '#!/bin/sh\n' } });
  const { chmodSync } = await import('node:fs');
  chmodSync(of.path('script.sh'), 0o755);
  const opened = await session(of, {
    target: of.compiler('cc', { 'c.c': '-DBUG' }),
    test: LITTERING,
    jobs: 1,
  });
  expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'c.c')).toMatchObject({ detail: 'exit status 1' });
  expect(await outcome(opened, 'b.c')).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'b.c', 'c.c')).toMatchObject({ detail: 'exit status 1' });
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
});

test('a test that spoils products and objects spoils them for itself alone', async () => {
  const of = project({ files });
  const opened = await session(of, {
    target: of.compiler('cc', { 'c.c': '-DBUG' }),
    test: './prog >out.txt || exit 3; echo spoilt >prog; rm -f b.o; cp main.o c.o; grep -q 102 out.txt && exit 1; exit 0',
    jobs: 1,
  });
  expect(await outcome(opened, 'c.c')).toMatchObject({ detail: 'exit status 1' });
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'c.c', 'main.c')).toMatchObject({ detail: 'exit status 1' });
  expect(await outcome(opened, 'b.c')).toEqual({ kind: 'pass' });
});

test('nothing is written to the tree but .swarm', async () => {
  const of = project({ files });
  const opened = await session(of, {
    target: of.compiler('cc', { 'c.c': '-DBUG' }),
    test: 'echo changed >data/input.txt; echo x >new; ./prog >/dev/null',
  });
  await outcome(opened, 'c.c');
  expect(existsSync(of.path('new'))).toBe(false);
  expect(readFileSync(of.path('data/input.txt'), 'utf8')).toBe('input\n');
});

test('a session leaves no work folder behind, unless it is to be kept', async () => {
  const { readdirSync } = await import('node:fs');
  const of = project({ files });
  const gone = await session(of, { target: of.compiler('cc', {}) });
  await outcome(gone, 'c.c');
  await gone.close();
  const work = () => (existsSync(of.path('.swarm/work')) ? readdirSync(of.path('.swarm/work')) : []);
  const before = work().length;
  const kept = await session(of, { target: of.compiler('cc', {}), keepWork: true });
  await outcome(kept, 'c.c');
  await kept.close();
  expect(work().length).toBeGreaterThan(before);
});
