// Suites in which every file that matches a glob is a test, run by a command; and those of C programs, each built by the target,
// run, and compared with what it should print.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestId, testCase } from '@swarm/core';
import { commandTemplate } from '../execution/command.js';
import { executeTests } from '../execution/execute-tests.js';
import type { Step, TestJob } from '../execution/job.js';
import { outputFileOf } from '../output-file.js';
import type { Suite, SuiteRun } from '../suite.js';
import { type Directives, readDirectives } from './directives.js';
import { findFiles } from './find-files.js';

/** What all our own suites have in common. Folders are absolute. */
export interface OwnSuite {
  readonly name: string;
  /** Ids are relative to it. */
  readonly root: string;
  /** Where commands run. */
  readonly dir: string;
  /** Tells this suite's tests from those of another one over the same files: `path::variant`. */
  readonly variant?: string;
  readonly timeLimitMs?: number;
  readonly leaks: 'fail' | 'allow';
  readonly env: Readonly<Record<string, string>>;
}

export interface FileSuite extends OwnSuite {
  readonly glob: readonly string[];
  readonly exclude: readonly string[];
  /** A command with `{}` for the file, or what makes an argv of the file. */
  readonly run: string | ((file: string) => readonly string[]);
}

export interface ProgramSuite extends OwnSuite {
  readonly programs: readonly string[];
  readonly exclude: readonly string[];
  /** `{}` is the source, `{out}` the program, `{options}` what the source asks for. */
  readonly compile: string;
  /** `{}` is the program. Left out: the program itself, in a folder of its own. */
  readonly run?: string;
}

export function fileSuite(suite: FileSuite): Suite {
  const { run } = suite;
  const argvOf = typeof run === 'string' ? argvOfFile(run) : run;
  return openSuite(suite, suite.glob, suite.exclude, (file) => ({
    steps: [{ argv: argvOf(file), cwd: suite.dir, failure: 'exit' }],
  }));
}

function argvOfFile(command: string): (file: string) => string[] {
  const argvOf = commandTemplate(command, ['']);
  return (file) => argvOf({ '': file });
}

export function programSuite(suite: ProgramSuite): Suite {
  const compile = commandTemplate(suite.compile, ['', 'out', 'options']);
  const run = suite.run === undefined ? (program: string) => [program] : argvOfFile(suite.run);
  return openSuite(suite, suite.programs, suite.exclude, (file, id, options, how) => {
    const scratch = join(how.work.path, outputFileOf('', id));
    const out = join(scratch, 'program');
    const values = { '': resolve(suite.dir, file), out, options };
    const expected = expectedOutputOf(resolve(suite.dir, file));
    const steps: Step[] = [
      { argv: compile(values), cwd: suite.dir, failure: 'compile' },
      {
        argv: run(out),
        cwd: suite.run === undefined ? scratch : suite.dir,
        failure: 'exit',
        ...(expected === undefined ? {} : { expectedOutput: expected }),
      },
    ];
    return { steps, scratch };
  });
}

/** `a.c` is held against `a.c.expected`, `a.expected` or `a.expect`, whichever is there. */
function expectedOutputOf(source: string): string | undefined {
  const stem = source.replace(/\.[^./]*$/, '');
  return [`${source}.expected`, `${stem}.expected`, `${stem}.expect`].find((file) => existsSync(file));
}

type StepsOf = (
  file: string,
  id: TestId,
  options: string,
  how: SuiteRun,
) => Pick<TestJob, 'steps' | 'scratch'>;

function openSuite(
  suite: OwnSuite,
  globs: readonly string[],
  exclude: readonly string[],
  stepsOf: StepsOf,
): Suite {
  const ending = suite.variant === undefined ? '' : `::${suite.variant}`;
  return {
    name: suite.name,
    list: async () => (await findFiles(suite.root, globs, exclude)).map((file) => testCase(file + ending)),
    run: (tests, how) => {
      const env = { ...suite.env, ...how.env };
      return executeTests(tests, how, (id) => {
        const file = id.slice(0, id.length - ending.length);
        const path = `${suite.root}/${file}`;
        const directives = readDirectives(path);
        const argument = suite.dir === suite.root ? asArgument(file) : path;
        return jobOf(suite, id, how, env, directives, stepsOf(argument, id, directives.options, how));
      });
    },
  };
}

/** A path that no program takes for an option. */
const asArgument = (file: string): string => (file.startsWith('-') ? `./${file}` : file);

function jobOf(
  suite: OwnSuite,
  id: TestId,
  how: SuiteRun,
  env: TestJob['env'],
  directives: Directives,
  steps: Pick<TestJob, 'steps' | 'scratch'>,
): TestJob {
  const { timeLimitMs, expect = 'pass', skip, problem, leaks } = directives;
  return {
    id,
    ...steps,
    timeLimitMs: timeLimitMs ?? suite.timeLimitMs ?? how.timeLimitMs,
    expect,
    leaksAllowed: (leaks ?? suite.leaks) === 'allow',
    env,
    outputFolder: how.outputFolder,
    ...(skip === undefined ? {} : { skip }),
    ...(problem === undefined ? {} : { problem }),
  };
}
