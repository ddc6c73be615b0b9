// Go's and Rust's own test runners, the real ones, without a registry to ask.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Folder, project } from '../../../../test/kit/folder.ts';
import { needs } from '../../../../test/kit/needs.ts';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

let caches: Folder;
beforeEach(() => {
  caches = project();
  vi.stubEnv('GOFLAGS', '-mod=mod');
  vi.stubEnv('GOPROXY', 'off');
  vi.stubEnv('GOCACHE', caches.path('go'));
  vi.stubEnv('CARGO_NET_OFFLINE', 'true');
  vi.stubEnv('CARGO_TARGET_DIR', caches.path('target'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  caches.remove();
});

test.runIf(needs('go'))(
  "a package's tests run as go says, also where one ends the process",
  async () => {
    const folder = suiteFolder('go');
    const suite = await open('go', folder);
    const ids = (await suite.list()).map(({ id }) => id);
    const { words, detail } = await runTests(suite, [...ids, 'sum/sum_test.go::TestGone'], {
      timeLimitMs: 3000,
    });
    expect(words).toEqual({
      'broken/broken_test.go::TestNever': 'fail compile',
      'sum/sum_test.go::ExampleSum': 'pass',
      'sum/sum_test.go::FuzzSum': 'pass',
      'sum/sum_test.go::TestAfter': 'pass',
      'sum/sum_test.go::TestExits': 'fail crash',
      'sum/sum_test.go::TestFails': 'fail exit',
      'sum/sum_test.go::TestGone': 'fail missing',
      'sum/sum_test.go::TestHangs': 'fail timeout',
      'sum/sum_test.go::TestOther': 'pass',
      'sum/sum_test.go::TestPanics': 'fail crash',
      'sum/sum_test.go::TestPasses': 'pass',
      'sum/sum_test.go::TestSkips': 'skip',
    });
    expect(detail('broken/broken_test.go::TestNever')).toContain('broken_test.go:5');
    expect(detail('sum/sum_test.go::TestFails')).toContain('got 2');
    expect(detail('sum/sum_test.go::TestPanics')).toBe('panic: too much');
    expect(await processesLeft(folder.dir)).toEqual([]);
    folder.remove();
  },
  120_000,
);

test.runIf(needs('cargo'))(
  "a crate's tests run as cargo says, each a process of its own",
  async () => {
    const folder = suiteFolder('cargo');
    const suite = await open('cargo', folder);
    const ids = (await suite.list()).map(({ id }) => id);
    const { words, detail } = await runTests(suite, ids, { timeLimitMs: 8000 });
    expect(words).toEqual({
      'src/lib.rs::doc sum': 'pass',
      'src/lib.rs::doc sum (2)': 'fail exit',
      'src/lib.rs::tests::fails': 'fail exit',
      'src/lib.rs::tests::is_ignored': 'skip',
      'src/lib.rs::tests::panics_as_it_should': 'pass',
      'src/lib.rs::tests::passes': 'pass',
      'tests/ends.rs::aborts': 'fail crash',
      'tests/ends.rs::after': 'pass',
      'tests/ends.rs::hangs': 'fail timeout',
    });
    expect(detail('src/lib.rs::tests::fails')).toContain('src/lib.rs:26:9');
    expect(await processesLeft(folder.dir)).toEqual([]);

    folder.write('src/lib.rs', 'pub fn sum() -> i32 { nothing }\n');
    await expect(suite.list()).rejects.toMatchObject({
      code: 'tests-not-built',
      message: expect.stringContaining('src/lib.rs:1: cannot find value'),
    });
    folder.remove();
  },
  120_000,
);
