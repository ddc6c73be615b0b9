// Programs that don't end when they should, or leave something behind, or flood: ended, told, and nothing else is held up.

import { join } from 'node:path';
import { createRunner, type ProcessRunner, type RunRequest } from '@swarm/host';
import { afterAll, describe, expect, it } from 'vitest';
import { alive, eventually, pidIn, temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const PATH = process.env.PATH!;

describe.each(['native', 'bash', 'none'] as const)('with %s helpers', (helper) => {
  const runner: ProcessRunner = createRunner({ helper, jobs: 2, cookie: `test-${process.pid}-${helper}` });
  afterAll(() => runner.close());
  const bash = (command: string, rest: Partial<RunRequest> = {}) =>
    runner.run({ argv: ['bash', '-c', command], cwd: dir, env: { PATH }, ...rest });
  const file = (name: string) => join(dir, `${name}-${helper}`);

  it('ends a program at its time limit, with what it said until then', async () => {
    const result = await bash(`echo $$ >'${file('limit')}'; echo said; sleep 1000`, { timeLimitMs: 300 });
    expect(result).toMatchObject({ exit: { kind: 'timed-out' }, stdout: 'said\n', leaked: false });
    expect(result.wallMs).toBeGreaterThanOrEqual(300);
    expect(alive(pidIn(file('limit')))).toBe(false);
  });

  it('lets a program clean up when its time is over', async () => {
    const { exit, stdout } = await bash('trap "echo cleaned; exit" TERM; while :; do sleep 0.02; done', {
      timeLimitMs: 200,
    });
    expect({ exit, stdout }).toEqual({ exit: { kind: 'timed-out' }, stdout: 'cleaned\n' });
  });

  it('kills a program and its children that ignore TERM', async () => {
    const command = `trap "" TERM; (echo $BASHPID >'${file('deaf-child')}'; while :; do sleep 1; done) & echo $$ >'${file('deaf')}'; while :; do sleep 1; done`;
    expect((await bash(command, { timeLimitMs: 300 })).exit).toEqual({ kind: 'timed-out' });
    expect([alive(pidIn(file('deaf'))), alive(pidIn(file('deaf-child')))]).toEqual([false, false]);
  });

  it('kills a stopped program at its time limit', async () => {
    expect((await bash('kill -STOP $$; sleep 1000', { timeLimitMs: 300 })).exit).toEqual({
      kind: 'timed-out',
    });
  });

  it('ends children that made groups of their own', async () => {
    const command = `set -m; sleep 1000 & echo $! >'${file('own-group')}'; wait`;
    expect((await bash(command, { timeLimitMs: 300 })).exit).toEqual({ kind: 'timed-out' });
    expect(alive(pidIn(file('own-group')))).toBe(false);
  });

  it('is not held up by a grandchild that keeps the output open', async () => {
    const result = await bash(`sleep 1000 & echo $! >'${file('grandchild')}'; echo done`, {
      timeLimitMs: 30_000,
    });
    expect(result).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: 'done\n', leaked: true });
    expect(alive(pidIn(file('grandchild')))).toBe(false);
  });

  it('waits for children that are about to end, and has their output', async () => {
    expect(await bash('echo early; exec > >(cat); echo late')).toMatchObject({
      stdout: 'early\nlate\n',
      leaked: false,
    });
  });

  it('survives a program that signals its own group', async () => {
    expect((await bash('kill 0; sleep 1000')).exit).toEqual({ kind: 'signalled', signal: 'SIGTERM' });
    expect((await bash('kill -KILL 0; sleep 1000')).exit).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect((await bash('echo still here')).stdout).toBe('still here\n');
  });

  it('ends programs that are aborted or out of time before they have begun', async () => {
    const runs = Array.from({ length: 24 }, async (_, i) => {
      const signal = AbortSignal.timeout(i % 8);
      return (await bash('sleep 1000', i % 2 ? { signal } : { timeLimitMs: i % 8 })).exit.kind;
    });
    expect(await Promise.all(runs)).toEqual(runs.map((_, i) => (i % 2 ? 'aborted' : 'timed-out')));
  });

  it('stops a flood of a file', async () => {
    const stdoutFile = file('flood');
    const command = 'truncate -s 2G "$1"; exec sleep 1000';
    const argv = ['bash', '-c', command, 'bash', stdoutFile];
    const { exit, note } = await runner.run({ argv, cwd: dir, stdoutFile });
    expect(exit).toEqual({ kind: 'signalled', signal: 'SIGXFSZ' });
    expect(note).toBe('stopped after more than 1024 MiB of output');
  });

  it('stops a flood', async () => {
    const result = await runner.run({ argv: ['yes'], cwd: dir, outputCapBytes: 1000 });
    expect(result.exit).toEqual({ kind: 'signalled', signal: 'SIGXFSZ' });
    expect(result.note).toBe('stopped after more than 64 MiB of output');
    expect(result.stdout.length).toBeLessThan(1100);
  });

  it('finds a daemon in a session of its own when asked to', async () => {
    const command = `setsid -f bash -c 'echo $$ >"${file('daemon')}"; exec sleep 1000'; while ! [ -s '${file('daemon')}' ]; do sleep 0.01; done`;
    expect((await bash(command)).leaked).toBe(false);
    expect(alive(pidIn(file('daemon')))).toBe(true);
    expect((await bash('true', { sweep: true })).leaked).toBe(true);
    expect((await bash('true', { sweep: true })).leaked).toBe(false);
  });

  it('finds a daemon without the mark where a helper adopts it, and says whether it looked', async () => {
    const name = file('unmarked');
    const daemon = `setsid -f env -i /bin/sh -c 'echo $$ >"${name}"; exec /bin/sleep 1000'; while ! [ -s '${name}' ]; do sleep 0.01; done`;
    const { leaked, swept } = await bash(daemon, { sweep: 'free' });
    expect({ leaked, swept }).toEqual({ leaked: helper === 'native', swept: helper === 'native' });
    expect(alive(pidIn(name))).toBe(!swept);
    if (!swept) process.kill(pidIn(name), 'SIGKILL');
  });

  it('ends a program at its caller’s signal', async () => {
    const controller = new AbortController();
    const running = bash(`echo $$ >'${file('abort')}'; sleep 1000`, { signal: controller.signal });
    expect(await eventually(() => started(file('abort')))).toBe(true);
    controller.abort();
    expect((await running).exit).toEqual({ kind: 'aborted' });
    expect(alive(pidIn(file('abort')))).toBe(false);
  });

  it('does not start what was aborted before, or while it waited in line', async () => {
    expect((await bash('true', { signal: AbortSignal.abort() })).exit).toEqual({ kind: 'aborted' });
    const line = createRunner({ helper, jobs: 1 });
    const controller = new AbortController();
    const request = (command: string) => ({ argv: ['sh', '-c', command], cwd: dir });
    const first = line.run(request('sleep 0.3; echo first'));
    const second = line.run({ ...request(`echo $$ >'${file('never')}'`), signal: controller.signal });
    controller.abort();
    expect((await second).exit).toEqual({ kind: 'aborted' });
    expect((await first).stdout).toBe('first\n');
    expect(started(file('never'))).toBe(false);
    await line.close();
  });

  it('kills what runs when it is closed, and runs nothing after', async () => {
    const closing = createRunner({ helper, jobs: 2, cookie: `closing-${process.pid}-${helper}` });
    const run = (command: string) => closing.run({ argv: ['bash', '-c', command], cwd: dir });
    const running = run(`trap "" TERM; echo $$ >'${file('closed')}'; while :; do sleep 1; done`);
    const leaver = run(`setsid bash -c 'echo $$ >"${file('stray')}"; exec sleep 1000' & sleep 1000`);
    const waiting = [run('true'), run('true'), run('true')];
    expect(await eventually(() => started(file('closed')) && started(file('stray')))).toBe(true);
    await closing.close();
    expect((await running).exit).toEqual({ kind: 'aborted' });
    expect((await leaver).exit).toEqual({ kind: 'aborted' });
    for (const result of await Promise.all(waiting))
      expect(['aborted', 'exited']).toContain(result.exit.kind);
    expect([alive(pidIn(file('closed'))), alive(pidIn(file('stray')))]).toEqual([false, false]);
    expect((await run('true')).exit).toEqual({ kind: 'aborted' });
    await closing.close();
  });
});

it.each(['native', 'bash'] as const)('goes on when a program kills its %s helper', async (helper) => {
  const runner = createRunner({ helper, jobs: 1 });
  const run = (command: string) => runner.run({ argv: ['bash', '-c', command], cwd: dir });
  const killed = await run(`echo $$ >'${join(dir, 'killer')}'; kill -KILL $PPID; sleep 1000`);
  expect(killed.exit).toEqual({ kind: 'not-started', reason: 'the helper that ran it was killed' });
  expect(await eventually(() => !alive(pidIn(join(dir, 'killer'))))).toBe(true);
  expect((await run('echo next')).stdout).toBe('next\n');
  await runner.close();
});

it('ends a program that kills both its helper and the guard, and has a new guard after one that was killed', async () => {
  const runner = createRunner({ helper: 'native', jobs: 1 });
  const run = (command: string) => runner.run({ argv: ['bash', '-c', command], cwd: dir });
  const others = 'for pid in $(pgrep -P $PPID); do [ $pid = $$ ] || echo $pid; done';
  const guards = await run(
    `${others}; kill -KILL $(${others}); until [ "$(${others})" ]; do :; done; ${others}`,
  );
  const [first, second] = guards.stdout.split('\n');
  expect([guards.exit, second]).toEqual([{ kind: 'exited', code: 0 }, expect.stringMatching(/^\d+$/)]);
  expect(second).not.toBe(first);
  expect((await run(others)).stdout).toBe(`${second}\n`);
  const file = join(dir, 'both');
  const killed = await run(`echo $$ >'${file}'; kill -KILL $(${others}) $PPID; sleep 1000`);
  expect(killed.exit).toEqual({ kind: 'not-started', reason: 'the helper that ran it was killed' });
  expect(alive(pidIn(file))).toBe(false);
  await runner.close();
});

function started(file: string): boolean {
  try {
    return pidIn(file) > 0;
  } catch {
    return false;
  }
}
