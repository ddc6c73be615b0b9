// A test's result as every report tells it: names that are unique in the report, a status, a line, and the text beneath.

import type { TestId, TestOutcome, TestResult } from '@swarm/core';
import { plainLine, plainText } from './plain-text.js';

export type EntryStatus = 'passed' | 'failed' | 'error' | 'skipped';

/** What a report says of an outcome. */
interface Verdict {
  readonly status: EntryStatus;
  /** The outcome's kind, or how it failed: `timeout`, `not-run`. */
  readonly type: string;
  readonly message: string;
}

/** Names as reports show them. */
export interface EntryNames {
  /** The class: the file of a case, or the folder of a file that is one test. `''` never. */
  readonly classname: string;
  readonly name: string;
  readonly file: string;
}

/** `failed`: it ran and said no; `error`: it could not run to its end. */
export function verdictOf(outcome: TestOutcome): Verdict {
  switch (outcome.kind) {
    case 'pass':
      return { status: 'passed', type: 'pass', message: '' };
    case 'fail': {
      const ended = ['crash', 'timeout', 'compile', 'missing'].includes(outcome.failure);
      const said = firstLine(outcome.detail);
      const message = said === '' ? outcome.failure : `${outcome.failure}: ${said}`;
      return { status: ended ? 'error' : 'failed', type: outcome.failure, message: plainLine(message) };
    }
    case 'unexpected-pass':
      return { status: 'failed', type: outcome.kind, message: 'passes, but is expected to fail' };
    case 'unresolved':
      return { status: 'error', type: outcome.kind, message: reasonOf(outcome) };
    case 'expected-fail':
      return {
        status: 'skipped',
        type: outcome.kind,
        message: plainLine(`fails as expected: ${outcome.detail}`),
      };
    case 'not-run':
    case 'skip':
      return { status: 'skipped', type: outcome.kind, message: reasonOf(outcome) };
  }
}

/** What stands beneath the line, before the test's output. */
export function detailOf(outcome: TestOutcome): string {
  if (outcome.kind === 'fail') return plainText(outcome.detail);
  return outcome.kind === 'unresolved' ? plainText(outcome.reason) : '';
}

/** A reason is never empty: a line without one would say nothing. */
const reasonOf = ({ kind, reason }: { readonly kind: string; readonly reason: string }): string =>
  plainLine(reason) || kind;

const firstLine = (text: string): string => text.split('\n').find((line) => line.trim() !== '') ?? '';

/** Names ids so that no two have the same class and name, also where what told them apart can't stand in a report. */
export class Names {
  readonly #taken = new Set<string>();

  of(id: TestId): EntryNames {
    const { classname, name, file } = namesOf(id);
    return { classname, name: uniqueName(name, this.#taken, `${classname}\0`), file };
  }
}

/** The name, with a number where it is taken; from now on it is. */
export function uniqueName(name: string, taken: Set<string>, within = ''): string {
  for (let n = 1; ; n++) {
    const unique = n === 1 ? name : `${name} (${n})`;
    if (taken.has(within + unique)) continue;
    taken.add(within + unique);
    return unique;
  }
}

function namesOf(id: TestId): EntryNames {
  const cut = id.indexOf('::');
  const path = plainLine(cut < 0 ? id : id.slice(0, cut), 4096) || '.';
  if (cut >= 0)
    return { classname: path, name: plainLine(id.slice(cut + 2), 1024) || '(no name)', file: path };
  const slash = path.lastIndexOf('/');
  return {
    classname: path.slice(0, Math.max(0, slash)) || '.',
    name: path.slice(slash + 1) || path,
    file: path,
  };
}

/** The id that a report's names came from, as far as they tell. */
export function idOf({ classname, name, file }: Partial<EntryNames> & { readonly name: string }): TestId {
  if (file === undefined) return classname === undefined || classname === '' ? name : `${classname}::${name}`;
  return classname !== file && (file === name || file === `${classname}/${name}`) ? file : `${file}::${name}`;
}

/** Seconds as a plain decimal number, whole milliseconds. */
export function secondsOf({ wallMs }: Pick<TestResult, 'wallMs'>): number {
  return Number.isFinite(wallMs) ? Math.max(0, Math.round(wallMs)) / 1000 : 0;
}
