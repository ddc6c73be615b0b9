// Files that match globs, as test ids: relative to the root, with `/`, in bytewise order.

import { resolve } from 'node:path';
import { bytewise, EXIT, SwarmError } from '@swarm/core';

/** Folders of tools, where no test of a person's is. */
const NEVER = ['**/.git/**', '**/.swarm/**', '**/node_modules/**'];

/** Find files below `dir` (absolute). Throws `tests-unreadable` (exit 3). */
export async function findFiles(
  dir: string,
  globs: readonly string[],
  exclude: readonly string[] = [],
): Promise<string[]> {
  const { default: fastGlob } = await import('fast-glob');
  try {
    const found = await fastGlob([...globs], {
      cwd: resolve(dir),
      ignore: [...NEVER, ...exclude],
      dot: true,
      onlyFiles: true,
      followSymbolicLinks: false,
      unique: true,
    });
    return sortedBytewise(found);
  } catch (error) {
    throw new SwarmError(`tests in ${dir}: ${error instanceof Error ? error.message : error}`, {
      code: 'tests-unreadable',
      exit: EXIT.environment,
      hint: 'make the folder readable, or leave it out with `exclude`',
      cause: error,
    });
  }
}

/** Sorted by the bytes of their UTF-8. */
export const sortedBytewise = (ids: readonly string[]): string[] => [...ids].sort(bytewise);
