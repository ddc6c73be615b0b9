// Work folders and locks whose owners are killed, and copies of trees.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { copyTree, createTempDir, createWorkDir, removeTree, sweepWorkDirs, withLock } from '@swarm/host';
import { describe, expect, it } from 'vitest';
import { ownerAlive, ownerStamp } from '../src/owner.js';
import { alive, eventually, startProgram, temporaryFolder } from './liveness.js';

const dir = temporaryFolder();

describe('a work folder', () => {
  it('is private, survives a sweep while its owner lives, and goes when removed', async () => {
    const parent = join(dir, 'mine');
    const [work, other] = await Promise.all([createWorkDir(parent), createWorkDir(parent)]);
    expect(work.path).not.toBe(other.path);
    expect(statSync(work.path).mode & 0o777).toBe(0o700);
    expect(await sweepWorkDirs(parent)).toEqual([]);
    await work.remove();
    expect(readdirSync(parent)).toEqual([basename(other.path)]);
  });

  it('goes when its owner was killed, with what still runs for it', async () => {
    const parent = join(dir, 'dead');
    const { child, line } = await startProgram('work-dir-owner.mjs', [parent]);
    const { path, pid } = JSON.parse(line);
    mkdirSync(join(path, 'closed'));
    writeFileSync(join(path, 'closed/file'), '');
    chmodSync(join(path, 'closed'), 0o500);
    writeFileSync(join(parent, 'something else'), '');
    expect(await sweepWorkDirs(parent)).toEqual([]);
    child.kill('SIGKILL');
    expect(await eventually(() => !alive(child.pid!))).toBe(true);
    expect(alive(pid)).toBe(true);
    const next = await createTempDir(parent);
    expect(alive(pid)).toBe(false);
    expect(readdirSync(parent).sort()).toEqual([basename(next.path), 'something else']);
  });

  it('is not taken for that of a later process with the same number', () => {
    const [pid, start, boot, place] = ownerStamp().split('-');
    expect(ownerAlive(`${pid}-${start}-${boot}-${place}-x`)).toBe(true);
    expect(ownerAlive(`${pid}-${Number(start) - 1}-${boot}-${place}-x`)).toBe(false);
    expect(ownerAlive(`${pid}-${start}-00000000-${place}-x`)).toBe(false);
    expect(ownerAlive(`1-1-${boot}-00000000-x`)).toBe(true);
  });

  it('is nothing to sweep where there is none', async () => {
    expect(await sweepWorkDirs(join(dir, 'nowhere'))).toEqual([]);
  });
});

describe('a lock', () => {
  it('lets one process in at a time', async () => {
    const [lock, file] = [join(dir, 'count.lock'), join(dir, 'count')];
    writeFileSync(file, '0');
    const programs = await Promise.all(
      [1, 2, 3].map(() => startProgram('lock-holder.mjs', [lock, 'count', file, '40'])),
    );
    expect(await eventually(() => programs.every(({ child }) => child.exitCode !== null), 50_000)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('120');
  });

  it('lets one caller of many in one process in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(join(dir, 'own.lock'), work)));
    expect(most).toBe(1);
  });

  it('says whom it waits for, can be given up, and is taken over from a killed owner', async () => {
    const lock = join(dir, 'held.lock');
    const { child, line } = await startProgram('lock-holder.mjs', [lock, 'hold']);
    expect(line).toBe('held');
    const waits: number[] = [];
    const onWait = (pid: number) => waits.push(pid);
    await expect(
      withLock(lock, async () => 1, { onWait, signal: AbortSignal.timeout(200) }),
    ).rejects.toThrow();
    const waiting = withLock(lock, async () => 'in', { onWait });
    expect(await eventually(() => waits.length === 2)).toBe(true);
    child.kill('SIGKILL');
    expect(await waiting).toBe('in');
    expect(waits).toEqual([child.pid, child.pid]);
    expect(readdirSync(dir).filter((name) => name.startsWith('held.lock')).length).toBe(1);
  });

  it('is free again after its work failed', async () => {
    const lock = join(dir, 'failing.lock');
    const failing = withLock(lock, async () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await withLock(lock, async () => 'in')).toBe('in');
  });
});

describe('a copy of a tree', () => {
  it('has the same contents, modes, times and links, and leaves out what it should', async () => {
    const [from, to] = [join(dir, 'from ü'), join(dir, 'deep/to')];
    mkdirSync(join(from, 'sub/skipped'), { recursive: true });
    mkdirSync(join(from, 'empty'));
    writeFileSync(join(from, "sub/it's"), 'text');
    chmodSync(join(from, "sub/it's"), 0o4751);
    linkSync(join(from, "sub/it's"), join(from, 'hard'));
    symlinkSync('no/such', join(from, 'dangling'));
    symlinkSync('sub', join(from, 'to folder'));
    writeFileSync(join(from, 'sub/skipped/x'), '');
    spawnSync('mkfifo', [join(from, 'pipe')]);
    utimesSync(join(from, "sub/it's"), 1000, 2000);
    lutimesSync(join(from, 'dangling'), 1000, 3000);
    chmodSync(join(from, 'empty'), 0o555);
    utimesSync(join(from, 'sub'), 1000, 4000);
    const report = await copyTree(from, to, { skip: (path) => path === 'sub/skipped' });
    expect({ ...report, files: report.files }).toMatchObject({ files: 2, skippedSpecial: ['pipe'] });
    expect(readdirSync(to).sort()).toEqual(['dangling', 'empty', 'hard', 'sub', 'to folder']);
    expect(readdirSync(join(to, 'sub'))).toEqual(["it's"]);
    const file = statSync(join(to, "sub/it's"));
    expect({ mode: file.mode & 0o7777, mtime: file.mtimeMs, links: file.nlink }).toEqual({
      mode: 0o4751,
      mtime: 2_000_000,
      links: 2,
    });
    expect(statSync(join(to, 'hard')).ino).toBe(file.ino);
    expect([readlinkSync(join(to, 'dangling')), readlinkSync(join(to, 'to folder'))]).toEqual([
      'no/such',
      'sub',
    ]);
    expect(
      [lstatSync(join(to, 'dangling')), statSync(join(to, 'sub'))].map(({ mtimeMs }) => mtimeMs),
    ).toEqual([3_000_000, 4_000_000]);
    expect(statSync(join(to, 'empty')).mode & 0o777).toBe(0o555);
    await removeTree(to);
    expect(existsSync(to)).toBe(false);
  });

  it('keeps the order of times', async () => {
    const [from, to] = [join(dir, 'times'), join(dir, 'times-copy')];
    mkdirSync(from);
    for (let i = 0; i < 200; i++) writeFileSync(join(from, String(i)), '');
    await copyTree(from, to);
    const times = (place: string) =>
      readdirSync(place).map((name) => statSync(join(place, name), { bigint: true }).mtimeNs);
    const [before, after] = [times(from), times(to)];
    for (let i = 1; i < before.length; i++)
      if (before[i]! >= before[i - 1]!) expect(after[i]! >= after[i - 1]!).toBe(true);
    expect(after.every((time, i) => Math.abs(Number(time - before[i]!)) < 2000)).toBe(true);
  });
});
