// Commits of no files, whose message says something: what the queue's refs point to.

import { committer } from '../draft.js';
import type { Git } from '../git.js';
import { localProblem } from '../git-problem.js';
import type { HubRepository } from '../repository.js';

/** Write one; its id. `git` runs where its parent is. */
export async function writeEmpty(
  { top, emptyTree }: HubRepository,
  git: Git,
  parent: string | undefined,
  message: string,
): Promise<string> {
  const who = committer();
  const from = parent === undefined ? '' : `parent ${parent}\n`;
  const text = `tree ${emptyTree}\n${from}author ${who}\ncommitter ${who}\n\n${message}`;
  const made = await git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], text);
  if (made.kind === 'failed') throw localProblem(made, top);
  return made.stdout.trim();
}
