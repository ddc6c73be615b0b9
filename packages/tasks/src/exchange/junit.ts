// The failing tests of a JUnit XML report, in the forms that pytest, Surefire, Gradle, Jest, ctest and others write. Read
// as a stream by a strict XML parser that knows no entities of a document's own, so that no report can blow up or fetch.

import type { FailingTest, ListProblem } from '@swarm/core';

export interface JunitReport {
  readonly failing: readonly FailingTest[];
  /** All tests that the report tells of. */
  readonly tests: number;
  /** Not empty: what the rest of the report says is not known. */
  readonly problems: readonly ListProblem[];
}

/** Read a report. A cut or malformed one is a problem that names the line. */
export async function readJunit(text: string): Promise<JunitReport> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser();
  const report = new Report();
  const problems: ListProblem[] = [];
  const broken = (reason: string) => {
    if (problems.length === 0) problems.push({ where: `line ${parser.line}`, reason });
  };
  parser.on('error', (error) => broken(`not XML: ${error.message.replace(/^\d+:\d+: /, '')}`));
  parser.on('opentag', ({ name, attributes }) => {
    const reason = report.open(name, attributes);
    if (reason !== undefined) broken(reason);
  });
  parser.on('closetag', ({ name }) => report.close(name));
  parser.on('text', (it) => report.text(it));
  parser.on('cdata', (it) => report.text(it));
  parser.write(text.replace(/^\uFEFF/, '')).close();
  return { failing: report.failing, tests: report.tests, problems };
}

type Attributes = Readonly<Record<string, string>>;

/** What is being read: the suites around, the test, what is wrong with it. */
class Report {
  readonly failing: FailingTest[] = [];
  tests = 0;
  readonly #suites: string[] = [];
  #isRoot = true;
  #test: Attributes | undefined;
  #failure: { readonly kind: FailingTest['kind']; readonly message: string; detail: string } | undefined;
  /** The element whose text is the failure's. */
  #inFailure = false;

  /** Says what is wrong when this can't be a report. */
  open(name: string, attributes: Attributes): string | undefined {
    const isRoot = this.#isRoot;
    this.#isRoot = false;
    if (isRoot && name !== 'testsuites' && name !== 'testsuite')
      return `not a JUnit report: it begins with <${name}>, not with <testsuites> or <testsuite>`;
    if (name === 'testsuite') this.#suites.push(attributes.name ?? '');
    else if (name === 'testcase') this.#openTest(attributes);
    else if ((name === 'failure' || name === 'error') && this.#test !== undefined)
      this.#openFailure(name, attributes);
    return undefined;
  }

  close(name: string): void {
    if (name === 'testsuite') this.#suites.pop();
    else if (name === 'testcase') this.#closeTest();
    else if (name === 'failure' || name === 'error') this.#inFailure = false;
  }

  text(text: string): void {
    if (this.#inFailure && this.#failure !== undefined) this.#failure.detail += text;
  }

  #openTest(attributes: Attributes): void {
    this.tests++;
    this.#test = attributes;
    this.#failure = undefined;
  }

  #openFailure(kind: FailingTest['kind'], { message, type }: Attributes): void {
    if (this.#failure !== undefined) return;
    this.#failure = { kind, message: message || type || '', detail: '' };
    this.#inFailure = true;
  }

  #closeTest(): void {
    const { name = '', classname, file } = this.#test ?? {};
    if (this.#failure !== undefined)
      this.failing.push({
        suite: classname ?? this.#suites.at(-1) ?? '',
        name,
        ...(file === undefined ? {} : { file }),
        ...this.#failure,
      });
    this.#test = undefined;
    this.#failure = undefined;
  }
}
