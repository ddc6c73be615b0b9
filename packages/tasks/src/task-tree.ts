// How tasks lie in a git tree, and reading them: `<shard>/<id>.json`, its files in `<shard>/<id>/`. The shard is two hex
// digits of the id's hash, so that a change writes two small trees however many tasks there are. Texts that were read once are kept.

import { createHash } from 'node:crypto';
import { EXIT, isTaskId, readTask, SwarmError, type Task } from '@swarm/core';
import { localProblem } from './git-problem.js';
import type { TaskView } from './hub.js';
import { checkedTaskId } from './namespace.js';
import type { HubRepository } from './repository.js';
import { keep, readKept, type TaskTexts } from './text-cache.js';

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
  const view = viewOf(await readTexts(repository, commit));
  LAST.set(repository, { commit, view });
  return view;
}

/** Read what is kept into memory, as far as nothing is: most often it is what the hub will answer. */
export async function readAhead(repository: HubRepository): Promise<void> {
  if (LAST.has(repository)) return;
  const kept = await readKept(repository.state);
  if (kept !== undefined && !LAST.has(repository))
    LAST.set(repository, { commit: kept.commit, view: viewOf(kept.texts) });
}

/** A task as the last view of this process has it; undefined where there was none. */
export const lastSeen = (repository: HubRepository, id: string): Task | undefined =>
  LAST.get(repository)?.view.tasks.find((task) => task.id === id);

function viewOf(texts: TaskTexts): TaskView {
  const tasks: Task[] = [];
  const broken: { file: string; reason: string }[] = [];
  for (const [id, text] of texts) {
    const read = parse(id, text);
    if (read.kind === 'task') tasks.push(read.task);
    else broken.push({ file: taskFile(id), reason: read.reason });
  }
  return { tasks, broken };
}

/** The texts of a commit: as they are kept, or what has changed since then read anew, or all, and then kept. */
async function readTexts(repository: HubRepository, commit: string): Promise<TaskTexts> {
  const kept = await readKept(repository.state);
  if (kept?.commit === commit) return kept.texts;
  const changed = kept && (await listChanges(repository, kept.commit, commit));
  const texts = new Map(changed && kept.texts);
  const blobs = new Map<string, string>();
  for (const { id, blob } of changed ?? (await listAll(repository, commit)))
    if (blob === undefined) texts.delete(id);
    else blobs.set(id, blob);
  const objects = await readObjects(repository, [...blobs.values()]);
  for (const [i, id] of [...blobs.keys()].entries()) {
    const bytes = objects[i];
    if (bytes === undefined) throw lost(repository, taskFile(id));
    texts.set(id, bytes.toString('utf8'));
  }
  const sorted = new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
  await keep(repository.state, { commit, texts: sorted });
  return sorted;
}

/** A task's text in a tree; without a blob, it is not there any more. */
interface Entry {
  readonly id: string;
  readonly blob?: string;
}

async function listAll({ git, top }: HubRepository, commit: string): Promise<Entry[]> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (listed.kind === 'failed') throw localProblem(listed, top);
  return listed.stdout.split('\0').flatMap((line) => {
    const [, mode, blob, file] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    const id = idAt(file);
    return id === undefined || mode !== FILE ? [] : [{ id, blob: blob! }];
  });
}

/** Undefined where the older commit isn't here any more. */
async function listChanges({ git }: HubRepository, from: string, to: string): Promise<Entry[] | undefined> {
  const listed = await git.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to]);
  if (listed.kind === 'failed') return undefined;
  const fields = listed.stdout.split('\0');
  const entries: Entry[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode, , blob] = fields[i]!.split(' ');
    const id = idAt(fields[i + 1]);
    if (id !== undefined) entries.push(mode === FILE ? { id, blob: blob! } : { id });
  }
  return entries;
}

/** Git's mode of a plain file. */
const FILE = '100644';

/** The id of the task whose text is there; undefined for all other places. */
function idAt(file: string | undefined): string | undefined {
  const [, shard, id] = /^([^/]+)\/([^/]+)\.json$/.exec(file ?? '') ?? [];
  return id !== undefined && isTaskId(id) && shardOf(id) === shard ? id : undefined;
}

const lost = ({ state }: HubRepository, file: string): SwarmError =>
  new SwarmError(`tasks in ${state}: ${file} is missing`, {
    code: 'store-damaged',
    exit: EXIT.environment,
    hint: "remove that folder's store.git: it is fetched again",
  });

/** One task of a commit; undefined when there is none, or when its file is none. */
export async function readOne(
  repository: HubRepository,
  commit: string,
  id: string,
): Promise<Task | undefined> {
  const [bytes] = await readObjects(repository, [`${commit}:${taskFile(id)}`]);
  const read = parse(id, bytes?.toString('utf8'));
  return read.kind === 'task' ? read.task : undefined;
}

const parse = (id: string, text: string | undefined): ReturnType<typeof readTask> => {
  if (text === undefined) return { kind: 'garbage', reason: 'it is no file' };
  const read = readTask(text);
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
