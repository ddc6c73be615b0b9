// `swarm test-report`: files in, what they say together out: a few lines, a document, a page.

import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import { findReports, type ReportProblem, readReport } from '@swarm/runner';
import { count, seconds } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import { passRate, percent, type RunTrend, type TestTrend, TrendFold, type Trends } from './trends.js';

export interface TestReportRequest {
  /** Where files are looked for. */
  readonly dir: string;
  /** Paths and globs; none: the runs that swarm keeps of this folder. */
  readonly files: readonly string[];
  /** Where to draw a page. */
  readonly html?: string;
}

interface FileProblem extends ReportProblem {
  readonly file: string;
}

/** Read, fold, write. Throws `no-reports` (exit 4), `unreadable-file` and `no-such-place` (exit 2). */
export async function testReport(request: TestReportRequest): Promise<Told> {
  const files = await filesOf(request);
  const fold = new TrendFold();
  const problems: FileProblem[] = [];
  for (const file of files) {
    const problem = await read(file, fold);
    if (problem !== undefined) problems.push({ file: shown(file), ...problem });
  }
  const trends = fold.trends();
  if (request.html !== undefined) await writePage(request.html, trends, files.length);
  const html = request.html === undefined ? undefined : resolve(request.html);
  return {
    document: {
      schema: 'swarm.test-report/1',
      files: files.length,
      ...trends,
      problems,
      ...(html === undefined ? {} : { html }),
    },
    lines: linesOf(trends, problems, html),
    exit: problems.length > 0 ? EXIT.usage : EXIT.done,
  };
}

async function filesOf({ dir, files }: TestReportRequest): Promise<string[]> {
  const found = files.length > 0 ? await findReports(resolve(dir), files) : ownRuns(resolve(dir));
  if (found.length > 0) return found;
  throw new SwarmError(files.length > 0 ? `${files.join(' ')}: no such file` : `${dir}: no runs of tests`, {
    code: 'no-reports',
    exit: EXIT.nothing,
    hint: 'name JUnit or CTRF files, or run swarm sample-test first',
  });
}

function ownRuns(dir: string): string[] {
  const runs = join(dir, '.swarm', 'tests', 'runs');
  try {
    return readdirSync(runs)
      .sort()
      .map((name) => join(runs, name, 'results.jsonl'));
  } catch {
    return [];
  }
}

async function read(file: string, fold: TrendFold): Promise<ReportProblem | undefined> {
  try {
    return await readReport(file, fold);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { where: 'the file', reason: code === 'ENOENT' ? 'no such file' : message };
  }
}

async function writePage(html: string, trends: Trends, files: number): Promise<void> {
  const folder = await stat(dirname(resolve(html))).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new SwarmError(`--html ${html}: no such folder`, {
      code: 'no-such-place',
      exit: EXIT.usage,
      hint: 'make the folder first',
    });
  const { trendPage } = await import('./page.js');
  await writeFileAtomic(resolve(html), trendPage(trends, files));
}

const shown = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
};

const NAMED = 3;
const RATES = 8;

function linesOf(trends: Trends, problems: readonly FileProblem[], html: string | undefined): string[] {
  const { runs, newlyFailing, failing, flaky, slow, folders, totals } = trends;
  const last = runs.at(-1);
  const [first] = problems;
  const rest = problems.length > 1 ? ` (and ${count(problems.length - 1, 'file')} more)` : '';
  return [
    ...(first === undefined ? [] : [`ERROR ${first.file}: ${first.where}: ${first.reason}${rest}`]),
    `${count(trends.tests, 'test')} in ${count(runs.length, 'run')}${last === undefined ? '' : `; in the last one ${lastRun(last)}`}`,
    ...(runs.length < 2
      ? []
      : [
          `pass rate: ${runs
            .slice(-RATES)
            .map((run) => percent(passRate(run)))
            .join(' ')}`,
        ]),
    ...named('newly failing', newlyFailing, totals.newlyFailing, withMessage),
    ...named('failing', failing, totals.failing, withMessage),
    ...named(
      'flakiest',
      flaky,
      totals.flaky,
      ({ id, changes, runs: n }) => `${id} (${changes} changes in ${count(n, 'run')})`,
    ),
    ...named(
      'slowest',
      slow.slice(0, NAMED),
      Math.min(NAMED, slow.length),
      (test) => `${test.id} (${seconds(test.seconds * 1000)})`,
    ),
    ...named(
      'folders',
      folders.filter((it) => it.failing > 0),
      folders.filter((it) => it.failing > 0).length,
      (it) => `${it.folder || '.'} (${it.failing} of ${it.tests} failing)`,
    ),
    ...(html === undefined ? [] : [`page: ${shown(html)}`]),
  ];
}

const lastRun = (run: RunTrend): string =>
  `${percent(passRate(run))} passed, ${run.failed} failed, ${run.skipped} skipped, ${seconds(run.seconds * 1000)}`;

const withMessage = ({ id, message }: TestTrend): string => (message === '' ? id : `${id} (${message})`);

/** One line; nothing where there is nothing. */
function named<T>(what: string, some: readonly T[], total: number, tell: (one: T) => string): string[] {
  if (total === 0) return [];
  const told = some.slice(0, NAMED).map(tell);
  return [`${what}: ${told.join('; ')}${total > told.length ? `; ... ${total - told.length} more` : ''}`];
}
