// Files of a checkout that belong to what judges a change. The change's own programs can write them while it is built and tested, and so
// make another test pass; here it is seen when they do.
//
// A build may write what it likes as long as the same comes out. From then on a file's change time tells of every touch, also of one that
// was undone: no program can set it back. Folders can't be moved away meanwhile, as a room holds them.

import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Protection, protectionOf, type Tampering } from '@swarm/core';
import type { Status } from '../terminal/status.js';
import { fullRun, type LazySide } from './measurement.js';

/** What the change's programs changed of that which judges it, and the base's own don't: known by running these, where there is something. */
export async function meddlingOf(
  sides: { readonly base: LazySide; readonly candidate: LazySide },
  protections: readonly Protection[],
  status: Status,
): Promise<Tampering[]> {
  const touched = (await sides.candidate.open()).touched();
  if (touched.length === 0) return [];
  const base = await sides.base.open();
  await fullRun(base, 0, 'the base once more', status);
  const usual = new Set(base.touched());
  return touched
    .filter((path) => !usual.has(path))
    .map((path) => ({
      area: protectionOf(path, protections)?.area ?? 'tests',
      what: path,
      reason: 'a program of the change writes to it while it is built or tested',
    }));
}

export class Watched {
  readonly #before: ReadonlyMap<string, string>;
  #stamps: ReadonlyMap<string, string> | undefined;
  readonly #changed = new Set<string>();

  /** `paths` are relative to `tree`. */
  constructor(
    private readonly tree: string,
    private readonly paths: readonly string[],
  ) {
    this.#before = this.#read(contentOf);
  }

  /** All folders on the way to these files, outer ones first. */
  get folders(): string[] {
    const found = new Set<string>();
    for (const path of this.paths)
      for (let at = dirname(path); at !== '.' && !found.has(at); at = dirname(at)) found.add(at);
    return [...found].sort().map((path) => join(this.tree, path));
  }

  /** It is built: what differs now was changed by that. */
  built(): void {
    this.#note(this.#before, this.#read(contentOf));
    this.#stamps = this.#read((_, { ino, ctimeNs }) => `${ino} ${ctimeNs}`);
  }

  /** What was changed so far. */
  touched(): string[] {
    if (this.#stamps !== undefined)
      this.#note(
        this.#stamps,
        this.#read((_, { ino, ctimeNs }) => `${ino} ${ctimeNs}`),
      );
    return [...this.#changed].sort();
  }

  #note(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): void {
    for (const [path, was] of before) if (now.get(path) !== was) this.#changed.add(path);
  }

  #read(of: (file: string, stat: BigIntStats) => string): Map<string, string> {
    return new Map(
      this.paths.map((path) => {
        const file = join(this.tree, path);
        const stat = lstatSync(file, { bigint: true, throwIfNoEntry: false });
        return [path, stat === undefined ? 'gone' : of(file, stat)];
      }),
    );
  }
}

function contentOf(file: string, stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return `link ${readlinkSync(file)}`;
  if (!stat.isFile()) return 'no file';
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
