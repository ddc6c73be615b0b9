// Whether what went wrong went wrong for want of room: a test on a full disk has no verdict.

import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** Less than this is none: file systems keep some blocks that nobody gets. */
const LEAST_BYTES = 64 * 1024;

/** Has the disk of our files, or that of temporary files, no room left? */
export async function diskIsFull(file: string): Promise<boolean> {
  for (const folder of new Set([dirname(file), tmpdir(), '/dev/shm'])) {
    const room = await statfs(folder).catch(() => undefined);
    if (room !== undefined && room.blocks > 0 && room.bavail * room.bsize < LEAST_BYTES) return true;
  }
  return false;
}
