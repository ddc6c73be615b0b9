// A private copy of a tree in the tree's own place.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canUseViews, createRunner } from '@swarm/host';
import { describe, expect, it } from 'vitest';
import { alive, eventually, pidIn, temporaryFolder } from './liveness.js';

const possible = await canUseViews();
if (!possible) console.warn('SKIPPED: views need the right to mount');

describe.skipIf(!possible)('a view', () => {
  const dir = temporaryFolder();
  const root = join(dir, "the 'tree' ü");
  const copy = join(root, '.swarm/work/copy');
  mkdirSync(join(root, 'src'), { recursive: true });
  mkdirSync(join(copy, 'src'), { recursive: true });
  writeFileSync(join(root, 'src/a.c'), 'original');
  writeFileSync(join(copy, 'src/a.c'), 'copied');
  writeFileSync(join(root, '.swarm/state'), 'kept');
  const open = () => createRunner({ jobs: 1, view: { root, copy, keep: ['.swarm'] } });

  it('shows the copy in the place of the tree, and what is kept', async () => {
    const runner = open();
    const { stdout } = await runner.run({ argv: ['cat', 'src/a.c', join(root, '.swarm/state')], cwd: root });
    expect(stdout).toBe('copiedkept');
    await runner.close();
  });

  it('keeps writes out of the tree, but for what is kept', async () => {
    const runner = open();
    await runner.run({ argv: ['sh', '-c', 'echo x >src/a.c; echo y >new; echo z >.swarm/out'], cwd: root });
    await runner.close();
    expect(readFileSync(join(root, 'src/a.c'), 'utf8')).toBe('original');
    expect(readFileSync(join(copy, 'src/a.c'), 'utf8')).toBe('x\n');
    expect(existsSync(join(root, 'new'))).toBe(false);
    expect(readFileSync(join(root, '.swarm/out'), 'utf8')).toBe('z\n');
  });

  it('shows nobody else its mounts, and leaves none', async () => {
    const runner = open();
    await runner.run({ argv: ['true'], cwd: root });
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('.swarm');
    await runner.close();
  });

  it('runs programs as the same user', async () => {
    const runner = open();
    const { stdout } = await runner.run({ argv: ['id', '-u'], cwd: root });
    expect(Number(stdout)).toBe(process.getuid!());
    await runner.close();
  });

  it('ends programs like any other runner', async () => {
    const runner = open();
    const pidFile = join(root, '.swarm/pid');
    const result = await runner.run({
      argv: ['bash', '-c', 'sleep 1000 & echo $! >.swarm/pid; trap "" TERM; wait; sleep 1000'],
      cwd: root,
      timeLimitMs: 300,
    });
    expect(result.exit).toEqual({ kind: 'timed-out' });
    expect(alive(pidIn(pidFile))).toBe(false);
    const running = runner.run({ argv: ['bash', '-c', 'echo $$ >.swarm/pid2; sleep 1000'], cwd: root });
    expect(
      await eventually(() => existsSync(join(root, '.swarm/pid2')) && pidIn(join(root, '.swarm/pid2')) > 0),
    ).toBe(true);
    await runner.close();
    expect((await running).exit).toEqual({ kind: 'aborted' });
    expect(alive(pidIn(join(root, '.swarm/pid2')))).toBe(false);
  });

  it('says so when it can not be made', async () => {
    const runner = createRunner({ view: { root: join(dir, 'nowhere'), copy, keep: [] } });
    await expect(runner.run({ argv: ['true'], cwd: '/' })).rejects.toMatchObject({
      code: 'no-view',
      exit: 3,
    });
    await runner.close();
  });
});
