// The test kit itself: what it says about processes is true.

import { expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft, processesWith } from '../kit/processes.ts';
import { start, startSwarm, swarm } from '../kit/swarm.ts';
import { Trial } from '../kit/trial.ts';

test('runs the command line', async () => {
  const { code, stdout } = await swarm(['--version']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^swarm\/\d/)]);
  await new Trial()
    .args('--version')
    .stdout(/^swarm\//)
    .stderr('')
    .exits(0)
    .run();
  await expect(new Trial().args('--version').stdout('something else').run()).rejects.toThrow(
    'something else',
  );
});

test('reads one document, or says what was there instead', async () => {
  const { dir } = project({ 'a.json': '{"a":1}' });
  expect((await start(['cat', 'a.json'], { cwd: dir }).ended).json()).toEqual({ a: 1 });
  const { json } = await start(['cat'], { input: 'no document' }).ended;
  expect(() => json()).toThrow('no document');
});

test('kills what takes too long, with its children', async () => {
  const { dir } = project();
  const running = start(['sh', '-c', 'sleep 100 & sleep 100'], { cwd: dir, timeoutMs: 200 });
  await expect(running.ended).rejects.toThrow('still running after 200 ms');
  expect(await processesLeft(dir)).toEqual([]);
});

test('finds what is left behind, by folder, argument or environment', async () => {
  const { dir } = project();
  const cookie = dir.slice(dir.lastIndexOf('/') + 1);
  const started = [
    start(['sleep', '100'], { cwd: dir }),
    start(['sh', '-c', 'sleep 100; : "$0"', cookie]),
    start(['sleep', '100'], { env: { COOKIE: cookie } }),
  ];
  await expect
    .poll(() => started.every(({ pid }) => processesWith(cookie).some((found) => found.pid === pid)))
    .toBe(true);
  for (const { pid } of started) process.kill(-pid, 'SIGKILL');
  for (const { ended } of started) expect((await ended).signal).toBe('SIGKILL');
  expect(await processesLeft(cookie)).toEqual([]);
});

test('kills swarm after a while, unless it has ended', async () => {
  const quick = startSwarm(['--version']);
  quick.killAfter(60_000);
  expect((await quick.ended).code).toBe(0);
  const slow = start(['sleep', '100']);
  slow.killAfter(50, 'SIGTERM');
  expect((await slow.ended).signal).toBe('SIGTERM');
});

test('says what is missing, and fails where nothing may be', () => {
  const before = process.env.SWARM_REQUIRE_ALL;
  try {
    process.env.SWARM_REQUIRE_ALL = '1';
    expect(needs('sh')).toBe(true);
    expect(() => needs('sh', 'no-such-program')).toThrow('no-such-program not installed');
    process.env.SWARM_REQUIRE_ALL = '';
    expect(needs('no-such-program')).toBe(false);
  } finally {
    if (before === undefined) delete process.env.SWARM_REQUIRE_ALL;
    else process.env.SWARM_REQUIRE_ALL = before;
  }
});
