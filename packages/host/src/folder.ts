// Making folders. Node's own recursive mkdir says ENOENT where a disk is read-only, which helps nobody.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskProblem } from './disk-problem.js';

/** Make a folder and those above it, where they are missing. Throws `disk-full` and `read-only` (exit 3). */
export function makeFolder(path: string, what: string, mode = 0o777): void {
  try {
    make(path, mode);
  } catch (error) {
    throw diskProblem(error, what, path);
  }
}

function make(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
      throw error;
    }
    make(dirname(path), 0o777);
    mkdirSync(path, { mode });
  }
}
