// Files that are either the old or the new one, never half of it, also after a crash.

import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskProblem } from './disk-problem.js';

let nextNumber = 0;

/** Replace a file as a whole. Throws `disk-full` or `read-only` (exit 3); the old file then stays, and nothing else. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: {
    readonly mode?: number;
    /** False: it need not outlive a loss of power, only every end of this process. Default true. */
    readonly durable?: boolean;
  } = {},
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.${nextNumber++}.draft`);
  try {
    const file = await open(draft, 'wx', options.mode ?? 0o666);
    try {
      await file.writeFile(data);
      if (options.durable !== false) await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {}); // Where it can't be made it can't be removed.
    throw diskProblem(error, 'write', path);
  }
  if (options.durable !== false) await syncFolder(dirname(path));
}

/** So that the new name is on the disk, too. Not every file system can; the file itself is safe by then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
