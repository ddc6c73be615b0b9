// The suites of a project without a config, told by its files alone, and what is said where there is none.

import { chmodSync } from 'node:fs';
import type { TestResult } from '@swarm/core';
import { createWorkDir } from '@swarm/host';
import { findSuites, suiteAdvice } from '@swarm/runner';
import { expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';

const found = async (files: Record<string, string>) => {
  const { dir } = project(files);
  return (await findSuites(dir)).map(({ suite, because }) => [suite.name, because]);
};

test('are those of the tools whose files are there; tests alone tell of one only where there is no other', async () => {
  const python = { 'src/test_a.py': 'def test_a(): pass\n' };
  expect(await found(python)).toEqual([['pytest', 'src/test_a.py']]);
  expect(await found({ ...python, 'go.mod': 'module m\n' })).toEqual([['go', 'go.mod']]);
  expect(await found({ 'test_bench.py': 'print(1)\n', 'tests/a.sh': '' })).toEqual([
    ['scripts', 'tests/**/*.sh'],
  ]);
  expect(await found({ 'README.md': '', 'vendor/x/pytest.ini': '' })).toEqual([]);
});

test('a script runs as its first line says, and what can not be executed beside others that can is no test', async () => {
  const folder = project({
    'tests/bash.sh': '#!/usr/bin/env bash\n. "$(dirname "$0")/lib.sh"; [[ $(word) == w ]]\n',
    'tests/options.sh': '#! /bin/sh -e\nfalse\ntrue\n',
    'tests/plain.sh': 'test -z "$BASH_VERSION"\n',
    'tests/lib.sh': 'word() { echo w; }\n',
    'tests/gone.sh': '#!/no/such/program\n',
  });
  const run = async () => {
    const [{ suite }] = (await findSuites(folder.dir)) as [Awaited<ReturnType<typeof findSuites>>[number]];
    const tests = (await suite.list()).map(({ id }) => id);
    const results: TestResult[] = [];
    const work = await createWorkDir(project().dir);
    const report = (result: TestResult) => void results.push(result);
    await suite.run(tests, { jobs: 2, timeLimitMs: 20_000, outputFolder: project().dir, work, report });
    return Object.fromEntries(results.map(({ id, outcome }) => [id.slice(6, -3), outcome.kind]));
  };
  const all = { bash: 'pass', options: 'fail', plain: 'pass', gone: 'unresolved' };
  const mode = (bits: number) => {
    for (const name of Object.keys(all)) chmodSync(folder.path(`tests/${name}.sh`), bits);
  };
  mode(0o644);
  expect(await run()).toEqual({ ...all, lib: 'pass' });
  mode(0o755);
  expect(await run()).toEqual(all);
});

test('where none is found, what has to be done first is told', async () => {
  const cmake = project({ 'lib/CMakeLists.txt': 'project(x)\n  Enable_Testing()\n' });
  expect(await suiteAdvice(cmake.dir)).toMatch(/^lib\/CMakeLists\.txt .* cmake -S lib -B build && /);
  expect(await suiteAdvice(project({ 'CMakeLists.txt': '# enable_testing()\n' }).dir)).toMatch(/^name the /);
});
