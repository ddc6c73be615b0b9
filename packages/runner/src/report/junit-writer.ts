// JUnit XML in the form that GitLab, Jenkins and the reporters for GitHub all read: `testsuites`, flat suites (one a folder),
// cases with a unique class and name, one of failure, error and skipped, seconds as plain decimals, output only of what
// did not pass. Suites go to the file one at a time, and a suite has at most 1,000 cases, so that memory doesn't grow
// with the report; the file is there as a whole or not at all.

import type { FileHandle } from 'node:fs/promises';
import { directoryOf, type TestResult } from '@swarm/core';
import { replaceFile } from '@swarm/host';
import type { Builder, TestSuite } from 'junit-report-builder';
import { detailOf, Names, secondsOf, uniqueName, verdictOf } from './entry.js';
import { EXCERPT_BYTES, excerptOf } from './excerpt.js';
import { plainLine, plainText } from './plain-text.js';
import { sortedByFolder } from './sorted.js';

export interface JunitOptions {
  /** What the whole is called: `swarm sample-test`. */
  readonly name: string;
  /** When the run began. */
  readonly startedAt?: Date;
}

/** More would make the builder hold too much at once. */
const SUITE_CASES = 1000;

/** Write a report. Throws `disk-full` and `read-only` (exit 3). */
export async function writeJunit(
  path: string,
  results: Iterable<TestResult>,
  options: JunitOptions,
): Promise<void> {
  // Its types speak of a default within the default; at run time the builder is the module itself.
  const { default: builder } = (await import('junit-report-builder')) as unknown as { default: Builder };
  const suites = suitesOf(sortedByFolder(results));
  const names = new Names();
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0, seconds: 0 };
  await replaceFile(path, async (file) => {
    const place = await reserve(file, options.name);
    for (const { name, cases } of suites) {
      const root = builder.newBuilder();
      const suite = root.testSuite().name(name);
      if (options.startedAt !== undefined) suite.timestamp(options.startedAt.toISOString().slice(0, 19));
      let seconds = 0;
      for (const result of cases) {
        const status = await addCase(suite, result, names);
        counts.tests++;
        if (status === 'failed') counts.failures++;
        else if (status === 'error') counts.errors++;
        else if (status === 'skipped') counts.skipped++;
        seconds += secondsOf(result);
      }
      suite.time(Math.round(seconds * 1000) / 1000);
      counts.seconds += seconds;
      await file.writeFile(innerText(root.build()));
    }
    await file.writeFile('</testsuites>\n');
    await place.fill(counts);
  });
}

interface SuiteCases {
  readonly name: string;
  readonly cases: readonly TestResult[];
}

/** A suite a folder, in parts where it is large; each name once. */
function* suitesOf(results: readonly TestResult[]): Generator<SuiteCases> {
  const taken = new Set<string>();
  for (let from = 0; from < results.length; ) {
    const folder = directoryOf(results[from]!.id);
    let to = from + 1;
    while (to < results.length && to - from < SUITE_CASES && directoryOf(results[to]!.id) === folder) to++;
    const name = uniqueName(plainLine(folder, 1024) || '.', taken);
    yield { name, cases: results.slice(from, to) };
    from = to;
  }
}

async function addCase(suite: TestSuite, result: TestResult, names: Names) {
  const { classname, name, file } = names.of(result.id);
  const { status, type, message } = verdictOf(result.outcome);
  const test = suite.testCase().className(classname).name(name).file(file).time(secondsOf(result));
  if (status === 'failed') test.failure(message, type).stacktrace(await bodyOf(result));
  else if (status === 'error') test.error(message, type, await bodyOf(result));
  else if (status === 'skipped') {
    const build = test.build.bind(test);
    test.skipped().build = (parent) => {
      const element = build(parent);
      // The builder writes a bare <skipped/>; what it stands for belongs to it.
      const skipped = element.children.at(-1) as typeof element | undefined;
      skipped?.att('type', type).att('message', message);
      return element;
    };
  }
  return status;
}

/** What went wrong, then the output, within the cap. */
async function bodyOf({ outcome, outputFile }: TestResult): Promise<string> {
  const detail = detailOf(outcome).slice(0, EXCERPT_BYTES / 8);
  if (outputFile === undefined) return detail;
  const output = plainText(await excerptOf(outputFile, EXCERPT_BYTES - Buffer.byteLength(detail) - 256));
  return [detail, output].filter((text) => text !== '').join('\n\n');
}

/** The suite in a document that holds nothing else, as a line and its end. */
function innerText(document: string): string {
  const from = document.indexOf('<testsuite ');
  return from < 0 ? '' : `  ${document.slice(from, document.lastIndexOf('</testsuites>')).trimEnd()}\n`;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly seconds: number;
}

/** More than the counts ever take. */
const COUNTS_BYTES = 128;

/** Write a head with room for the counts, which are known when all suites are written. */
async function reserve(file: FileHandle, name: string) {
  const label = plainLine(name, 200).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const head = (counts: string): Buffer =>
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${label}"${counts.padEnd(COUNTS_BYTES)}>\n`,
    );
  await file.writeFile(head(''));
  return {
    async fill({ tests, failures, errors, skipped, seconds }: Counts): Promise<void> {
      const bytes = head(
        ` tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds.toFixed(3)}"`,
      );
      // A pipe has taken the head already: counts of the suites are enough.
      await file.write(bytes, 0, bytes.length, 0).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ESPIPE') throw error;
      });
    },
  };
}
