// pytest, the real one.

import { expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

test.runIf(needs('pytest'))('a pytest suite runs as pytest says, whatever its tests do to it', async () => {
  const folder = suiteFolder('pytest');
  const suite = await open('pytest', folder);
  const ids = (await suite.list()).map(({ id }) => id);
  expect(ids).toContain('test_kinds.py::test_with[x::y]');
  const { words, detail } = await runTests(suite, ids, { timeLimitMs: 2000 });
  expect(words).toEqual({
    // A file that can't be imported is one test, and fails.
    'sub/test_broken.py': 'fail compile',
    'sub/test_ends.py::test_after': 'pass',
    'sub/test_ends.py::test_before': 'pass',
    'sub/test_ends.py::test_hangs': 'fail timeout',
    'sub/test_ends.py::test_kills_pytest': 'fail crash',
    'test_kinds.py::TestGroup::test_inside': 'pass',
    'test_kinds.py::test_expected_to_fail': 'expected-fail',
    'test_kinds.py::test_fails': 'fail exit',
    'test_kinds.py::test_passes': 'pass',
    'test_kinds.py::test_passes_leniently': 'pass',
    'test_kinds.py::test_passes_unexpectedly': 'unexpected-pass',
    'test_kinds.py::test_setup_fails': 'fail exit',
    'test_kinds.py::test_skipped': 'skip',
    'test_kinds.py::test_teardown_fails': 'fail exit',
    'test_kinds.py::test_with[-k]': 'pass',
    'test_kinds.py::test_with[[z]]': 'pass',
    'test_kinds.py::test_with[\\xfc \\n]': 'pass',
    'test_kinds.py::test_with[a]': 'pass',
    'test_kinds.py::test_with[b c]': 'fail exit',
    'test_kinds.py::test_with[x::y]': 'pass',
  });
  expect(detail('sub/test_broken.py')).toContain('no_such_module_anywhere');
  expect(detail('test_kinds.py::test_skipped')).toBe('no hardware');
  expect(await processesLeft(folder.dir)).toEqual([]);

  folder.write('conftest.py', 'raise SystemError("no conftest")\n');
  await expect(suite.list()).rejects.toMatchObject({ code: 'no-test-list', exit: 3 });
  const broken = await runTests(suite, ids.slice(4, 6));
  expect(new Set(Object.values(broken.words))).toEqual(new Set(['fail missing']));
  folder.remove();
});
