// `current_tasks/` in a workspace whose claims are refs: one read-only file a claim, for agents that look at files. It is a
// view: hidden from git by the repository's own exclude file, written anew as a whole, and never read back.

import { chmod, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isTaskId } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import { Git } from './git.js';

export interface HeldTask {
  readonly task: string;
  readonly title: string;
  readonly holder: string;
  readonly expired: boolean;
}

/** The folder's name in the layout that people know. */
const CURRENT_TASKS = 'current_tasks';

const READ_ONLY = 0o444;
const MARK = '.view';

/**
 * Make the folder say what is held now. Nothing is done where the folder belongs to somebody else: it is tracked by git, or
 * it is there without our mark, or a link.
 */
export async function writeCurrentTasks(top: string, held: readonly HeldTask[]): Promise<void> {
  const folder = join(top, CURRENT_TASKS);
  const wanted = new Map(
    held.filter(({ task }) => isTaskId(task)).map((it) => [`${it.task}.txt`, textOf(it)]),
  );
  const ours = await isOurs(folder);
  const news = ours ? await newsOf(folder, wanted) : { gone: [], changed: [...wanted] };
  if (ours && news.gone.length + news.changed.length === 0) return;
  const git = new Git({
    dir: top,
    env: process.env,
    variables: {},
    signal: undefined,
    silenceMs: 30_000,
    onGit: undefined,
  });
  if (await isTracked(git)) return;
  if (!ours) {
    if ((await exists(folder)) || !(await hideFromGit(git))) return;
    await mkdir(folder);
    await writeFileAtomic(join(folder, MARK), 'Written by swarm; what you change here is lost.\n', {
      mode: READ_ONLY,
    });
  }
  for (const name of news.gone) await rm(join(folder, name), { force: true });
  for (const [name, text] of news.changed) {
    const file = join(folder, name);
    await writeFileAtomic(file, text, { mode: READ_ONLY });
    await chmod(file, READ_ONLY);
  }
}

/** What of the folder isn't as it is wanted. */
async function newsOf(folder: string, wanted: ReadonlyMap<string, string>) {
  const names = await readdir(folder);
  const changed: [string, string][] = [];
  for (const [name, text] of wanted)
    if ((await readFile(join(folder, name), 'utf8').catch(() => undefined)) !== text)
      changed.push([name, text]);
  return { gone: names.filter((name) => name.endsWith('.txt') && !wanted.has(name)), changed };
}

const textOf = ({ title, holder, expired }: HeldTask): string =>
  [title, `held by: ${holder}${expired ? ' (expired: can be taken over)' : ''}`]
    .map((line) => `${line.replace(/[\p{Cc}]+/gu, ' ')}\n`)
    .join('');

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && (await exists(join(folder, MARK)));
}

async function isTracked(git: Git): Promise<boolean> {
  const tracked = await git.run(['ls-files', '-z', '--', `:(top)${CURRENT_TASKS}`]);
  return tracked.kind === 'failed' || tracked.stdout !== '';
}

/** Exclude the folder in this repository only; false when that can't be done. */
async function hideFromGit(git: Git): Promise<boolean> {
  const found = await git.run(['rev-parse', '--path-format=absolute', '--git-path', 'info/exclude']);
  if (found.kind === 'failed') return false;
  const file = found.stdout.replace(/\n$/, '');
  const present = await readFile(file, 'utf8').catch(() => '');
  const line = `/${CURRENT_TASKS}/`;
  if (present.split('\n').includes(line)) return true;
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${present}${present === '' || present.endsWith('\n') ? '' : '\n'}${line}\n`);
  return true;
}
