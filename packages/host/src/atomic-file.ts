// Files that are either the old or the new one, never half of it, also after a crash.

import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskProblem } from './disk-problem.js';

const DRAFT = '.draft';
/** Far longer than any file is written. */
const OLD_DRAFT_MS = 3_600_000;

let nextNumber = 0;

export interface ReplaceOptions {
  readonly mode?: number;
  /** False: it need not outlive a loss of power, only every end of this process. Default true. */
  readonly durable?: boolean;
}

/** Replace a file as a whole. Throws `disk-full` or `read-only` (exit 3); the old file then stays, and nothing else. */
export const writeFileAtomic = (
  path: string,
  data: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> => replaceFile(path, (file) => file.writeFile(data), options);

/**
 * The same for what is too large to hold: `fill` writes the new file piece by piece. What it throws goes on, with nothing replaced. A device or
 * a pipe is written to: put in its place, a file would take `/dev/null` or `/dev/stdout` away from the whole machine.
 */
export async function replaceFile(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  options: ReplaceOptions = {},
): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile() && !there.isDirectory()) return writeInto(path, fill);
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.${nextNumber++}${DRAFT}`);
  try {
    const file = await open(draft, 'wx', options.mode ?? 0o666);
    try {
      await fill(file);
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

/** Is this the name of a file that is not whole yet? It is its writer's, whoever that is. */
export const isDraft = (name: string): boolean => name.startsWith('.') && name.endsWith(DRAFT);

/** Remove the drafts of writers that were killed: those of an hour ago. */
export async function sweepDrafts(folder: string, names: readonly string[]): Promise<void> {
  for (const path of names.filter(isDraft).map((name) => join(folder, name))) {
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > OLD_DRAFT_MS) await rm(path, { force: true });
  }
}

async function writeInto(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    const file = await open(path, 'w');
    await fill(file).finally(() => file.close());
  } catch (error) {
    throw diskProblem(error, 'write', path);
  }
}

/** So that the new name is on the disk, too. Not every file system can; the file itself is safe by then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
