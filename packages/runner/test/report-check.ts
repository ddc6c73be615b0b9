// Checks a JUnit file as a strict reader would: well-formed XML, and the form that all the known readers agree on.

import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Where each element may stand, and the attributes that it may and must have. */
const FORM: Record<string, { within: string; may: string[]; must: string[] }> = {
  testsuites: { within: '', must: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'], may: [] },
  testsuite: {
    within: 'testsuites',
    must: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'],
    may: ['timestamp'],
  },
  testcase: { within: 'testsuite', must: ['classname', 'name', 'time', 'file'], may: [] },
  failure: { within: 'testcase', must: ['message', 'type'], may: [] },
  error: { within: 'testcase', must: ['message', 'type'], may: [] },
  skipped: { within: 'testcase', must: ['message', 'type'], may: [] },
};

/** All that is wrong with a report; empty when nothing is. */
export function junitProblems(file: string): string[] {
  const problems: string[] = [];
  const root = parse(readFileSync(file, 'utf8'), problems);
  const names = new Set<string>();
  const visit = (element: Element, parent: string) => {
    const { name, attributes, children } = element;
    const form = FORM[name];
    if (form === undefined || form.within !== parent)
      return void problems.push(`<${name}> within <${parent}>`);
    for (const key of form.must) if (!(key in attributes)) problems.push(`<${name}> without ${key}`);
    for (const key of Object.keys(attributes))
      if (![...form.must, ...form.may].includes(key)) problems.push(`<${name}> with ${key}`);
    if ('time' in attributes && !/^\d+(\.\d{1,3})?$/.test(attributes.time!))
      problems.push(`time ${attributes.time}`);
    if ('message' in attributes && (attributes.message!.length > 256 || /[\n\r\t]/.test(attributes.message!)))
      problems.push('a message that is no short line');
    if (name === 'testsuite' || name === 'testcase') {
      const key = name === 'testsuite' ? attributes.name! : `${attributes.classname}\0${attributes.name}`;
      if (names.has(`${name}\0${key}`)) problems.push(`twice: ${key}`);
      names.add(`${name}\0${key}`);
      if (key === '' || attributes.name === '') problems.push(`<${name}> without a name`);
    }
    if (name === 'testcase' && children.length > 1) problems.push('a case with two verdicts');
    if (Buffer.byteLength(element.text) > 64 * 1024) problems.push('more than 64 KiB of text');
    for (const child of children) visit(child, name);
    if (name === 'testsuites' || name === 'testsuite') countsMatch(element, problems);
  };
  if (root !== undefined) visit(root, '');
  return problems;
}

function parse(text: string, problems: string[]): Element | undefined {
  const parser = new SaxesParser();
  const stack: Element[] = [];
  let root: Element | undefined;
  parser.on('error', (error) => problems.push(error.message));
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: '' };
    root ??= element;
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  parser.on('closetag', () => stack.pop());
  for (const kind of ['text', 'cdata'] as const)
    parser.on(kind, (it) => {
      const top = stack.at(-1);
      if (top !== undefined && /^(failure|error)$/.test(top.name)) top.text += it;
    });
  parser.write(text).close();
  return root;
}

function countsMatch({ name, attributes, children }: Element, problems: string[]): void {
  const cases = name === 'testsuite' ? children : children.flatMap((suite) => suite.children);
  const of = (verdict: string) => cases.filter(({ children: [it] }) => it?.name === verdict).length;
  const counted = [cases.length, of('failure'), of('error'), of('skipped')];
  const said = [attributes.tests, attributes.failures, attributes.errors, attributes.skipped].map(Number);
  if (counted.join() !== said.join()) problems.push(`<${name}> counts ${said}, has ${counted}`);
}
