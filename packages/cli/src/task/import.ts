// `swarm task import`: lists from outside into the store, all of them or, when something is wrong in one, nothing.

import { readFile } from 'node:fs/promises';
import { basename, extname, relative, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import {
  EXIT,
  isGithubList,
  type ListedTask,
  type ListProblem,
  type Merged,
  mergeList,
  readGithubList,
  readJsonList,
  readMarkdownList,
  SwarmError,
  type TaskList,
  tasksOfFailingTests,
} from '@swarm/core';
import { nearestName } from '@swarm/host';
import { failingTest, readJunit } from '@swarm/runner';
import { count } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import type { Session } from './session.js';

export type Format = 'markdown' | 'json' | 'github' | 'junit';

export interface ImportWish {
  /** A path, or `-` for standard input. */
  readonly file: string;
  /** Left out: told by the file's name and what stands in it. */
  readonly format?: Format;
  /** Put into tasks that have no command: for tests with their names filled in. */
  readonly verify?: string;
  readonly labels: readonly string[];
  /** Show what would be done. */
  readonly dryRun: boolean;
}

export async function importTasks(session: Session, wish: ImportWish): Promise<Told> {
  const text = await read(wish.file);
  const format = wish.format ?? formatOf(wish.file, text);
  const list = await parse(text, format, wish);
  const where = wish.file === '-' ? 'standard input' : wish.file;
  if (list.problems.length > 0) return problemsTold(where, list.problems);
  const items = list.tasks.map((item) => completed(item, wish));
  const options = { origin: originOf(session, wish.file, format), reopen: format === 'junit' };
  let plan = mergeList([], [], options);
  const decide = (tasks: Parameters<typeof mergeList>[0]) => {
    plan = mergeList(tasks, items, options);
    return plan.changes;
  };
  if (wish.dryRun) decide(await session.hub.store.list());
  else await session.hub.store.change(decide);
  if (plan.problems.length > 0) return problemsTold(where, plan.problems);
  return imported(plan.merged, list, wish.dryRun);
}

async function read(file: string): Promise<string> {
  try {
    return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SwarmError(`import ${file}: ${code === 'ENOENT' ? 'no such file' : message}`, {
      code: 'unreadable-file',
      exit: EXIT.usage,
      hint: 'name a file that can be read, or - for standard input',
    });
  }
}

function formatOf(file: string, text: string): Format {
  const ending = extname(file).toLowerCase();
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (ending === '.xml' || (ending !== '.md' && start.startsWith('<?xml'))) return 'junit';
  if (ending === '.json' || (ending !== '.md' && /^[[{]/.test(start))) return 'json';
  return 'markdown';
}

async function parse(text: string, format: Format, wish: ImportWish): Promise<TaskList> {
  if (format === 'markdown') return readMarkdownList(text);
  if (format === 'junit') {
    const { tests, problem } = await readJunit(text);
    const failing = tests.flatMap((test) => failingTest(test) ?? []);
    return {
      tasks: tasksOfFailingTests(failing, wish.verify),
      problems: problem === undefined ? [] : [problem],
      skipped: [`${tests.length - failing.length} of ${count(tests.length, 'test')} not failing`],
    };
  }
  const json = parseJson(text);
  if ('problem' in json) return { tasks: [], problems: [json.problem], skipped: [] };
  const { value } = json;
  if (format === 'github' && !Array.isArray(value))
    return { tasks: [], problems: [{ where: '$', reason: 'must be a list of issues' }], skipped: [] };
  return format === 'github' || isGithubList(value)
    ? readGithubList(value as readonly unknown[])
    : readJsonList(value);
}

function parseJson(text: string): { value: unknown } | { problem: ListProblem } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    const { message } = error as Error;
    const at = /position (\d+)/.exec(message)?.[1];
    const line = text.slice(0, at === undefined ? text.length : Number(at)).split('\n').length;
    return { problem: { where: `line ${line}`, reason: `not JSON: ${message}` } };
  }
}

/** With the labels and the command that were asked for. */
function completed(item: ListedTask, { labels, verify }: ImportWish): ListedTask {
  const { draft } = item;
  const all = [...new Set([...(draft.labels ?? []), ...labels])];
  const command = draft.verify ?? verify;
  return {
    ...item,
    draft: {
      ...draft,
      ...(all.length > 0 ? { labels: all } : {}),
      ...(command === undefined ? {} : { verify: command }),
    },
  };
}

/** The same file is the same list wherever it is imported from; all test reports are one list, known by the tests. */
function originOf({ workTree }: Session, file: string, format: Format): string {
  if (format === 'junit') return 'tests';
  if (file === '-') return 'list:-';
  const inside = relative(workTree.top, resolve(file));
  return `list:${inside.startsWith('..') ? basename(file) : inside}`;
}

function problemsTold(where: string, problems: readonly ListProblem[]): Told {
  const lines = problems.map(
    (problem) => `ERROR ${where}: ${problem.where}: ${problem.reason}${suggestion(problem)}`,
  );
  const shown =
    lines.length > 9 ? [...lines.slice(0, 8), `${lines.length - 8} more: --json shows all`] : lines;
  return {
    document: {
      schema: 'swarm.error/1',
      code: 'bad-list',
      message: `${where}: ${count(problems.length, 'problem')}; nothing was imported`,
      hint: 'correct them and import again',
      exit: EXIT.usage,
      problems: problems.map(({ where: place, reason }) => ({ where: place, reason })),
    },
    lines: [...shown, `nothing was imported: correct ${count(problems.length, 'problem')} and import again`],
    exit: EXIT.usage,
    isProblem: true,
  };
}

function suggestion({ unknownKey }: ListProblem): string {
  if (unknownKey === undefined) return '';
  const near = nearestName(unknownKey.key, unknownKey.known);
  return near === undefined ? `: known are ${unknownKey.known.join(', ')}` : `: did you mean \`${near}\`?`;
}

const SAID: Readonly<Record<keyof Merged, string>> = {
  added: 'added',
  duplicates: 'added as the same work as another one',
  updated: 'updated',
  closed: 'closed',
  reopened: 'opened again',
  unchanged: 'unchanged',
  finished: 'done already, not added',
  foreign: 'left alone: another list or person made a task of that id',
};

function imported(merged: Merged, list: TaskList, dryRun: boolean): Told {
  const counts = (Object.keys(SAID) as (keyof Merged)[])
    .filter((key) => merged[key].length > 0)
    .map((key) => `${merged[key].length} ${SAID[key]}`);
  const news = [...merged.added, ...merged.reopened];
  const named = news.slice(0, 6).join(', ');
  return {
    document: { schema: 'swarm.import/1', dryRun, ...merged, skipped: list.skipped },
    lines: [
      `${dryRun ? 'WOULD IMPORT' : 'IMPORTED'} ${counts.join('; ') || 'nothing'}`,
      ...(news.length > 0 ? [`new: ${named}${news.length > 6 ? ` and ${news.length - 6} more` : ''}`] : []),
      ...(merged.foreign.length > 0 ? [`left alone: ${merged.foreign.slice(0, 6).join(', ')}`] : []),
      ...list.skipped.map((words) => `skipped: ${words}`),
    ],
    exit: EXIT.done,
  };
}
