// Where captures are kept: in memory where there is plenty, since creating and removing two files a run on a busy disk
// costs as much as the run; else in the system's folder for temporary files.

import { access, constants, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_FOLDER = '/dev/shm';
/** Floods are stopped, but a program writes fast. */
const PLENTY_BYTES = 4 * 2 ** 30;

/** The folder to make captures in. */
export async function captureRoot(): Promise<string> {
  return (await hasPlenty(MEMORY_FOLDER)) ? MEMORY_FOLDER : tmpdir();
}

/** A new private folder. The one who asks removes it. */
export const createCaptureFolder = async (): Promise<string> =>
  mkdtemp(join(await captureRoot(), 'swarm-run-'));

async function hasPlenty(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    await access(folder, constants.W_OK);
    return bavail * bsize >= PLENTY_BYTES;
  } catch {
    return false;
  }
}
