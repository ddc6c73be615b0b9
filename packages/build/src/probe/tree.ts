// The tree as it was when a session began, and how to get a copy of it back to that state after a test: what the test
// changed or removed is put back, what it added goes. One walk by `find` tells what changed (files by their status change time, which a
// program can't set back), so an undisturbed tree costs microseconds a file and no copying.
//
// Names are kept as strings of bytes (latin1), since names in a tree needn't be UTF-8.

import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import type { ProcessRunner } from '@swarm/host';
import type { OwnFiles } from './own-files.js';

/** A name of bytes from a path of characters. */
export const bytesOf = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');
const pathOf = (bytes: string): Buffer => Buffer.from(bytes, 'latin1');

/** What lies in a tree: each folder's names, and each file's modification time. */
export class TreeSnapshot {
  private readonly folders = new Map<string, string[]>();
  private readonly times = new Map<string, number>();

  /** Read the tree under `root`, without the paths in `skip`, relative. */
  constructor(
    readonly root: string,
    skip: readonly string[],
  ) {
    this.read('', new Set(skip.map(bytesOf)));
  }

  /** Is there such a file or folder? By its path relative to the root, in bytes. */
  has(path: string): boolean {
    return this.times.has(path) || this.folders.has(path);
  }

  /** The names in a folder, or undefined where it isn't one of ours. */
  names(folder: string): readonly string[] | undefined {
    return this.folders.get(folder);
  }

  /** Put one file or folder of the snapshot back into a copy. Throws `tree-changed` where the original has changed. */
  putBack(path: string, copy: string): void {
    const from = pathOf(`${bytesOf(this.root)}/${path}`);
    const to = pathOf(`${bytesOf(copy)}/${path}`);
    const stat = lstatSync(from, { throwIfNoEntry: false });
    const time = this.times.get(path);
    if (stat === undefined || (time !== undefined && stat.mtimeMs !== time))
      throw new SwarmError(`source tree: ${from} changed while bisecting`, {
        code: 'tree-changed',
        exit: EXIT.environment,
        hint: 'leave the tree alone while it is bisected, then run again with --resume',
      });
    rmSync(to, { recursive: true, force: true });
    if (stat.isDirectory()) {
      mkdirSync(to);
      chmodSync(to, stat.mode);
      for (const name of this.folders.get(path) ?? []) this.putBack(join(path, name), copy);
    } else if (stat.isSymbolicLink()) {
      symlinkSync(readlinkSync(from, 'buffer'), to);
      lutimesSync(to, stat.atime, stat.mtime);
    } else if (stat.isFile()) {
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      chmodSync(to, stat.mode);
      utimesSync(to, stat.atime, stat.mtime);
    }
  }

  private read(folder: string, skip: ReadonlySet<string>): void {
    const names: string[] = [];
    for (const entry of readdirSync(pathOf(`${bytesOf(this.root)}/${folder}`), {
      withFileTypes: true,
      encoding: 'latin1' as 'utf8',
    })) {
      const path = join(folder, entry.name);
      if (skip.has(path)) continue;
      names.push(entry.name);
      if (entry.isDirectory()) this.read(path, skip);
      else this.times.set(path, lstatSync(pathOf(`${bytesOf(this.root)}/${path}`)).mtimeMs);
    }
    this.folders.set(folder, names);
  }
}

/** Set a mark in time: `changedSince` tells what changed in or after the clock tick that it was set in. */
export function setMark(mark: string): void {
  writeFileSync(mark, '');
  const { mtimeMs } = statSync(mark);
  const justBefore = (mtimeMs - 0.01) / 1000;
  utimesSync(mark, justBefore, justBefore);
}

/**
 * What changed in a copy since the mark: its files, folders and links, relative, in bytes; folders before
 * their content. `further` are more conditions in the words of `find`.
 */
export async function changedSince(
  mark: string,
  copy: string,
  runner: ProcessRunner,
  skip: readonly string[],
  further: readonly string[] = [],
): Promise<string[]> {
  const list = `${mark}.list`;
  const pruned = skip.flatMap((path) => ['-path', `./${path.replace(/[*?[\]\\]/g, '\\$&')}`, '-prune', '-o']);
  const result = await runner.run({
    argv: ['find', '.', ...pruned, '-cnewer', mark, ...further, '-printf', '%P\\0'],
    cwd: copy,
    stdoutFile: list,
  });
  if (result.exit.kind !== 'exited' || result.exit.code !== 0)
    throw new Error(`could not walk ${copy}: ${result.stderr.trim() || result.exit.kind}`);
  return readFileSync(list, 'latin1').split('\0').slice(0, -1);
}

/**
 * Put back what changed in a copy, and remove what was added. Own files are left as they are: those that changed or are gone are
 * returned.
 */
export function restore(
  snapshot: TreeSnapshot,
  copy: string,
  changed: readonly string[],
  own: OwnFiles,
  skip: readonly string[],
): string[] {
  const disturbed: string[] = [];
  for (const path of changed) {
    if (snapshot.names(path) !== undefined || own.names(path) !== undefined)
      disturbed.push(...restoreFolder(snapshot, copy, path, own, skip));
    else if (own.has(path)) disturbed.push(path);
    else if (snapshot.has(path)) snapshot.putBack(path, copy);
  }
  return disturbed;
}

/** The own files that are gone from the folder. */
function restoreFolder(
  snapshot: TreeSnapshot,
  copy: string,
  folder: string,
  own: OwnFiles,
  skip: readonly string[],
): string[] {
  const path = pathOf(`${bytesOf(copy)}/${folder}`);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    if (snapshot.has(folder)) snapshot.putBack(folder, copy);
    return own.at(folder);
  }
  const present = new Set(readdirSync(path, 'latin1' as 'utf8'));
  for (const name of present) {
    const file = join(folder, name);
    if (!snapshot.has(file) && !own.has(file) && !isSkipped(file, skip))
      rmSync(pathOf(`${bytesOf(copy)}/${file}`), { recursive: true, force: true });
  }
  const gone: string[] = [];
  for (const name of new Set([...(snapshot.names(folder) ?? []), ...(own.names(folder) ?? [])])) {
    if (present.has(name)) continue;
    const file = join(folder, name);
    gone.push(...own.at(file));
    if (snapshot.has(file) && !own.at(file).includes(file)) snapshot.putBack(file, copy);
  }
  return gone;
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Is this path left out, or does it lead to one that is? */
const isSkipped = (path: string, skip: readonly string[]): boolean =>
  skip.map(bytesOf).some((left) => left === path || left.startsWith(`${path}/`));
