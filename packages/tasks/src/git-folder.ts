// The `.git` of a tree in which hostile programs write. Git follows what links lead to: a log, an index or a message that is one would be
// written wherever it leads. So there must be none where git writes; nobody writes meanwhile, since nothing runs in the tree then.

import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

/** Variables for git in a tree, so that it looks nowhere but in the tree's own `.git`. */
export function gitPlace(top: string): Record<string, string> {
  const dir = join(top, '.git');
  return { GIT_DIR: dir, GIT_COMMON_DIR: dir, GIT_WORK_TREE: top };
}

/** It is there, and is not another one's. Throws `workspace-tampered` (exit 1). */
export function expectOwnFolder(top: string, who: string): void {
  const dir = join(top, '.git');
  if (lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) throw tampered(who, 'is no folder');
  if (lstatSync(join(dir, 'commondir'), { throwIfNoEntry: false }) !== undefined)
    throw tampered(who, 'names another one');
}

/** The same, and nothing in it leads elsewhere. */
export function expectOwnFiles(top: string, who: string): void {
  expectOwnFolder(top, who);
  const dir = join(top, '.git');
  const odd = oddOne(dir, dir);
  if (odd !== undefined) throw tampered(who, `holds ${odd}, which is neither a file nor a folder`);
}

/** Git would read, and push on, what other repositories of the machine have. Throws `workspace-tampered` (exit 1). */
export function expectNoLoan(top: string, who: string, borrows: readonly string[]): void {
  const file = join(top, '.git', 'objects', 'info', 'alternates');
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const agreed = new Set(borrows.map((repository) => join(repository, 'objects')));
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.some((line) => line !== '' && !agreed.has(line))) throw tampered(who, 'borrows from elsewhere');
}

/** Git makes the files beneath these anew, under names of its own; hooks are never run. */
const LEFT_OUT = /^(?:hooks|objects\/[0-9a-f]{2})$/;

function oddOne(dir: string, top: string): string | undefined {
  for (const entry of entriesOf(dir)) {
    const path = relative(top, join(dir, entry.name));
    if (entry.isFile()) continue;
    if (!entry.isDirectory()) return path;
    const within = LEFT_OUT.test(path) ? undefined : oddOne(join(dir, entry.name), top);
    if (within !== undefined) return within;
  }
  return undefined;
}

/** None where there is no folder any more: git changes its own meanwhile. */
function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const tampered = (who: string, what: string): SwarmError =>
  new SwarmError(`${who}: its .git was tampered with from inside: it ${what}`, {
    code: 'workspace-tampered',
    exit: EXIT.refused,
    hint: 'look at it with care, or remove it with swarm workspace remove NAME --force',
  });
