// ctest, the real one, on tests of every kind.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

test.runIf(needs('cmake', 'ctest'))('a CMake project runs as ctest says, and hangs for nobody', async () => {
  const folder = suiteFolder('ctest');
  execFileSync('cmake', ['-S', folder.dir, '-B', folder.path('build')], { stdio: 'ignore' });
  const suite = await open('ctest', folder, { dir: folder.path('build') });
  const listed = await suite.list();
  const ids = listed.map(({ id }) => id);
  expect(ids).toContain('CMakeLists.txt::name with spaces [x] (a|b)+.*');

  const started = performance.now();
  const { words, detail, results } = await runTests(suite, ids, { timeLimitMs: 3000 });
  expect(words).toEqual({
    'CMakeLists.txt::crashes': 'skip',
    'CMakeLists.txt::db-down': 'pass',
    'CMakeLists.txt::db-up': 'pass',
    'CMakeLists.txt::fails': 'fail exit',
    'CMakeLists.txt::fails-as-it-should': 'pass',
    'CMakeLists.txt::hangs': 'fail timeout',
    'CMakeLists.txt::leaves-child': 'fail leak',
    'CMakeLists.txt::name with spaces [x] (a|b)+.*': 'pass',
    'CMakeLists.txt::not-built': 'fail exit',
    'CMakeLists.txt::own-limit': 'fail timeout',
    'CMakeLists.txt::passes': 'pass',
    'CMakeLists.txt::says-wrong': 'fail exit',
    'CMakeLists.txt::segfault': 'fail crash',
    'CMakeLists.txt::skips': 'skip',
    'CMakeLists.txt::uses-db': 'pass',
  });
  expect(detail('CMakeLists.txt::fails')).toBe('Failed: the reason');
  expect(detail('CMakeLists.txt::skips')).toBe('no hardware');
  expect(results.get('CMakeLists.txt::fails')?.outputFile).toBeDefined();
  expect(results.get('CMakeLists.txt::passes')?.outputFile).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(60_000);
  expect(await processesLeft(folder.dir)).toEqual([]);

  // One test alone brings its fixture along, and only it is reported.
  const alone = await runTests(suite, ['CMakeLists.txt::uses-db', 'CMakeLists.txt::no such test']);
  expect(alone.words).toEqual({
    'CMakeLists.txt::uses-db': 'pass',
    'CMakeLists.txt::no such test': 'fail missing',
  });

  const late = await runTests(suite, ['CMakeLists.txt::hangs', 'CMakeLists.txt::passes'], {
    jobs: 1,
    deadlineMs: performance.now() + 1500,
  });
  expect(late.words['CMakeLists.txt::hangs']).toBe('not-run');
  folder.remove();
});
