// Private work folders, and the removal of those that a killed run left behind, with whatever still runs for it.

import { randomBytes } from 'node:crypto';
import { chmod, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAtOnce } from './ending.js';
import { makeFolder } from './folder.js';
import { OWNER_PATTERN, ownerAlive, ownerStamp } from './owner.js';
import { processesWithVariable } from './process-table.js';
import { surroundings } from './surroundings.js';

export interface WorkDir {
  readonly path: string;
  /** For `createRunner`: a later sweep finds what these programs left. */
  readonly cookie: string;
  remove(): Promise<void>;
}

/**
 * A new folder of this process's own under `parent`. Its name tells its owner, so that there is no moment at which it
 * has none. Throws `disk-full` and `read-only` (exit 3).
 */
export async function createWorkDir(parent: string): Promise<WorkDir> {
  const cookie = `${ownerStamp()}-${randomBytes(6).toString('hex')}`;
  const path = join(parent, cookie);
  makeFolder(path, 'work folder', 0o700);
  return { path, cookie, remove: () => removeTree(path) };
}

/** The same among temporary files, the system's or those of what stands around, once those of dead owners are gone from there. */
export async function createTempDir(parent: string = surroundings()?.folder ?? tmpdir()): Promise<WorkDir> {
  await sweepWorkDirs(parent);
  return createWorkDir(parent);
}

/** Remove work folders whose owners are dead, and kill what still runs for them. Returns the removed folders. */
export async function sweepWorkDirs(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => [] as string[]);
  return endOwned(
    parent,
    names.filter((name) => OWNER_PATTERN.test(name) && !ownerAlive(name)),
  );
}

/** The same for all of them, whether their owners live or not: for when the folder itself goes. */
export async function endWorkDirs(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => [] as string[]);
  return endOwned(
    parent,
    names.filter((name) => OWNER_PATTERN.test(name)),
  );
}

async function endOwned(parent: string, cookies: readonly string[]): Promise<string[]> {
  for (const cookie of cookies) {
    const carries = (value: string) => value === cookie || value.startsWith(`${cookie}.`);
    await endAtOnce(() => processesWithVariable('SWARM_RUN', carries));
    await removeTree(join(parent, cookie));
  }
  return cookies.map((name) => join(parent, name));
}

/** Remove a tree, also one with folders that are not writable. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o700).catch(() => {}); // rm says what can't be removed.
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) await makeWritable(join(dir, entry.name));
}
