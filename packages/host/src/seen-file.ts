// Files that programs inside of something may have written: read from outside, they must not lead to what these programs don't see.

import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { surroundings } from './surroundings.js';

/**
 * Open a file to read. Where something stands around our programs, only a plain file that they see too is opened, and where it lies is asked
 * of what was opened: they may change every link on the way meanwhile. Throws as `openSync`, and ENOENT for what they don't see.
 */
export function openSeen(path: string): number {
  const by = surroundings();
  if (by === undefined) return openSync(path, 'r');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const where = readlinkSync(`/proc/self/fd/${fd}`);
  if (fstatSync(fd).isFile() && [by.tree, by.folder].some((dir) => where.startsWith(realpathSync(dir) + sep)))
    return fd;
  closeSync(fd);
  throw Object.assign(new Error(`${path}: leads out of what its programs see`), { code: 'ENOENT' });
}

/** All of its text. Throws as `openSeen`. */
export async function readSeen(path: string): Promise<string> {
  const fd = openSeen(path);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
