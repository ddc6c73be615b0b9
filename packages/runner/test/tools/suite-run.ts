// Opens a suite of a fixture in a copy of its own, runs it, and holds the results against the rules that all suites keep.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { TestId, TestOutcome, TestResult } from '@swarm/core';
import { createWorkDir } from '@swarm/host';
import { type Suite, type SuiteRun, TOOLS } from '@swarm/runner';
import { expect } from 'vitest';
import { type Folder, project } from '../../../../test/kit/folder.ts';
import { FIXTURES } from '../../../../test/kit/program.ts';

/** A copy of a fixture. */
export function suiteFolder(fixture: string): Folder {
  const folder = project({}, `swarm-${fixture}-`);
  cpSync(join(FIXTURES, 'suites', fixture), folder.dir, { recursive: true });
  return folder;
}

export async function open(
  tool: string,
  folder: Folder,
  { dir = folder.dir, args = [], command }: { dir?: string; args?: string[]; command?: string } = {},
): Promise<Suite> {
  const loaded = await TOOLS.get(tool)!();
  return loaded.open({
    name: tool,
    dir,
    root: folder.dir,
    args,
    ...(command === undefined ? {} : { command }),
  });
}

export interface Ran {
  readonly results: ReadonlyMap<TestId, TestResult>;
  /** Each test's outcome in a word: `pass`, `fail timeout`. */
  readonly words: Readonly<Record<TestId, string>>;
  detail(id: TestId): string;
}

/** Run tests of a suite; each must be reported exactly once. */
export async function runTests(
  suite: Suite,
  tests: readonly TestId[],
  how: Partial<SuiteRun> = {},
): Promise<Ran> {
  const outputs = project();
  const results = new Map<TestId, TestResult>();
  const work = await createWorkDir(project().dir);
  await suite.run(tests, {
    jobs: 2,
    timeLimitMs: 10_000,
    outputFolder: outputs.dir,
    work,
    ...how,
    report: (result) => {
      expect(results.has(result.id), `${result.id} reported twice`).toBe(false);
      results.set(result.id, result);
    },
  });
  expect([...results.keys()].sort()).toEqual([...tests].sort());
  const words = Object.fromEntries([...results].map(([id, { outcome }]) => [id, word(outcome)]));
  const detail = (id: TestId) => {
    const outcome = results.get(id)?.outcome as { detail?: string; reason?: string } | undefined;
    return outcome?.detail ?? outcome?.reason ?? '';
  };
  return { results, words, detail };
}

const word = (outcome: TestOutcome): string =>
  outcome.kind === 'fail' ? `fail ${outcome.failure}` : outcome.kind;
