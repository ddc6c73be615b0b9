// A run's own folder under `.swarm/runs/`: its log and its journal. Runs never share a file, so any number of them can
// work in one tree; `--resume` looks for the newest run of the same job and takes over what its journal knows.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@swarm/host';

export interface RunFolder {
  readonly path: string;
  readonly journalFile: string;
}

/** What makes two runs the same job: everything that their outcomes depend on, as text. */
export function jobKey(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

export function createRunFolder(state: string, key: string, startedAt: Date): RunFolder {
  const stamp = startedAt.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const path = join(state, 'runs', `${stamp}-${process.pid}-${key}`);
  makeFolder(path, 'run folder');
  return folderAt(path);
}

/** Folders of earlier runs of the same job, newest first. */
export async function earlierRuns(state: string, key: string): Promise<RunFolder[]> {
  const names = await readdir(join(state, 'runs')).catch(() => [] as string[]);
  const mine = names.filter((name) => name.endsWith(`-${key}`)).sort();
  return mine.reverse().map((name) => folderAt(join(state, 'runs', name)));
}

/** The whole lines of a file; none when it isn't there. */
export async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

function folderAt(path: string): RunFolder {
  return { path, journalFile: join(path, 'journal.jsonl') };
}
