// Full and read-only disks, real ones: a small tmpfs and a read-only mount in a mount namespace.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canUseViews, diskProblem, openJournal } from '@swarm/host';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const possible = await canUseViews();
if (!possible) console.warn('SKIPPED: full and read-only disks need the right to mount');

/** Run the writer with `mount` arguments applied to a folder that is its own. */
function writeOn(mode: string, mount: string): Record<string, unknown> {
  const place = join(dir, mode);
  mkdirSync(place);
  writeFileSync(join(place, 'old'), 'old');
  const program = join(import.meta.dirname, 'programs/disk-writer.mjs');
  const script = `${mount.replaceAll('DIR', '"$1"')} && exec "$2" "$3" "$1" "$4"`;
  const unshare = process.getuid!() === 0 ? ['-m'] : ['-U', '-r', '-m'];
  const done = spawnSync('unshare', [
    ...unshare,
    'sh',
    '-c',
    script,
    'sh',
    place,
    process.execPath,
    program,
    mode,
  ]);
  expect(done.stderr.toString()).toBe('');
  return JSON.parse(done.stdout.toString());
}

describe.skipIf(!possible)('a disk', () => {
  it('that is full is told in one line, and nothing half-written stays', () => {
    const seen = writeOn('full', 'mount -t tmpfs -o size=64k tmpfs DIR');
    const full = {
      code: 'disk-full',
      exit: 3,
      message: expect.stringMatching(/^[^\n]+: the disk is full \(ENOSPC\)$/),
    };
    expect(seen).toMatchObject({ append: full, atomic: full, log: full, journal: full });
    expect(seen).toMatchObject({ lastLine: '', whole: true, old: 'old', drafts: [] });
  });

  it('that is read-only is told in one line', () => {
    const seen = writeOn('read-only', 'mount --bind DIR DIR && mount -o remount,bind,ro DIR');
    const closed = {
      code: 'read-only',
      exit: 3,
      message: expect.stringMatching(/^[^\n]+: can't be written \(EROFS\)$/),
    };
    expect(seen).toMatchObject({ atomic: closed, log: closed, journal: closed, work: closed, lock: closed });
    expect(seen).toMatchObject({ old: 'old' });
  });
});

it('a device that is always full is told', () => {
  expect(() => openJournal('/dev/full', { schema: 'x/1' })).toThrow(/\/dev\/full/);
});

it('other errors stay what they are', () => {
  const error = new Error('other');
  expect(diskProblem(error, 'write', '/x')).toBe(error);
});
