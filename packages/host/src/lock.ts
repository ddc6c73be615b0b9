// Locks between processes that survive kill -9: a lock whose owner is dead is taken over.
//
// A lock is a series of numbered files beside `path`; the one with the highest number says who holds it, or that it is
// free. To take it, a process links a finished file under the next number, which only one can. The highest number is
// never removed, so a process that slept on an old listing finds a higher number after its link, and steps back.

import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskProblem } from './disk-problem.js';
import { ownerAlive, ownerPid, ownerStamp } from './owner.js';

export interface LockOptions {
  /** Called once for each owner that has to be waited for. */
  readonly onWait?: (ownerPid: number) => void;
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** An empty file: to free a lock must not need room on the disk. */
const FREE = '';
const SHORTEST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 100;

/** Run `work` while holding the lock named by `path`. Not reentrant. Throws `disk-full` and `read-only` (exit 3). */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const held = await acquire(path, options).catch((error: unknown) => {
    throw diskProblem(error, 'lock', path);
  });
  try {
    return await work();
  } finally {
    await truncate(`${path}.${held}`);
  }
}

async function acquire(path: string, options: LockOptions): Promise<number> {
  const stamp = `${ownerStamp()}-${randomBytes(4).toString('hex')}`;
  const draft = `${path}.${stamp}.draft`;
  let told = '';
  try {
    await writeFile(draft, stamp);
    for (let waitMs = SHORTEST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      options.signal?.throwIfAborted();
      const { number, owner } = await highest(path);
      if (owner === FREE || !ownerAlive(owner)) {
        if (await take(path, draft, number + 1)) return number + 1;
        waitMs = SHORTEST_WAIT_MS;
      } else if (owner !== told) {
        told = owner;
        options.onWait?.(ownerPid(owner));
      }
      await sleep(waitMs);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function take(path: string, draft: string, number: number): Promise<boolean> {
  try {
    await link(draft, `${path}.${number}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  const numbers = await numbersOf(path);
  if (Math.max(...numbers) > number) {
    await rm(`${path}.${number}`, { force: true });
    return false;
  }
  const old = numbers.filter((it) => it < number).map((it) => `${path}.${it}`);
  for (const file of [...old, ...(await deadDrafts(path))]) await rm(file, { force: true });
  return true;
}

async function highest(path: string): Promise<{ number: number; owner: string }> {
  const number = Math.max(0, ...(await numbersOf(path)));
  if (number === 0) return { number, owner: FREE };
  // It may have been replaced by a higher one since: then the next look tells.
  const owner = await readFile(`${path}.${number}`, 'utf8').catch(() => undefined);
  return owner === undefined ? highest(path) : { number, owner };
}

async function numbersOf(path: string): Promise<number[]> {
  return (await endings(path)).filter((ending) => /^\d+$/.test(ending)).map(Number);
}

/** What waiters left that were killed. */
async function deadDrafts(path: string): Promise<string[]> {
  const drafts = (await endings(path)).filter((ending) => ending.endsWith('.draft') && !ownerAlive(ending));
  return drafts.map((ending) => `${path}.${ending}`);
}

/** What comes after `path` and a dot in the names of files. */
async function endings(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
