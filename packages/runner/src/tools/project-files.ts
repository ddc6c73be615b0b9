// Files of a project by pattern, as every tool looks for its suites: what git and people don't count as the project stays out.

import { relative, sep } from 'node:path';

const NOT_OURS = [
  '**/node_modules/**',
  '**/.git/**',
  '**/.swarm/**',
  '**/target/debug/**',
  '**/__pycache__/**',
];

/** What holds projects that are not this one: data of its tests, and copies of others. */
const NOT_SUITES = ['fixtures', 'testdata', 'vendor', 'third_party'].map((name) => `**/${name}/**`);

/** Files that tell of suites of the project itself. */
export const suiteFiles = (root: string, patterns: readonly string[], depth: number): Promise<string[]> =>
  projectFiles(root, patterns, depth, NOT_SUITES);

/** Files under a folder, relative to it with `/`, in bytewise order. */
export async function projectFiles(
  root: string,
  patterns: readonly string[],
  depth = 12,
  notIn: readonly string[] = [],
): Promise<string[]> {
  const { default: glob } = await import('fast-glob');
  const found = await glob([...patterns], {
    cwd: root,
    dot: false,
    deep: depth,
    ignore: [...NOT_OURS, ...notIn],
    followSymbolicLinks: false,
    suppressErrors: true,
  });
  return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** A path as ids have it: relative to the root, with `/`. */
export const idPath = (root: string, path: string): string => relative(root, path).split(sep).join('/');
