// jest as it was recorded, on a suite of its own: fixtures/suites/jest says how.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { FIXTURES } from '../../../../test/kit/program.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

const REPLAY = `node ${join(FIXTURES, 'suites', 'jest', 'replay.mjs')}`;

test('a jest suite runs as jest says', async () => {
  const folder = suiteFolder('jest');
  const suite = await open('jest', folder, { command: REPLAY });
  const ids = (await suite.list()).map(({ id }) => id);
  const { words, detail, results } = await runTests(suite, ids);
  expect(words).toEqual({
    'kinds.test.js::outer > comes later': 'skip',
    'kinds.test.js::outer > fails (x) [y]': 'fail exit',
    'kinds.test.js::outer > fails as it should': 'pass',
    'kinds.test.js::outer > is skipped': 'skip',
    'kinds.test.js::outer > passes > well': 'pass',
    'kinds.test.js::run again > passes at last': 'pass',
    'kinds.test.js::same name': 'fail exit',
    'kinds.test.js::set-up fails > never runs': 'fail exit',
    'sub/broken.test.js': 'fail compile',
  });
  expect(detail('kinds.test.js::outer > fails (x) [y]')).toContain('expect(received).toBe(expected)');
  expect(detail('kinds.test.js::set-up fails > never runs')).toContain('no database');
  expect(results.get('kinds.test.js::run again > passes at last')?.earlier).toHaveLength(1);
  expect(detail('sub/broken.test.js')).toContain("Cannot find module './no-such-module.js'");

  const some = await runTests(suite, ['kinds.test.js::outer > passes > well', 'gone.test.js::x']);
  expect(some.words).toEqual({
    'kinds.test.js::outer > passes > well': 'pass',
    'gone.test.js::x': 'fail missing',
  });
  folder.remove();
});

test('suites of jest are found by a config or a script', async () => {
  const { TOOLS } = await import('@swarm/runner');
  const folder = project({
    'package.json': '{"scripts": {"test": "NODE_ENV=test jest --ci", "lint": "eslint jest.config.js"}}',
    'sub/jest.config.json': '{}',
    'other/package.json': '{"scripts": {"test": "jest-like"}}',
  });
  const found = await (await TOOLS.get('jest')!()).find(folder.dir);
  expect(found.map(({ because }) => because).sort()).toEqual([
    'package.json, script test',
    'sub/jest.config.json',
  ]);
});
