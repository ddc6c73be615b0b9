// How tasks lie in a git tree, and reading them: `<shard>/<id>.json`, its files in `<shard>/<id>/`. The shard is two hex
// digits of the id's hash, so that a change writes two small trees however many tasks there are. Two processes read them all.

import { createHash } from 'node:crypto';
import { isTaskId, readTask, type Task } from '@swarm/core';
import { localProblem } from './git-problem.js';
import type { TaskView } from './hub.js';
import { checkedTaskId } from './namespace.js';
import type { HubRepository } from './repository.js';

const shardOf = (id: string): string => createHash('sha1').update(id).digest('hex').slice(0, 2);

/** Where a task's text is; its files are in the folder of the same name without the ending. */
export const taskFile = (id: string): string => `${shardOf(checkedTaskId(id))}/${id}.json`;
export const taskFolder = (id: string): string => `${shardOf(checkedTaskId(id))}/${id}`;

/** The last view of each repository: a commit never changes, so an unchanged hub is read once. */
const LAST = new WeakMap<HubRepository, { readonly commit: string; readonly view: TaskView }>();

/** All tasks of a commit, given by its id. Files that are no tasks are told, those in nobody's place are not looked at. */
export async function readTasks(repository: HubRepository, commit: string): Promise<TaskView> {
  const last = LAST.get(repository);
  if (last?.commit === commit) return last.view;
  const view = await readView(repository, commit);
  LAST.set(repository, { commit, view });
  return view;
}

/** A task as the last view of this process has it; undefined where there was none. */
export const lastSeen = (repository: HubRepository, id: string): Task | undefined =>
  LAST.get(repository)?.view.tasks.find((task) => task.id === id);

async function readView(repository: HubRepository, commit: string): Promise<TaskView> {
  const { git, top } = repository;
  const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (listed.kind === 'failed') throw localProblem(listed, top);
  const files = listed.stdout.split('\0').flatMap((entry) => {
    const found = /^100644 blob ([0-9a-f]+)\t(([^/]+)\/([^/]+)\.json)$/.exec(entry);
    if (found === null) return [];
    const [, blob, file, shard, id] = found as unknown as [string, string, string, string, string];
    return isTaskId(id) && shardOf(id) === shard ? [{ blob, file, id }] : [];
  });
  const texts = await readObjects(
    repository,
    files.map(({ blob }) => blob),
  );
  const tasks: Task[] = [];
  const broken: { file: string; reason: string }[] = [];
  for (const [i, { file, id }] of files.entries()) {
    const read = parse(id, texts[i]);
    if (read.kind === 'task') tasks.push(read.task);
    else broken.push({ file, reason: read.reason });
  }
  tasks.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { tasks, broken };
}

/** One task of a commit; undefined when there is none, or when its file is none. */
export async function readOne(
  repository: HubRepository,
  commit: string,
  id: string,
): Promise<Task | undefined> {
  const [bytes] = await readObjects(repository, [`${commit}:${taskFile(id)}`]);
  const read = parse(id, bytes);
  return read.kind === 'task' ? read.task : undefined;
}

const parse = (id: string, bytes: Buffer | undefined): ReturnType<typeof readTask> => {
  if (bytes === undefined) return { kind: 'garbage', reason: 'it is no file' };
  const read = readTask(bytes.toString('utf8'));
  if (read.kind === 'task' && read.task.id !== id)
    return { kind: 'garbage', reason: `it says that it is ${read.task.id}` };
  return read;
};

/** The bytes of blobs by name, in order; undefined for what isn't there or is no blob. Names hold no newline. */
export async function readObjects(
  { git, top }: HubRepository,
  names: readonly string[],
): Promise<(Buffer | undefined)[]> {
  if (names.length === 0) return [];
  const read = await git.catFile(['--batch', '--buffer'], `${names.join('\n')}\n`);
  if (read.kind === 'failed') throw localProblem(read, top);
  const found: (Buffer | undefined)[] = [];
  const all = read.stdout;
  for (let at = 0; found.length < names.length; ) {
    const end = all.indexOf(0x0a, at);
    const header = all.toString('utf8', at, end < 0 ? all.length : end);
    at = end + 1;
    const [, kind, size] = / (\w+) (\d+)$/.exec(header) ?? [];
    if (end < 0 || size === undefined) found.push(undefined);
    else {
      found.push(kind === 'blob' ? all.subarray(at, at + Number(size)) : undefined);
      at += Number(size) + 1;
    }
    if (end < 0) at = all.length;
  }
  return found;
}
