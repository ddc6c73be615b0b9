// Tests are executed as their suite says, by this process or by workers, and on no clock but the monotonic one.

import { readFileSync } from 'node:fs';
import type { TestResult } from '@swarm/core';
import { createWorkDir } from '@swarm/host';
import { openSuites, type SuiteRun } from '@swarm/runner';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Folder, project } from '../../../test/kit/folder.ts';
import { processesLeft, processesWith } from '../../../test/kit/processes.ts';

async function run(folder: Folder, how: Partial<SuiteRun> = {}, suite = { glob: ['t/*'], run: 'sh {}' }) {
  const [opened] = await openSuites([suite], folder.dir);
  const tests = (await opened!.suite.list()).map(({ id }) => id);
  const results = new Map<string, TestResult>();
  const work = await createWorkDir(project().dir);
  const report = (result: TestResult) => {
    expect(results.has(result.id)).toBe(false);
    results.set(result.id, result);
  };
  await opened!.suite.run(tests, {
    ...{ jobs: 2, timeLimitMs: 20_000, outputFolder: project().dir, work, report },
    ...how,
  });
  expect([...results.keys()].sort()).toEqual([...tests].sort());
  return results;
}

const words = (results: ReadonlyMap<string, TestResult>) =>
  Object.fromEntries([...results].map(([id, { outcome }]) => [id, outcome.kind]));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('tests', () => {
  test('have their limits on the monotonic clock, also when the other one is set back', async () => {
    const real = Date.now.bind(Date);
    let calls = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000 * ++calls);
    const folder = project({
      't/brief': 'exit 0\n',
      't/long': '# swarm: timeout=0.4\nsleep 60\n',
    });
    const results = await run(folder);
    expect(words(results)).toEqual({ 't/brief': 'pass', 't/long': 'fail' });
    expect(results.get('t/brief')!.wallMs).toBeGreaterThanOrEqual(0);
  });

  test('are not started once the time is up, and what runs then is ended and no failure', async () => {
    const folder = project({ 't/a': 'sleep 60\n', 't/b': 'sleep 60\n', 't/c': 'sleep 60\n' });
    const results = await run(folder, { deadlineMs: performance.now() + 700 });
    expect(words(results)).toEqual({ 't/a': 'not-run', 't/b': 'not-run', 't/c': 'not-run' });
    expect(await processesLeft(folder.dir)).toEqual([]);
    const planned = await run(folder, { deadlineMs: performance.now() + 5000, expectedMs: () => 60_000 });
    expect([...planned.values()].every(({ outcome }) => outcome.kind === 'not-run')).toBe(true);
  });

  test('that hang have half of the time, then the others have their turn', async () => {
    const folder = project({ 't/a': 'sleep 60\n', 't/b': 'exit 0\n', 't/c': 'exit 1\n' });
    const results = await run(folder, { jobs: 1, deadlineMs: performance.now() + 5000 });
    expect(words(results)).toEqual({ 't/a': 'not-run', 't/b': 'pass', 't/c': 'fail' });
    expect(results.get('t/a')!.wallMs).toBeGreaterThan(2000);
    expect(await processesLeft(folder.dir)).toEqual([]);
  });

  test('one at a time are really alone, however brief', async () => {
    const alone = 'mkdir lock || exit 1\nrmdir lock\n';
    const folder = project(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t/${i}`, alone])));
    expect(new Set(Object.values(words(await run(folder, { jobs: 1 }))))).toEqual(new Set(['pass']));
  });

  test('keep their output only where they do not pass, and what says why is its last line', async () => {
    const folder = project({
      't/good': 'echo much; exit 0\n',
      't/bad': 'echo out; echo one >&2; printf "two\\r\\n\\n" >&2; exit 3\n',
    });
    const results = await run(folder);
    expect(results.get('t/good')!.outputFile).toBeUndefined();
    const bad = results.get('t/bad')!;
    expect(bad.outcome).toEqual({ kind: 'fail', failure: 'exit', detail: 'exit status 3: two' });
    expect(readFileSync(bad.outputFile!, 'utf8')).toBe('out\n--- standard error ---\none\ntwo\r\n\n');
  });

  test.each(['native', 'bash', 'none'])(
    'have their daemons ended and told, with %s helpers',
    async (helper) => {
      vi.stubEnv('SWARM_HELPER', helper);
      const folder = project({
        't/daemon': 'setsid sleep 4001 >/dev/null 2>&1 </dev/null &\nexit 0\n',
        't/twice': '(setsid sh -c "sleep 4002 & exit" &)\nexit 0\n',
        't/allowed': '# swarm: leaks=allow\nsetsid sleep 4003 &\nexit 0\n',
        't/none': 'exit 0\n',
      });
      const results = await run(folder);
      expect(words(results)).toEqual({
        't/allowed': 'pass',
        't/daemon': 'fail',
        't/none': 'pass',
        't/twice': 'fail',
      });
      expect(results.get('t/daemon')!.outcome).toMatchObject({ failure: 'leak' });
      expect(await processesLeft(folder.dir)).toEqual([]);
    },
  );

  test('get exactly the name that they are called, with a shell and without', async () => {
    const names = ["it's", '$(x)', 'a b', '-n', '*', '"q"', 'b\\n', '{}', '{out}'];
    const folder = project(Object.fromEntries(names.map((name) => [`t/${name}`, ''])));
    for (const command of ['test -f {}', 'test -f {} && true', 'true;test -f']) {
      const results = await run(folder, {}, { glob: ['t/*'], run: command });
      expect(words(results)).toEqual(Object.fromEntries(names.map((name) => [`t/${name}`, 'pass'])));
    }
  });
});

describe('workers', () => {
  test('do as this process does', async () => {
    const folder = project({
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`t/${i}`, `exit ${i % 4 === 0 ? 1 : 0}\n`]),
      ),
      't/environment':
        'test -n "$PATH$HOME" && ! env | grep -E "^(TINYPOOL|NODE_CHANNEL)" && test "$MORE" = 1\n',
      't/daemon': 'setsid sleep 3100 &\nexit 0\n',
    });
    const here = await run(folder, { jobs: 4, env: { MORE: '1' } });
    const there = await run(folder, { jobs: 12, env: { MORE: '1' } });
    expect(there.get('t/environment')!.outcome.kind).toBe('pass');
    expect(words(there)).toEqual(words(here));
    expect(there.get('t/daemon')!.outcome).toMatchObject({ kind: 'fail', failure: 'leak' });
    expect(await processesLeft(folder.dir)).toEqual([]);
  });

  test('that die take only their own tests with them', async () => {
    const folder = project({
      't/a-killer': 'parent=$PPID; read -r _ _ _ node _ </proc/$parent/stat; kill -KILL "$node"; sleep 50\n',
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t/b${i}`, 'sleep 0.05\n'])),
    });
    const outcomes = Object.values(words(await run(folder, { jobs: 12 })));
    const unresolved = outcomes.filter((kind) => kind === 'unresolved').length;
    expect(unresolved).toBeGreaterThan(0);
    expect(unresolved).toBeLessThanOrEqual(24);
    expect(outcomes.filter((kind) => kind === 'pass').length).toBe(outcomes.length - unresolved);
    expect(await processesLeft(folder.dir)).toEqual([]);
    expect(processesWith(folder.dir)).toEqual([]);
  });
});
