// The folder that a probe works in a copy of: small, but with everything in it that the build touches.

import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, relative, sep } from 'node:path';

export const contains = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

function gitTop(dir: string): string | undefined {
  for (let folder = dir; ; folder = dirname(folder)) {
    if (existsSync(`${folder}/.git`)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function commonFolder(paths: readonly string[]): string {
  let common = paths[0]!;
  for (const path of paths) while (!contains(common, path)) common = dirname(common);
  return common;
}

/** Folders that hold more than one project: never copied. */
const isShared = (folder: string): boolean =>
  [homedir(), tmpdir(), '/usr/src', '/usr/local'].some((shared) => contains(folder, shared));

/**
 * The root for a build in `dir` that works in `folders` and writes `files`. `dir` itself when that holds everything, else the
 * git toplevel, else the nearest common folder; never the file system's root, a home folder or the like.
 */
export function chooseRoot(dir: string, paths: readonly string[]): string {
  const near = paths.filter((path) => !contains(tmpdir(), path) || contains(tmpdir(), dir));
  const holds = (folder: string) => near.every((path) => contains(folder, path));
  const top = gitTop(dir);
  if (holds(dir)) return dir;
  if (top !== undefined && !isShared(top) && holds(top)) return top;
  const common = commonFolder([dir, ...near]);
  return isShared(common) ? dir : common;
}

/** A path as people read it: relative to `root`. */
export const relativeTo = (root: string, path: string): string => relative(root, path) || '.';
