// All tests of all suites of a project, each id once, and the suite that runs it.

import { directoryOf, EXIT, globMatcher, SwarmError, type TestCase, type TestId } from '@swarm/core';
import { type OpenedSuite, suiteAdvice, THE_CONFIG } from '@swarm/runner';

export interface ListedTests {
  readonly tests: readonly TestCase[];
  readonly suiteOf: ReadonlyMap<TestId, OpenedSuite>;
  readonly suites: readonly { readonly name: string; readonly because: string; readonly tests: number }[];
}

/** Ask the suites for their tests, narrowed by patterns. Throws `tests-ambiguous` and `nothing-to-run`. */
export async function listTests(
  suites: readonly OpenedSuite[],
  patterns: readonly string[],
  root: string,
  signal: AbortSignal,
): Promise<ListedTests> {
  if (suites.length === 0) throw nothing('tests: none found', await suiteAdvice(root));
  const suiteOf = new Map<TestId, OpenedSuite>();
  const tests: TestCase[] = [];
  const told: { name: string; because: string; tests: number }[] = [];
  const wanted = patterns.map(matcher);
  for (const opened of suites) {
    const all = await opened.suite.list(signal);
    signal.throwIfAborted();
    told.push({ name: opened.suite.name, because: opened.because, tests: all.length });
    for (const test of all) {
      const other = suiteOf.get(test.id);
      if (other !== undefined) throw ambiguous(test.id, other, opened);
      suiteOf.set(test.id, opened);
      if (wanted.length === 0 || wanted.some((matches) => matches(test.id))) tests.push(test);
    }
  }
  if (tests.length > 0) return { tests, suiteOf, suites: told };
  const names = told.map(({ name, because }) => `${name} (${because})`).join(', ');
  throw patterns.length === 0
    ? nothing(`tests: ${names}: no test in it`, 'correct the suites under `tests:` in swarm.config.yaml')
    : nothing(
        `tests: no test of ${names} matches ${patterns.join(' ')}`,
        '`swarm sample-test --fraction 100% --list` lists them all',
      );
}

/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Ask within a time budget, of which `leftMs` are left; undefined: there is none. What isn't listed by then can't be run. Throws
 * `budget-too-short` (exit 6).
 */
export async function withinBudget(
  leftMs: number | undefined,
  signal: AbortSignal,
  list: (signal: AbortSignal) => Promise<ListedTests>,
): Promise<ListedTests> {
  if (leftMs === undefined) return list(signal);
  const over = AbortSignal.timeout(Math.ceil(Math.min(Math.max(1, leftMs), LONGEST_TIMER_MS)));
  try {
    return await list(AbortSignal.any([signal, over]));
  } catch (error) {
    if (signal.aborted || !over.aborted) throw error;
    throw new SwarmError('budget: it was over before the tests were listed', {
      code: 'budget-too-short',
      exit: EXIT.partial,
      hint: 'give a longer --budget, or see with --list what takes so long',
      cause: error,
    });
  }
}

export const nothing = (message: string, hint: string): SwarmError =>
  new SwarmError(message, { code: 'nothing-to-run', exit: EXIT.nothing, hint });

const ambiguous = (id: TestId, a: OpenedSuite, b: OpenedSuite): SwarmError =>
  new SwarmError(`tests: ${JSON.stringify(id)} is in the suites ${a.suite.name} and ${b.suite.name}`, {
    code: 'tests-ambiguous',
    exit: EXIT.usage,
    hint:
      a.because === THE_CONFIG
        ? 'give one of them a `variant`, which becomes part of its ids'
        : 'name the suites that you mean under `tests:` in swarm.config.yaml (docs/sample-test.md)',
  });

/** A glob over the file or the whole id, without a slash over what comes after the folder; or any part of the id. */
function matcher(pattern: string): (id: TestId) => boolean {
  if (!/[*?{]/.test(pattern)) return (id) => id.includes(pattern);
  const matches = globMatcher(pattern);
  if (pattern.includes('/')) return (id) => matches(id) || matches(fileOf(id));
  return (id) => {
    const below = directoryOf(id).length;
    const name = below === 0 ? id : id.slice(below + 1);
    return matches(name) || matches(fileOf(name));
  };
}

const fileOf = (id: TestId): string => id.split('::', 1)[0]!;
