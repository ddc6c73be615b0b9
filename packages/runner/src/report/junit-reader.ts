// JUnit XML in the forms that pytest, Surefire, Gradle, Jest, ctest, swarm and others write. Read as a stream by a strict
// XML parser that knows no entities of a document's own, so that no report can blow up or fetch.

import { idOf } from './entry.js';
import type { ReportedTest, ReportProblem } from './reported-test.js';

/** What a reader says in the end. */
export interface JunitEnd {
  /** When the run began, where the report says so. */
  readonly startedAt?: string;
  /** What was wrong; then what the rest of the report says is not known. */
  readonly problem?: ReportProblem;
}

interface JunitReader {
  /** The next piece of the text, cut anywhere. */
  write(text: string): void;
  end(): JunitEnd;
}

/** A reader that tells of each test as soon as its element ends. */
export async function junitReader(tell: (test: ReportedTest) => void): Promise<JunitReader> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser();
  const report = new Report(tell);
  let problem: ReportProblem | undefined;
  const broken = (reason: string) => {
    problem ??= { where: `line ${parser.line}`, reason };
  };
  parser.on('error', (error) => broken(`not XML: ${error.message.replace(/^\d+:\d+: /, '')}`));
  parser.on('opentag', ({ name, attributes }) => {
    const reason = report.open(name, attributes);
    if (reason !== undefined) broken(reason);
  });
  parser.on('closetag', ({ name }) => {
    if (problem === undefined) report.close(name);
  });
  parser.on('text', (it) => report.text(it));
  parser.on('cdata', (it) => report.text(it));
  let isFirst = true;
  return {
    write(text) {
      if (problem !== undefined || text === '') return;
      parser.write(isFirst ? text.replace(/^\uFEFF/, '') : text);
      isFirst = false;
    },
    end() {
      if (problem === undefined) parser.close();
      const { startedAt } = report;
      return {
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(problem === undefined ? {} : { problem }),
      };
    },
  };
}

/** Read a report that is at hand as a whole. A cut or malformed one has a problem that names the line. */
export async function readJunit(
  text: string,
): Promise<{ readonly tests: readonly ReportedTest[] } & JunitEnd> {
  const tests: ReportedTest[] = [];
  const reader = await junitReader((test) => tests.push(test));
  reader.write(text);
  return { tests, ...reader.end() };
}

type Attributes = Readonly<Record<string, string>>;

/** How much of a failure's text is kept. */
const DETAIL_LENGTH = 256 * 1024;

/** What a test's element holds so far. */
interface Open {
  readonly attributes: Attributes;
  verdict?: Pick<ReportedTest, 'status' | 'type' | 'message'>;
  detail: string;
  flaky: boolean;
}

/** What is being read: the suites around, the test, what is wrong with it. */
class Report {
  startedAt: string | undefined;
  readonly #suites: string[] = [];
  #isRoot = true;
  #test: Open | undefined;
  /** The element whose text belongs to the verdict. */
  #inVerdict = false;

  constructor(private readonly tell: (test: ReportedTest) => void) {}

  /** Says what is wrong when this can't be a report. */
  open(name: string, attributes: Attributes): string | undefined {
    const isRoot = this.#isRoot;
    this.#isRoot = false;
    if (isRoot && name !== 'testsuites' && name !== 'testsuite')
      return `not a JUnit report: it begins with <${name}>, not with <testsuites> or <testsuite>`;
    if (name.startsWith('testsuite')) this.startedAt ??= attributes.timestamp;
    if (name === 'testsuite') this.#suites.push(attributes.name ?? '');
    else if (name === 'testcase') this.#test = { attributes, detail: '', flaky: false };
    else if (this.#test !== undefined) this.#inTest(name, attributes, this.#test);
    return undefined;
  }

  close(name: string): void {
    if (name === 'testsuite') this.#suites.pop();
    else if (name === 'testcase') this.#closeTest();
    else if (name === 'failure' || name === 'error' || name === 'skipped') this.#inVerdict = false;
  }

  text(text: string): void {
    const test = this.#test;
    if (this.#inVerdict && test !== undefined && test.detail.length < DETAIL_LENGTH)
      test.detail += text.slice(0, DETAIL_LENGTH);
  }

  #inTest(name: string, { message = '', type = '' }: Attributes, test: Open): void {
    if (name === 'flakyFailure' || name === 'flakyError') test.flaky = true;
    if (test.verdict !== undefined) return;
    if (name === 'failure' || name === 'error' || name === 'skipped') {
      const status = name === 'failure' ? 'failed' : name;
      test.verdict = { status, type, message };
      this.#inVerdict = true;
    }
  }

  #closeTest(): void {
    const test = this.#test;
    this.#test = undefined;
    if (test === undefined) return;
    const { name = '', classname, file, time } = test.attributes;
    const suite = classname ?? this.#suites.at(-1) ?? '';
    const seconds = Number.parseFloat(time ?? '');
    this.tell({
      id: idOf({ classname: suite, name, ...(file === undefined ? {} : { file }) }),
      suite,
      name,
      ...(file === undefined ? {} : { file }),
      ...(test.verdict ?? { status: 'passed', type: '', message: '' }),
      detail: test.detail,
      ...(Number.isFinite(seconds) ? { seconds } : {}),
      flaky: test.flaky,
    });
  }
}
