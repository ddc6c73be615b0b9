// The files of a copy that are the probe's own: objects and what is made of them. After a test they are not put back as the
// tree had them, but looked at: is each still what the probe made it? Paths are relative, in bytes.

import { dirname, relative } from 'node:path';
import { bytesOf } from './tree.js';

export class OwnFiles {
  /** Names of own files, and of folders that hold some, by folder. */
  private readonly folders = new Map<string, Set<string>>();

  constructor(root: string, paths: Iterable<string>) {
    for (const path of paths) {
      const inTree = relative(root, path);
      if (!inTree.startsWith('../')) this.add(bytesOf(inTree));
    }
  }

  /** An own file, or a folder that holds some. */
  has(path: string): boolean {
    return this.folders.get(folderOf(path))?.has(nameOf(path)) ?? false;
  }

  /** What of its own a folder holds; undefined where it holds nothing. */
  names(folder: string): ReadonlySet<string> | undefined {
    return this.folders.get(folder);
  }

  /** The own files at or under a path. */
  at(path: string): string[] {
    const names = this.folders.get(path);
    if (names === undefined) return this.has(path) ? [path] : [];
    return [...names].flatMap((name) => this.at(path === '' ? name : `${path}/${name}`));
  }

  private add(path: string): void {
    const folder = folderOf(path);
    const names = this.folders.get(folder);
    if (names !== undefined) {
      names.add(nameOf(path));
      return;
    }
    this.folders.set(folder, new Set([nameOf(path)]));
    if (folder !== '') this.add(folder);
  }
}

const folderOf = (path: string): string => (dirname(path) === '.' ? '' : dirname(path));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
