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

/** Files that hold one of `versions` under another name: moved, linked or copied. */
function otherNames(files: readonly Found[], candidates: (size: string) => readonly Version[]): Product[] {
  const products: Product[] = [];
  const movedTo = new Map<Version, string>();
  const rest = files.filter((file) => {
    const version = candidates(sizeOf(file)).findLast((each) => each.identity === file.identity);
    if (version === undefined) return true;
    movedTo.set(version, file.path);
    products.push({ version, path: file.path });
    return false;
  });
  const bytes = (version: Version): Buffer | undefined => {
    const moved = movedTo.get(version);
    return moved === undefined ? contentOf(version) : readFileSync(moved);
  };
  for (const file of rest) {
    const older = candidates(sizeOf(file)).filter((version) => madeNs(version) <= file.changedNs);
    const version = older.length === 0 ? undefined : sameContent(older, readFileSync(file.path), bytes);
    if (version !== undefined) products.push({ version, path: file.path });
  }
  return products.filter(({ version, path }) => version.path !== path);
}

const sizeOf = (file: Found): string => file.identity.split(':')[1] ?? '';
const madeNs = (version: Version): bigint => BigInt(version.identity.split(':')[2] ?? 0);

const sameContent = (
  versions: readonly Version[],
  content: Buffer,
  bytes: (version: Version) => Buffer | undefined,
): Version | undefined => versions.findLast((version) => bytes(version)?.equals(content));

/** Every step output that exists now, under its own and other names. */
export function findProducts(versions: Versions, root: string): Product[] {
  const last = versions.last().filter((version) => version.maker.kind === 'step');
  const own = last.filter((version) => identityOf(version.path) !== '-');
  const ownPaths = new Set(own.map((version) => version.path));
  const made = (size: string) => versions.ofSize(size).filter((version) => version.maker.kind === 'step');
  const files = filesOfSizes(root, (size) => made(size).length > 0).filter(
    (file) => !ownPaths.has(file.path),
  );
  return [...own.map((version) => ({ version, path: version.path })), ...otherNames(files, made)];
}
