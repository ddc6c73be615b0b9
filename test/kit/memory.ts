// Where tests keep their folders: in memory, where the machine has room there. They write and remove many thousands of
// small files, which takes a disk's file system a tenth of all their time.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** What all tests at once may need, many times over. */
const ENOUGH_BYTES = 4 * 2 ** 30;

/** Variables for the tests: a TMPDIR in memory, unless one is set or memory is no place for it. */
export const inMemory = (): Record<string, string> =>
  process.env.TMPDIR === undefined && hasRoom() && runsPrograms() ? { TMPDIR: MEMORY } : {};

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** File systems in memory are mounted without that, here and there. */
function runsPrograms(): boolean {
  try {
    const folder = mkdtempSync(join(MEMORY, 'swarm-room-'));
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { status } = spawnSync(program);
    rmSync(folder, { recursive: true });
    return status === 0;
  } catch {
    return false;
  }
}
