// vitest, the one that runs this, on a suite of its own.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { FIXTURES } from '../../../../test/kit/program.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

test('a vitest suite runs as vitest says, also one test that never ends', async () => {
  const folder = suiteFolder('vitest');
  symlinkSync(join(FIXTURES, '..', 'node_modules'), folder.path('node_modules'));
  const suite = await open('vitest', folder);
  const ids = (await suite.list()).map(({ id }) => id);
  const { words, detail } = await runTests(suite, ids, { timeLimitMs: 2500 });
  expect(words).toEqual({
    'kinds.test.js::outer > comes later': 'skip',
    'kinds.test.js::outer > fails (x) [y]': 'fail exit',
    'kinds.test.js::outer > fails as it should': 'pass',
    'kinds.test.js::outer > is skipped': 'skip',
    'kinds.test.js::outer > passes > well': 'pass',
    'kinds.test.js::same name': 'fail exit',
    'kinds.test.js::set-up fails > never runs': 'fail exit',
    'sub/broken.test.js': 'fail compile',
    'sub/ends.test.js::after': 'pass',
    'sub/ends.test.js::before': 'pass',
    'sub/ends.test.js::never ends': 'fail timeout',
  });
  expect(detail('kinds.test.js::outer > fails (x) [y]')).toContain('expected 1 to be 2');
  expect(detail('kinds.test.js::set-up fails > never runs')).toContain('no database');
  expect(await processesLeft(folder.dir)).toEqual([]);

  const some = await runTests(suite, ['kinds.test.js::outer > passes > well', 'gone.test.js::x']);
  expect(some.words).toEqual({
    'kinds.test.js::outer > passes > well': 'pass',
    'gone.test.js::x': 'fail missing',
  });
  folder.remove();
});
