// Any file that tells how tests ran: JUnit XML, CTRF, the results of one of our runs, or an agent's history. What it is shows in
// its first bytes; all but CTRF are read as streams.

import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestResult } from '@swarm/core';
import { isCtrf, readCtrf } from './ctrf-reader.js';
import { verdictOf } from './entry.js';
import { junitReader } from './junit-reader.js';
import type { ReportedTest, ReportProblem } from './reported-test.js';

/** Where what is read goes. */
export interface ReportVisitor {
  /** A run begins; the tests that follow are of it. */
  run(startedMs: number): void;
  test(test: ReportedTest): void;
}

const HEAD_BYTES = 64 * 1024;
/** Records of a history that are further apart are of two runs. */
const PAUSE_SECONDS = 600;

/** Read a file. What can be told of one that is malformed is told before its problem is. Throws what the system says of one that can't be read. */
export async function readReport(path: string, visitor: ReportVisitor): Promise<ReportProblem | undefined> {
  const head = (await headOf(path)).replace(/^\uFEFF/, '').trimStart();
  if (head.startsWith('<')) return readXml(path, head, visitor);
  if (head.startsWith('[')) return readHistoryFile(path, visitor);
  if (/^\{[^\n]*"swarm\.results\/1"/.test(head)) return readResultsFile(path, head, visitor);
  if (head.startsWith('{')) return readJson(path, visitor);
  return { where: 'line 1', reason: 'neither JUnit, nor CTRF, nor results or history of swarm' };
}

async function headOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** When it began, or else when the file was written. */
async function startOf(path: string, told: string | undefined): Promise<number> {
  // A time without a zone is UTC: so we write it, and most others do.
  const text = told !== undefined && /T[\d:.]+$/.test(told) ? `${told}Z` : (told ?? '');
  const startedMs = Date.parse(text);
  return Number.isNaN(startedMs) ? (await stat(path)).mtimeMs : startedMs;
}

async function readXml(
  path: string,
  head: string,
  visitor: ReportVisitor,
): Promise<ReportProblem | undefined> {
  visitor.run(await startOf(path, /\btimestamp="([^"]*)"/.exec(head)?.[1]));
  const reader = await junitReader((test) => visitor.test(test));
  for await (const chunk of createReadStream(path, 'utf8')) reader.write(chunk as string);
  return reader.end().problem;
}

async function readJson(path: string, visitor: ReportVisitor): Promise<ReportProblem | undefined> {
  let value: unknown;
  try {
    value = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    return { where: 'the document', reason: `not JSON: ${(error as Error).message}` };
  }
  if (!isCtrf(value)) return { where: 'the document', reason: 'JSON, but not CTRF' };
  const { tests, startMs, problem } = readCtrf(value);
  if (problem !== undefined) return problem;
  visitor.run(startMs ?? (await stat(path)).mtimeMs);
  for (const test of tests) visitor.test(test);
  return undefined;
}

async function readResultsFile(path: string, head: string, visitor: ReportVisitor): Promise<undefined> {
  visitor.run(await startOf(path, /"startedAt":"([^"]*)"/.exec(head)?.[1]));
  for await (const value of jsonLines(path)) {
    const result = value as Partial<TestResult>;
    if (typeof result.id === 'string' && result.outcome !== undefined)
      visitor.test(reportedOf(result as TestResult));
  }
}

/** A line of a history: id, letter, milliseconds, seconds since 1970. */
async function readHistoryFile(path: string, visitor: ReportVisitor): Promise<undefined> {
  let last = Number.NEGATIVE_INFINITY;
  for await (const value of jsonLines(path)) {
    const [id, letter, wallMs, at] = Array.isArray(value) ? (value as unknown[]) : [];
    const status = STATUSES[letter as string];
    if (
      typeof id !== 'string' ||
      status === undefined ||
      typeof wallMs !== 'number' ||
      typeof at !== 'number'
    )
      continue;
    if (at - last > PAUSE_SECONDS) visitor.run(at * 1000);
    last = at;
    visitor.test({
      ...named(id),
      status,
      type: '',
      message: '',
      detail: '',
      seconds: wallMs / 1000,
      flaky: false,
    });
  }
}

const STATUSES: Readonly<Record<string, ReportedTest['status']>> = {
  p: 'passed',
  f: 'failed',
  s: 'skipped',
  n: 'skipped',
};

/** Lines that aren't whole are left out: a killed process may have torn the last one. */
async function* jsonLines(path: string): AsyncGenerator<unknown> {
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    try {
      if (line !== '') yield JSON.parse(line);
    } catch {}
  }
}

function reportedOf({ id, outcome, wallMs, earlier = [] }: TestResult): ReportedTest {
  const { status, type, message } = verdictOf(outcome);
  // A failure that is expected is what should happen; so is a pass.
  const settled = outcome.kind === 'expected-fail' ? 'passed' : status;
  const flaky = outcome.kind === 'pass' && earlier.some(({ kind }) => kind === 'fail');
  return { ...named(id), status: settled, type, message, detail: '', seconds: wallMs / 1000, flaky };
}

function named(id: string): Pick<ReportedTest, 'id' | 'suite' | 'name' | 'file'> {
  const cut = id.indexOf('::');
  const file = cut < 0 ? id : id.slice(0, cut);
  return { id, suite: '', name: cut < 0 ? id : id.slice(cut + 2), file };
}

/** Files by path or glob, each once; a path that isn't there is among them, so that reading it says so. */
export async function findReports(dir: string, files: readonly string[]): Promise<string[]> {
  const { default: glob } = await import('fast-glob');
  const found = new Set<string>();
  for (const file of files) {
    if (await isThere(resolve(dir, file))) found.add(resolve(dir, file));
    else if (!glob.isDynamicPattern(file)) found.add(resolve(dir, file));
    else
      for (const match of (await glob(file, { cwd: dir, absolute: true, dot: true })).sort())
        found.add(match);
  }
  return [...found];
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (it) => it.isFile(),
    () => false,
  );
