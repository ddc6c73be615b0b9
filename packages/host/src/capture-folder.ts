// Where captures are kept: in memory where there is plenty, since creating and removing two files a run on a busy disk
// costs as much as the run; else in the system's folder for temporary files.

import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_FOLDER = '/dev/shm';
/** Floods are stopped, but a program writes fast. */
const PLENTY_BYTES = 4 * 2 ** 30;

/** A new private folder. The one who asks removes it. */
export async function createCaptureFolder(): Promise<string> {
  if (await hasPlenty(MEMORY_FOLDER)) {
    const made = await mkdtemp(join(MEMORY_FOLDER, 'swarm-run-')).catch(() => undefined);
    if (made !== undefined) return made;
  }
  return mkdtemp(join(tmpdir(), 'swarm-run-'));
}

async function hasPlenty(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= PLENTY_BYTES;
  } catch {
    return false;
  }
}
