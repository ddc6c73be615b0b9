// What earlier runs in a working tree came to: append-only files, one for each agent, that any number of processes may write to at once.
//
// A record is a line, and a batch of lines is one write at the file's end, begun with a line end of its own: so a line that
// a killed process or a full disk left torn spoils nothing but itself, and readers pass over what they can't read. A file
// that has grown large makes way for a new one and stays as the old one until the next time.

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { letterOf, type Past, type PastLetter, pastAfter, type TestId, type TestResult } from '@swarm/core';
import { diskProblem, makeFolder } from '@swarm/host';

/** A test's record: its id, how it ended, its wall time, and when (seconds since 1970). */
type HistoryLine = readonly [TestId, PastLetter, number, number];

const ENDING = '.jsonl';
const OLD = '.old.jsonl';
/** Some 150,000 records: more would take longer to read than any order of tests is worth. */
const LARGE_BYTES = 8 * 2 ** 20;
/** More is never read of one file. */
const READ_BYTES = 12 * 2 ** 20;
const BATCH_LINES = 256;

export interface HistoryWriter {
  add(result: TestResult): void;
  /** Write what is left. Throws `disk-full` and `read-only` (exit 3). */
  flush(): void;
}

/** The folder of a working tree's history. */
export const historyFolder = (state: string): string => join(state, 'tests', 'history');

/** Append to the history of one agent; `now` is the wall clock in ms. */
export function writeHistory(folder: string, agent: string, now: () => number): HistoryWriter {
  const path = join(folder, `${agent.replace(/[^\w.@:+-]/g, '_')}${ENDING}`);
  let lines: string[] = [];
  const flush = () => {
    if (lines.length === 0) return;
    const text = `\n${lines.join('\n')}\n`;
    lines = [];
    append(folder, path, text);
  };
  return {
    add({ id, outcome, wallMs }) {
      const letter = letterOf(outcome);
      if (letter === undefined) return;
      const line: HistoryLine = [id, letter, Math.round(wallMs * 10) / 10, Math.round(now() / 1000)];
      lines.push(JSON.stringify(line));
      if (lines.length >= BATCH_LINES) flush();
    },
    flush,
  };
}

function append(folder: string, path: string, text: string): void {
  makeFolder(folder, 'history');
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o666);
    try {
      const bytes = Buffer.from(text);
      const written = writeSync(fd, bytes);
      if (written < bytes.length) writeSync(fd, bytes, written); // Says why the rest doesn't fit.
      if (fstatSync(fd).size > LARGE_BYTES) renameSync(path, path.slice(0, -ENDING.length) + OLD);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Another process has just put it away.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskProblem(error, 'history', path);
  }
}

/** What all agents' files in a folder say of each test, or of each of these. Empty where there is none. */
export function readHistory(folder: string, wanted?: ReadonlySet<TestId>): Map<TestId, Past> {
  const pasts = new Map<TestId, Past>();
  for (const file of filesOf(folder))
    for (const line of tailOf(join(folder, file)).split('\n')) {
      const record = recordOf(line);
      if (record === undefined) continue;
      const id = record[0];
      if (wanted?.has(id) === false) continue;
      pasts.set(id, pastAfter(pasts.get(id), record[1], record[2]));
    }
  return pasts;
}

/** Old ones first. */
function filesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ENDING));
    return [...names.filter((name) => name.endsWith(OLD)), ...names.filter((name) => !name.endsWith(OLD))];
  } catch {
    return [];
  }
}

const LETTERS = 'pfsn';

/** The record of a line; undefined where it holds none. */
function recordOf(line: string): HistoryLine | undefined {
  if (line === '') return undefined;
  try {
    const it = JSON.parse(line) as HistoryLine;
    const sound =
      typeof it[0] === 'string' && typeof it[2] === 'number' && typeof it[3] === 'number' && isLetter(it[1]);
    return sound ? it : undefined;
  } catch {
    return undefined;
  }
}

const isLetter = (it: unknown): boolean => typeof it === 'string' && it.length === 1 && LETTERS.includes(it);

/** The end of a file, whole where it isn't too large; '' where it has gone or can't be read. */
function tailOf(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - READ_BYTES);
    const buffer = Buffer.alloc(size - from);
    const got = readSync(fd, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, got);
  } finally {
    closeSync(fd);
  }
}
