// What a config may say of a project's tests: where they are, and how samples of them are run.

/** One way in which tests are found and run; exactly one of `glob`, `list`, `programs` and `tool` is there. Paths are as written. */
export interface SuiteConfig {
  /** For people; left out: one is made up. */
  readonly name?: string;
  /** Each file that matches is a test of `run`. */
  readonly glob?: readonly string[];
  /** Files that are none, whatever matches. */
  readonly exclude?: readonly string[];
  /** A command that prints the name of a test on each line; each is a test of `run`. */
  readonly list?: string;
  /** Programs of one C source file each: built by `compile`, run by `run`, compared with what they should print. */
  readonly programs?: readonly string[];
  /** A tool that finds and runs tests itself, by name. */
  readonly tool?: string;
  /** For `glob`, `list`, `programs`: a shell command; `{}` is the test. */
  readonly run?: string;
  /** For `programs`: a shell command; `{}` is the source, `{out}` the program. */
  readonly compile?: string;
  /** Where commands run. */
  readonly dir?: string;
  /** For `tool`: the command in place of the usual one. */
  readonly command?: string;
  /** For `tool`: further arguments, as in a shell. */
  readonly args?: string;
  /** Tells its tests from those of another suite over the same files. */
  readonly variant?: string;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Whether a test that leaves processes behind fails. Left out: it does. */
  readonly leaks?: 'fail' | 'allow';
  readonly env?: Readonly<Record<string, string>>;
}

/** The keys of `tests`; what isn't in the file is left out. */
export interface TestsConfig {
  readonly suites?: readonly SuiteConfig[];
  /** `10%`, or a number up to 1. */
  readonly fraction?: string | number;
  /** `60s`, `2m`, or seconds. */
  readonly budget?: string | number;
  readonly seed?: string | number;
  readonly jobs?: number;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly retries?: number;
}

const WAYS = ['glob', 'list', 'programs', 'tool'] as const;

/** What is wrong with a suite beyond the kinds of its values; undefined when nothing is. */
export function suiteProblem(suite: SuiteConfig): string | undefined {
  const ways = WAYS.filter((way) => suite[way] !== undefined);
  if (ways.length !== 1) return `must have exactly one of ${WAYS.join(', ')}`;
  const [way] = ways;
  const needs = (key: 'run' | 'compile') =>
    suite[key] === undefined ? `with \`${way}\` must have \`${key}\`` : undefined;
  const lacks = (key: keyof SuiteConfig) =>
    suite[key] === undefined ? undefined : `with \`${way}\` can have no \`${key}\``;
  if (way === 'tool')
    return lacks('run') ?? lacks('compile') ?? lacks('exclude') ?? lacks('leaks') ?? lacks('variant');
  const foreign = lacks('command') ?? lacks('args');
  if (way === 'programs') return needs('compile') ?? foreign;
  return needs('run') ?? lacks('compile') ?? (way === 'list' ? lacks('exclude') : undefined) ?? foreign;
}
