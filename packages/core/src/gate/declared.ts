// Declared expectations: three committed lists of tests that are known to fail, to flake or to be skipped, one test a line,
// sorted, each with a reason and the last day on which it holds. Reading and writing their texts is pure:
//
//   tests/net/retry.c until 2026-12-31: needs a second network card
//   "tests/odd name.c" until 2026-10-01: the parser has no unicode yet
//
// A name with a blank, a quote, a control character or a leading `#` is written as a JSON string. Lines that begin with `#`
// and empty lines are for people.

import { bytewise } from '../bytewise.js';
import type { TestId } from '../suite/test.js';

export const DECLARED_LISTS = ['fails', 'flakes', 'skips'] as const;
export type DeclaredList = (typeof DECLARED_LISTS)[number];

export interface Declaration {
  readonly test: TestId;
  /** The last day on which it holds, `2026-12-31`. */
  readonly until: string;
  /** One line. */
  readonly reason: string;
}

/** The three lists of one side. */
export type Declared = Readonly<Record<DeclaredList, readonly Declaration[]>>;

export const NOTHING_DECLARED: Declared = { fails: [], flakes: [], skips: [] };

/** Where a list is kept, relative to the repository's root. */
export const declaredFile = (list: DeclaredList): string => `swarm/${list}.txt`;

export interface DeclarationProblem {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ReadDeclarations {
  /** In the order of the text. */
  readonly declarations: readonly Declaration[];
  /** Lines that say nothing; where there are any, the list must not be relied on. */
  readonly problems: readonly DeclarationProblem[];
}

const LINE = /^("(?:[^"\\]|\\.)*"|[^\s"#][^\s"]*)\s+until\s+(\S+?):\s*(.*)$/u;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Read a list. Any order will do, since a merge may leave any; a test that is named twice is a problem. */
export function readDeclarations(text: string): ReadDeclarations {
  const declarations: Declaration[] = [];
  const problems: DeclarationProblem[] = [];
  const seen = new Set<TestId>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const read = readLine(line);
    const reason = typeof read === 'string' ? read : seen.has(read.test) ? 'the test is named twice' : '';
    if (typeof read === 'string' || reason !== '') problems.push({ line: index + 1, reason });
    else {
      seen.add(read.test);
      declarations.push(read);
    }
  }
  return { declarations, problems };
}

function readLine(line: string): Declaration | string {
  const [, name, until, reason] = LINE.exec(line) ?? [];
  if (name === undefined || until === undefined) return 'it is not `TEST until YYYY-MM-DD: REASON`';
  if (!DAY.test(until)) return `${until} is no day, like 2026-12-31`;
  if (reason === undefined || reason === '') return 'it gives no reason';
  if (!name.startsWith('"')) return { test: name, until, reason };
  try {
    return { test: JSON.parse(name) as string, until, reason };
  } catch {
    return 'the quoted name is no JSON string';
  }
}

/** The text of a list: the same bytes for the same declarations, in whatever order they come. */
export function declarationsText(declarations: readonly Declaration[]): string {
  return [...declarations]
    .sort((a, b) => bytewise(a.test, b.test))
    .map(({ test, until, reason }) => `${written(test)} until ${until}: ${flat(reason)}\n`)
    .join('');
}

const written = (test: TestId): string =>
  /^[^\s"#\p{Cc}][^\s"\p{Cc}]*$/u.test(test) ? test : JSON.stringify(test);
const flat = (reason: string): string => reason.replace(/\s+/gu, ' ').trim() || '-';

/** Does it hold on this day (`2026-12-31`)? */
export const isInForce = (declaration: Declaration, today: string): boolean => today <= declaration.until;

/** The declarations of a list that hold, by test. */
export function inForce(list: readonly Declaration[], today: string): ReadonlyMap<TestId, Declaration> {
  return new Map(list.filter((it) => isInForce(it, today)).map((it) => [it.test, it]));
}
