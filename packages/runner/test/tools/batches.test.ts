// A tool that runs tests in batches, when one of them hangs and time is short: the others still have their turn.

import { expect, test } from 'vitest';
import type { BatchTool } from '../../src/tools/batch-tool.ts';
import { runBatches } from '../../src/tools/batches.ts';
import { runTests } from './suite-run.ts';

/** Runs its tests one after the other and tells on standard output; `hang` in a name is what the test does. */
const SCRIPT = `for test; do
  \${TELLS_STARTS:-true} "start $test"
  case $test in *hang*) sleep 3210;; *slow*) sleep 2;; esac
  echo "end $test"
done`;

const tool = (tellsStarts: boolean): BatchTool => ({
  name: 'loop',
  jobsInside: false,
  quietMs: 0,
  most: 100,
  prepare: async ({ tests, folder }) => ({
    kind: 'run',
    argv: ['sh', '-c', `echo ready\n${SCRIPT}`, 'sh', ...tests],
    cwd: folder,
    env: tellsStarts ? { TELLS_STARTS: 'echo' } : {},
    line(text, tell) {
      const [word, id = ''] = text.split(' ');
      if (word === 'ready') tell({ kind: 'ready' });
      else if (word === 'start') tell({ kind: 'start', id });
      else tell({ kind: 'end', id, outcome: { kind: 'pass' } });
    },
  }),
});

const suiteOf = (tellsStarts: boolean) => ({
  name: 'loop',
  list: async () => [],
  run: (tests: readonly string[], how: Parameters<typeof runBatches>[2]) =>
    runBatches(tool(tellsStarts), tests, how),
});

const QUICK = Array.from({ length: 5 }, (_, i) => `quick-${i}`);

// A machine that stands still for seconds may spoil one try.
const TRIES = { retry: 2 };

test.concurrent.each([
  ['that tells whom it runs', true],
  ['that tells only ends', false],
])(
  'a hanging test spends half of the time that is left, not all of it, in a tool %s',
  TRIES,
  async (_, tells) => {
    const { words, results } = await runTests(suiteOf(tells), ['hang', ...QUICK], {
      jobs: 1,
      deadlineMs: performance.now() + 7000,
    });
    expect(words).toEqual({
      hang: 'not-run',
      ...Object.fromEntries(QUICK.map((id) => [id, 'pass'])),
    });
    // What is left is less than what it ran for already.
    expect(results.get('hang')!.wallMs).toBeGreaterThan(2000);
  },
);

test.concurrent('one that is known to take as long is waited for', TRIES, async () => {
  const { words } = await runTests(suiteOf(true), ['slow', 'quick'], {
    jobs: 1,
    deadlineMs: performance.now() + 3600,
    expectedMs: (id) => (id === 'slow' ? 2000 : 1),
  });
  expect(words.slow).toBe('pass');
});
