// What the build left behind that is worth a replay: the programs, libraries and archives that are still there, also
// where they were moved or copied to after they were made.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './compile-log.js';
import type { Identity } from './record.js';
import { contentOf, type Version, type Versions } from './versions.js';

/** A file that holds a version at the end of the build. */
export interface Product {
  readonly version: Version;
  readonly path: string;
}

const SKIPPED = new Set(['.git', '.swarm', '.hg', '.svn', 'node_modules']);
/** Larger trees are not walked: copies are then only found where the build's own commands name them. */
const MOST_ENTRIES = 200_000;

interface Found {
  readonly path: string;
  readonly identity: Identity;
  readonly changedNs: bigint;
}

/** All regular files of the sizes asked for under a folder. */
function filesOfSizes(root: string, wanted: (size: string) => boolean): Found[] {
  const found: Found[] = [];
  const folders = [root];
  let left = MOST_ENTRIES;
  for (let folder = folders.pop(); folder !== undefined && left > 0; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      left--;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
      if (!entry.isFile()) continue;
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined || !wanted(`${stat.size}`)) continue;
      found.push({ path, identity: `${stat.ino}:${stat.size}:${stat.mtimeNs}`, changedNs: stat.ctimeNs });
    }
  }
  return found;
}

/** The version that a file holds: the same file under another name, or the same bytes written later. */
function holds(file: Found, versions: readonly Version[]): Version | undefined {
  const same = versions.findLast((version) => version.identity === file.identity);
  if (same !== undefined) return same;
  const young = versions.filter((version) => BigInt(version.identity.split(':')[2] ?? 0) <= file.changedNs);
  return young.findLast((version) => contentOf(version)?.equals(readFileSync(file.path)));
}

/** Every step output that exists now, under its own and other names. */
export function findProducts(versions: Versions, root: string): Product[] {
  const last = versions.last().filter((version) => version.maker.kind === 'step');
  const own = last.filter((version) => identityOf(version.path) !== '-');
  const known = new Set(versions.last().map((version) => version.path));
  const made = (size: string) => versions.ofSize(size).filter((version) => version.maker.kind === 'step');
  const moved = filesOfSizes(root, (size) => made(size).length > 0)
    .filter((file) => !known.has(file.path) || !own.some((version) => version.path === file.path))
    .flatMap((file) => {
      const version = holds(file, made(file.identity.split(':')[1] ?? ''));
      return version === undefined || version.path === file.path ? [] : [{ version, path: file.path }];
    });
  return [...own.map((version) => ({ version, path: version.path })), ...moved];
}
