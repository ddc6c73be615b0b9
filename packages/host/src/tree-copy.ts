// Copies of trees, as `cp -a --reflink=auto` makes them: blocks are shared where the file system can, and modes, times,
// symbolic links and hard links stay. Times are cut to microseconds, which keeps their order.

import { type BigIntStats, constants } from 'node:fs';
import { chmod, copyFile, link, lstat, lutimes, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { diskProblem } from './disk-problem.js';
import { makeFolder } from './folder.js';

export interface CopyOptions {
  /** Told a path relative to the tree; true leaves it out, with all that is in it. */
  readonly skip?: (path: string) => boolean;
}

export interface CopyReport {
  readonly files: number;
  /** Sockets, pipes and devices: not copied. */
  readonly skippedSpecial: readonly string[];
}

/** Files in flight: enough to keep a disk busy, few enough for any limit on descriptors. */
const BREADTH = 16;

/** Copy the tree `from` into `to`, which is made if needed. Throws `disk-full` and `read-only` (exit 3). */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<CopyReport> {
  const copy = new Copy(from, to, options);
  try {
    await copy.folder('');
  } catch (error) {
    throw diskProblem(error, 'copy to', to);
  }
  return copy;
}

class Copy implements CopyReport {
  files = 0;
  readonly skippedSpecial: string[] = [];
  /** Where files with several names were copied to, by inode. */
  readonly #linked = new Map<string, Promise<string>>();

  constructor(
    private readonly from: string,
    private readonly to: string,
    private readonly options: CopyOptions,
  ) {}

  async folder(path: string): Promise<void> {
    const source = join(this.from, path);
    const target = join(this.to, path);
    const stat = await lstat(source, { bigint: true });
    makeFolder(target, 'copy to', 0o700);
    const names = (await readdir(source)).map((name) => (path === '' ? name : `${path}/${name}`));
    const wanted = names.filter((name) => !this.options.skip?.(name));
    for (let i = 0; i < wanted.length; i += BREADTH)
      await Promise.all(wanted.slice(i, i + BREADTH).map((name) => this.#entry(name)));
    await chmod(target, Number(stat.mode & 0o7777n));
    await setTimes(target, stat, utimes);
  }

  async #entry(path: string): Promise<void> {
    const source = join(this.from, path);
    const target = join(this.to, path);
    const stat = await lstat(source, { bigint: true });
    if (stat.isDirectory()) return this.folder(path);
    if (stat.isSymbolicLink()) {
      await symlink(await readlink(source, 'buffer'), target);
      return setTimes(target, stat, lutimes);
    }
    if (!stat.isFile()) {
      this.skippedSpecial.push(path);
      return;
    }
    this.files++;
    if (stat.nlink === 1n) return copyOne(source, target, stat);
    return this.#linkedFile(source, target, stat);
  }

  async #linkedFile(source: string, target: string, stat: BigIntStats): Promise<void> {
    const inode = `${stat.dev}:${stat.ino}`;
    const first = this.#linked.get(inode);
    if (first !== undefined) return link(await first, target);
    const copied = copyOne(source, target, stat).then(() => target);
    this.#linked.set(inode, copied);
    await copied;
  }
}

async function copyOne(source: string, target: string, stat: BigIntStats): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, Number(stat.mode & 0o7777n));
  await setTimes(target, stat, utimes);
}

const setTimes = (
  path: string,
  stat: BigIntStats,
  set: (path: string, atime: number, mtime: number) => Promise<void>,
): Promise<void> => set(path, seconds(stat.atimeNs), seconds(stat.mtimeNs));

/** Whole microseconds: what a double makes of them keeps their order, and whole seconds stay exact. */
const seconds = (ns: bigint): number => Number(ns / 1000n) / 1e6;
