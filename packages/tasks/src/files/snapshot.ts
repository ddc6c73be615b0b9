// What the hub's branch says of tasks and claims, at one commit: read from our own repository, no working tree is touched.

import { isAttachmentName, type Lease, type Task, taskOf } from '@swarm/core';
import { localProblem } from '../git-problem.js';
import type { TaskView } from '../hub.js';
import type { HubRepository } from '../repository.js';
import { readObjects } from '../task-tree.js';
import { attachmentFolder, CLAIMS, idOfPath, readClaimText, readTaskFile, TASKS } from './layout.js';

/** A claim and the file that it is. */
interface FileClaim {
  readonly lease: Lease;
  readonly path: string;
}

export interface Snapshot extends TaskView {
  readonly tip: string;
  readonly claims: ReadonlyMap<string, FileClaim>;
  /** Where each task's file is; a task that is only claimed has none. */
  readonly taskPaths: ReadonlyMap<string, string>;
}

/** Read a commit. `ttlMs`: for how long a claim holds that doesn't say it itself. */
export async function readSnapshot(repository: HubRepository, tip: string, ttlMs: number): Promise<Snapshot> {
  const files = await listFiles(repository, tip);
  const texts = await readObjects(
    repository,
    files.map(({ blob }) => blob),
  );
  const paths = files.map(({ path }) => path);
  const tasks = new Map<string, Task>();
  const taskPaths = new Map<string, string>();
  const claims = new Map<string, FileClaim>();
  const broken: { file: string; reason: string }[] = [];
  for (const [i, { path, blob }] of files.entries()) {
    const bytes = texts[i] ?? Buffer.alloc(0);
    const task = idOfPath(path, TASKS);
    if (task !== undefined && !tasks.has(task)) {
      const read = readTaskFile(task, bytes);
      if (read.kind === 'garbage') broken.push({ file: path, reason: read.reason });
      else tasks.set(task, { ...read.task, attachments: attachmentsOf(task, paths) });
      taskPaths.set(task, path);
    }
    const claimed = idOfPath(path, CLAIMS);
    if (claimed === undefined || claims.has(claimed)) continue;
    const text = bytes.toString('utf8');
    const said = readClaimText(claimed, text);
    const lease =
      said === undefined
        ? await foreignLease(repository, tip, path, claimed, ttlMs)
        : { ...said, token: blob };
    claims.set(claimed, { lease, path });
    if (!taskPaths.has(claimed) && !paths.includes(`${TASKS}/${path.slice(CLAIMS.length + 1, -4)}.md`))
      tasks.set(claimed, unlistedTask(claimed, text));
  }
  return {
    tip,
    tasks: [...tasks.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    broken,
    claims,
    taskPaths,
  };
}

async function listFiles(
  { git, top }: HubRepository,
  tip: string,
): Promise<{ path: string; blob: string }[]> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', tip, '--', CLAIMS, TASKS]);
  if (listed.kind === 'failed') throw localProblem(listed, top);
  const files = listed.stdout.split('\0').flatMap((entry) => {
    const found = /^100(?:644|755) blob ([0-9a-f]+)\t([^\n\uFFFD]+)$/.exec(entry);
    return found === null ? [] : [{ blob: found[1]!, path: found[2]! }];
  });
  // Tasks first, so that a claim knows whether its task has a file.
  return files.sort((a, b) => Number(a.path.startsWith(CLAIMS)) - Number(b.path.startsWith(CLAIMS)));
}

const attachmentsOf = (id: string, paths: readonly string[]): string[] =>
  paths
    .filter((path) => path.startsWith(`${attachmentFolder(id)}/`))
    .map((path) => path.slice(attachmentFolder(id).length + 1))
    .filter(isAttachmentName);

/** A file that somebody wrote by hand. It is told from a later one of the same text by the commit that wrote it. */
async function foreignLease(
  { git, top }: HubRepository,
  tip: string,
  path: string,
  task: string,
  ttlMs: number,
): Promise<Lease> {
  const found = await git.run(['log', '-1', '--format=%H%x00%an', tip, '--', `:(top,literal)${path}`]);
  if (found.kind === 'failed') throw localProblem(found, top);
  const [token = '', holder = ''] = found.stdout.trimEnd().split('\0');
  return { task, holder: holder === '' ? 'somebody' : holder, ttlMs, token };
}

/** What is worked on without a file that says what it is. */
function unlistedTask(id: string, text: string): Task {
  const read = readTaskFile(id, Buffer.from(text));
  return read.kind === 'garbage' ? taskOf({ id, title: id }) : { ...read.task, id, state: 'open' };
}
