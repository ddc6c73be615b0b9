// Failing tests as tasks: one a test, known again by its class and name, so that the report of the next run adds none.

import { asTitle, idFromWords, type ListedTask } from './listed.js';

/** A test that failed, as a report tells it. */
export interface FailingTest {
  /** Its class or suite; '' where the report has none. */
  readonly suite: string;
  readonly name: string;
  /** The file that it is in, where the report says so. */
  readonly file?: string;
  /** `failure`: it ran and failed; `error`: it could not run to its end. */
  readonly kind: 'failure' | 'error';
  /** The first words of what went wrong. */
  readonly message: string;
  /** The rest: stack, difference. */
  readonly detail: string;
}

const TITLE_LENGTH = 160;
const DETAIL_LENGTH = 4000;

/**
 * A task a test; a test that is told twice (retries, several browsers) is one task. `verify` is a command in which `{}`
 * stands for the test's name, `{class}` for its class and `{file}` for its file, each put in as one shell word.
 */
export function tasksOfFailingTests(tests: readonly FailingTest[], verify?: string): ListedTask[] {
  const tasks = new Map<string, ListedTask>();
  for (const test of tests) {
    const whole = test.suite === '' ? test.name : `${test.suite} ${test.name}`;
    const fingerprint = `test:${JSON.stringify([test.suite, test.name])}`;
    if (tasks.has(fingerprint)) continue;
    const title = asTitle(`test fails: ${whole}`);
    tasks.set(fingerprint, {
      draft: {
        id: idFromWords(`test ${whole}`),
        title: title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH - 1)}…` : title,
        kind: 'test',
        fingerprint,
        body: bodyOf(test),
        ...(verify === undefined ? {} : { verify: filledIn(verify, test) }),
      },
      state: 'open',
      where: asTitle(whole),
    });
  }
  return [...tasks.values()];
}

function bodyOf({ suite, name, file, kind, message, detail }: FailingTest): string {
  const told = [message.trim(), detail.trim()];
  const said = told[1]!.startsWith(told[0]!) ? told.slice(1) : told;
  const text = said.filter((part) => part !== '').join('\n\n');
  const cut = text.length > DETAIL_LENGTH ? `${text.slice(0, DETAIL_LENGTH)}\n[cut]` : text;
  const fence = '`'.repeat(Math.max(3, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `Test: ${asTitle(name)}`,
    ...(suite === '' ? [] : [`Class: ${asTitle(suite)}`]),
    ...(file === undefined ? [] : [`File: ${asTitle(file)}`]),
    `It ${kind === 'failure' ? 'fails' : 'ends with an error'}${cut === '' ? '.' : ':'}`,
    ...(cut === '' ? [] : ['', fence, cut, fence]),
  ].join('\n');
}

/** The command with the test's words in it. Whatever a name holds, it stays one word to the shell. */
function filledIn(command: string, { suite, name, file = '' }: FailingTest): string {
  const words: Record<string, string> = { '{}': name, '{name}': name, '{class}': suite, '{file}': file };
  return asTitle(command.replace(/\{(?:|name|class|file)\}/g, (mark) => shellWord(words[mark]!)));
}

const shellWord = (text: string): string => `'${asTitle(text).replaceAll("'", "'\\''")}'`;
