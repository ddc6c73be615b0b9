// The folder of a working tree in which swarm keeps what it may lose: runs, logs, caches. It hides itself from git.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskProblem } from './disk-problem.js';
import { makeFolder } from './folder.js';

/** Make `.swarm/` in a tree, where it is missing; its path. Throws `disk-full` and `read-only` (exit 3). */
export async function openStateFolder(dir: string): Promise<string> {
  const state = join(dir, '.swarm');
  makeFolder(state, 'state folder');
  const hiding = join(state, '.gitignore');
  await writeFile(hiding, '*\n').catch((error: unknown) => {
    throw diskProblem(error, 'state folder', hiding);
  });
  return state;
}
