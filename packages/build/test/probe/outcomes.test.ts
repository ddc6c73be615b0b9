// Probes of a small program: the right outcome of each kind of fault, whatever ran before in the same slot.

import { Cancellation } from '@swarm/core';
import { expect, test } from 'vitest';
import { callee, callers, outcome, probe, project, session } from './project.js';

const FAULTS = {
  'crash.c': '-DBUG',
  'wrong.c': '-DBUG',
  'exit.c': '-DBUG',
  'hang.c': '-DBUG',
};

const program = () =>
  project({
    files: {
      'main.c': callers('crash', 'wrong', 'exits', 'hang', 'fine'),
      'crash.c': callee('crash', 1, 'abort();'),
      'wrong.c': callee('wrong', 2, 'return 20;'),
      'exit.c': callee('exits', 3, 'exit(7);'),
      'hang.c': callee('hang', 4, 'for (;;) {} return 4;'),
      'fine.c': callee('fine', 5),
      expected: '1\n2\n3\n4\n5\n',
    },
  });

test('each fault has its outcome, and the oracle passes before and after it', async () => {
  const of = program();
  const opened = await session(of, {
    target: of.compiler('cc', FAULTS),
    expectStdout: of.path('expected'),
    jobs: 1,
    cpuPressure: () => 0,
  });
  const baseline = await opened.baseline();
  expect(baseline).toMatchObject({ outcome: { kind: 'pass' }, differing: [], timeLimitMs: 2000 });
  expect(opened.units.map((unit) => unit.id)).toContain('crash.c');
  expect(await outcome(opened, 'crash.c')).toMatchObject({ failure: 'crash', detail: 'SIGABRT' });
  expect(await outcome(opened)).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'wrong.c')).toEqual({
    kind: 'fail',
    failure: 'wrong-output',
    detail: 'line 2: expected "2", got "20"',
  });
  expect(await outcome(opened, 'hang.c')).toMatchObject({ failure: 'hang' });
  expect(await outcome(opened, 'fine.c', 'main.c')).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'fine.c', 'wrong.c', 'crash.c')).toMatchObject({ failure: 'crash' });
});

test('without an expected output the exit status decides', async () => {
  const of = program();
  const opened = await session(of, { target: of.compiler('cc', FAULTS), test: './prog >out; rm out' });
  expect(await outcome(opened, 'wrong.c')).toEqual({ kind: 'pass' });
  const strict = await session(of, { target: of.compiler('cc', FAULTS), test: './prog' });
  expect(await outcome(strict, 'exit.c')).toMatchObject({
    failure: 'exit',
    detail: expect.stringContaining('exit status 7'),
  });
});

test('a test that shows a diff fails with its lines', async () => {
  const of = program();
  const opened = await session(of, {
    target: of.compiler('cc', FAULTS),
    test: './prog | diff expected -',
  });
  expect(await outcome(opened, 'wrong.c')).toEqual({
    kind: 'fail',
    failure: 'wrong-output',
    detail: '< 2 | > 20',
  });
});

test('a crash inside of a script is a crash', async () => {
  const of = program();
  of.write('check.sh', './prog >/dev/null || exit 1\n');
  const opened = await session(of, { target: of.compiler('cc', FAULTS), test: 'bash check.sh' });
  expect(await outcome(opened, 'crash.c')).toMatchObject({ failure: 'crash' });
});

test('output need not be text', async () => {
  const of = project({
    files: {
      'main.c': callers('b'),
      'b.c':
        '#include <stdio.h>\nint b(void) {\n#ifdef BUG\nputchar(0xfe);\n#else\nputchar(0xff);\n#endif\nreturn 1;\n}\n',
    },
  });
  of.write('expected', Buffer.from([0xff, 0x31, 0x0a]));
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    expectStdout: of.path('expected'),
  });
  expect(await outcome(opened)).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'b.c')).toMatchObject({ failure: 'wrong-output' });
});

test('a hang ends with all of its children', async () => {
  const of = project({
    files: { 'main.c': callers('b'), 'b.c': callee('b', 1, 'for (;;) {} return 1;') },
  });
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    test: 'sh -c "./prog & echo \\$! >>pids; wait" & echo $! >>pids; wait',
    probeTimeoutMs: 600,
    keepWork: true,
    dir: of.root,
  });
  of.write('pids', '');
  expect(await outcome(opened, 'b.c')).toMatchObject({ kind: 'fail', failure: 'hang' });
  const { execFileSync } = await import('node:child_process');
  const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(running.split('\n').filter((line) => line.trim() === './prog')).toEqual([]);
});

test('a test that is not done in time gets more of it while others want the processors, and is a hang else', async () => {
  const of = project({ files: { 'main.c': callers('b'), 'b.c': callee('b', 1) } });
  const late = of.path('../late');
  let waitedUs = 0;
  const outcomes = [];
  for (const addedUs of [1e7, 0]) {
    const opened = await session(of, {
      target: { command: 'gcc', flags: ['-O2'] },
      test: `[ ! -e ${late} ] || { rm ${late}; exec sleep 60; }; ./prog`,
      cpuPressure: () => (waitedUs += addedUs),
    });
    await opened.baseline();
    of.write('../late', '');
    outcomes.push([await outcome(opened, 'b.c'), opened.notes.join()]);
  }
  expect(outcomes).toEqual([
    [{ kind: 'pass' }, expect.stringMatching(/not ended after 2\.0 s, but processors were wanted by others/)],
    [{ kind: 'fail', failure: 'hang', detail: 'still running after 2.0 s' }, ''],
  ]);
});

test('a cancelled probe says nothing', async () => {
  const of = program();
  const opened = await session(of, { target: of.compiler('cc', FAULTS) });
  const cancel = new Cancellation();
  cancel.cancel();
  const answer = await opened.prober(probe(opened, 'crash.c'), cancel);
  expect(answer.outcome).toMatchObject({ kind: 'unresolved' });
});

test('a failing baseline is said with its reason', async () => {
  const of = program();
  const opened = await session(of, {
    target: of.compiler('cc', FAULTS),
    test: './prog; echo no good >&2; exit 3',
  });
  expect((await opened.baseline()).outcome).toEqual({
    kind: 'fail',
    failure: 'exit',
    detail: 'exit status 3: no good',
  });
});

test('a program that prints without end is stopped as wrong output', async () => {
  const of = project({
    files: {
      'main.c': callers('b'),
      'b.c': `#include <stdio.h>\n${callee('b', 1, 'for (;;) puts("again and again and again"); return 1;')}`,
      expected: '1\n',
    },
  });
  const target = of.compiler('cc', { 'b.c': '-DBUG' });
  const opened = await session(of, { target, expectStdout: of.path('expected'), probeTimeoutMs: 60_000 });
  expect(await outcome(opened, 'b.c')).toMatchObject({
    failure: 'wrong-output',
    detail: expect.stringContaining('line 1'),
  });
  const free = await session(of, { target, probeTimeoutMs: 60_000 });
  expect(await outcome(free, 'b.c')).toMatchObject({ failure: 'wrong-output' });
});

test('many probes at once do not end each other', async () => {
  const of = program();
  const opened = await session(of, {
    target: of.compiler('cc', FAULTS),
    expectStdout: of.path('expected'),
    jobs: 4,
    test: './prog && sleep 0.2',
    probeTimeoutMs: 1500,
  });
  const sets = [
    ['hang.c'],
    ['fine.c'],
    ['main.c'],
    ['fine.c', 'main.c'],
    ['hang.c', 'fine.c'],
    ['wrong.c'],
    [],
    ['crash.c'],
  ];
  const kinds = await Promise.all(sets.map(async (ids) => (await outcome(opened, ...ids)).kind));
  expect(kinds).toEqual(['fail', 'pass', 'pass', 'pass', 'fail', 'fail', 'pass', 'fail']);
});
