// A link or test that something from outside comes between says nothing of its objects: it is done again, in another slot.

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callee, callers, link, outcome, project, session } from './project.js';

const TROUBLES = {
  'its shell is killed': 'kill -KILL $PPID; sleep 5',
  'its shell is ended': 'kill -TERM $PPID; sleep 5',
  'its linker is killed': "echo 'collect2: fatal error: ld terminated with signal 9 [Killed]' >&2; exit 1",
  'there is no process to be had': "echo 'vfork: Resource temporarily unavailable' >&2; exit 1",
};

/** A program whose linker meets with this trouble as often as is asked for, and the way to ask. */
function troubled(trouble: string) {
  let left = '';
  const of = project({
    files: { 'main.c': callers('b'), 'b.c': callee('b', 1) },
    steps: (path, objects) => {
      left = path('../left');
      writeFileSync(left, '0\n');
      const lines = [
        '#!/bin/sh',
        `read -r n <${left}`,
        `[ $n = 0 ] || { echo $((n - 1)) >${left}; ${trouble}; }`,
      ];
      writeFileSync(path('ld.sh'), [...lines, 'exec gcc "$@"', ''].join('\n'), { mode: 0o755 });
      return [{ ...link(path('.'), path('prog'), objects), program: path('ld.sh') }];
    },
  });
  return { of, next: (times: number) => writeFileSync(left, `${times}\n`) };
}

test.each(Object.entries(TROUBLES))(
  '%s: done again, and unresolved where that does not help',
  async (_, trouble) => {
    const { of, next } = troubled(trouble);
    const opened = await session(of, {
      target: of.compiler('cc', { 'b.c': '-DBUG' }),
      test: './prog',
      jobs: 1,
    });
    expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
    next(2);
    expect(await outcome(opened)).toEqual({ kind: 'pass' });
    expect(opened.notes).toEqual([expect.stringMatching(/^2 probes were disturbed .*: .*\w/)]);
    next(3);
    expect(await outcome(opened, 'b.c')).toMatchObject({ kind: 'unresolved' });
    expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  },
);

test('a test that is killed is run again, and believed where that happens each time', async () => {
  const of = project({ files: { 'main.c': callers('b'), 'b.c': callee('b', 1) } });
  const left = of.path('../left');
  const test = `read -r n <${left}; [ $n = 0 ] || { echo $((n - 1)) >${left}; kill -KILL $$; }; ./prog`;
  const opened = await session(of, { target: of.compiler('cc', { 'b.c': '-DBUG' }), test, jobs: 1 });
  const next = (times: number) => writeFileSync(left, `${times}\n`);
  next(2);
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  next(3);
  expect(await outcome(opened, 'b.c')).toMatchObject({ failure: 'crash', detail: 'SIGKILL' });
  expect(await outcome(opened, 'b.c')).toEqual({ kind: 'pass' });
});
