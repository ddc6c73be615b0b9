// What may stand under `tests` in a config file, as valibot schemas: as it is kept, and as people may write it.

import * as v from 'valibot';
import { count, exactly, text, words } from './shape-values.js';

const patterns = (about: string) =>
  v.pipe(v.array(v.string()), v.minLength(1, 'must name at least one'), v.description(about));
const limit = (about: string) =>
  v.pipe(v.number(), v.gtValue(0, 'must be more than 0'), v.description(about));
/** `60s`, `10%`: a number, or one with a unit. */
const measure = (pattern: RegExp, reason: string, about: string) =>
  v.pipe(
    v.union([
      v.pipe(v.number(), v.gtValue(0, 'must be more than 0')),
      v.pipe(v.string(), v.regex(pattern, reason)),
    ]),
    v.description(about),
  );

/** The keys of a suite in `tests.suites`. */
const suiteKeys = {
  name: v.optional(text('What people call it.')),
  glob: v.optional(patterns('Each file that matches is a test.')),
  exclude: v.optional(patterns('Files that are no tests, whatever matches.')),
  list: v.optional(text('A command that prints the name of a test on each line.')),
  programs: v.optional(patterns('Each file that matches is the C source of a program that is a test.')),
  tool: v.optional(text('A tool that finds and runs tests itself, like ctest or pytest.')),
  run: v.optional(
    text('The command that runs a test: {} is its file or name; for programs, {} is the program.'),
  ),
  compile: v.optional(
    text('For programs: the command that builds one; {} is the source, {out} the program.'),
  ),
  dir: v.optional(text('Where commands run, relative to this file.')),
  command: v.optional(text('For a tool: the command in place of the usual one.')),
  args: v.optional(words('For a tool: further arguments, as in a shell.')),
  variant: v.optional(text('Tells its tests from those of another suite over the same files.')),
  timeLimit: v.optional(limit("A test's time limit, in seconds.")),
  leaks: v.optional(
    v.pipe(
      v.picklist(['fail', 'allow'], 'must be fail or allow'),
      v.description('Whether a test that leaves processes behind fails.'),
    ),
  ),
  env: v.optional(
    v.pipe(v.record(v.string(), v.string()), v.description('Further variables of every test.')),
  ),
};

/** The keys of `tests`, but for its suites. */
const testsSettings = {
  fraction: v.optional(
    measure(/^\d+(\.\d+)?%?$/, 'must be a fraction like 10% or 0.1', 'How much of the suite a sample holds.'),
  ),
  budget: v.optional(
    measure(/^\d+(\.\d+)?(ms|s|m|h)?$/, 'must be a time like 60s', 'How long a sample may take.'),
  ),
  seed: v.optional(v.pipe(v.union([v.number(), v.string()]), v.description('What samples are drawn by.'))),
  jobs: v.optional(count('Tests at once.')),
  timeLimit: v.optional(limit("A test's time limit, in seconds.")),
  retries: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(0, 'must be at least 0'),
      v.description('How often a failing test is run again, for a label.'),
    ),
  ),
};

export const suiteShape = exactly(suiteKeys);

export const testsShape = exactly({ suites: v.optional(v.array(suiteShape)), ...testsSettings });

const onePattern = (shape: ReturnType<typeof patterns>) => v.union([v.string(), shape]);

/** A pattern may stand for a list of one. */
export const writtenTestsShape = v.strictObject({
  suites: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          ...suiteKeys,
          glob: v.optional(onePattern(suiteKeys.glob.wrapped)),
          exclude: v.optional(onePattern(suiteKeys.exclude.wrapped)),
          programs: v.optional(onePattern(suiteKeys.programs.wrapped)),
        }),
      ),
      v.description('Where tests are and how each is run; left out: the usual ones are looked for.'),
    ),
  ),
  ...testsSettings,
});
