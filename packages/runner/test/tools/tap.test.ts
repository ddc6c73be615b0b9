// Producers of TAP, held against what `prove` says of them, and Node's own runner.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

test.runIf(needs('perl', 'prove'))(
  'producers of TAP fail where prove says so, and hang for nobody',
  async () => {
    const folder = suiteFolder('tap');
    const suite = await open('tap', folder);
    const ids = (await suite.list()).map(({ id }) => id);
    const { words, detail } = await runTests(suite, ids, { timeLimitMs: 2000 });
    expect(words).toEqual({
      't/bails.t': 'fail exit',
      't/fails.t': 'fail exit',
      't/passes.t': 'pass',
      't/shell.t': 'pass',
      't/short.t': 'fail exit',
      't/silent.t': 'fail exit',
      't/skips.t': 'skip',
      't/status.t': 'fail exit',
      't/sub/hangs.t': 'fail timeout',
      't/sub/leaves child.t': 'fail leak',
      't/todo.t': 'pass',
    });
    expect(detail('t/fails.t')).toBe('1 of 2 not ok: two is one');
    expect(detail('t/bails.t')).toBe('Bail out! no disk');
    expect(await processesLeft(folder.dir)).toEqual([]);
    // prove itself would wait for the two that hold their output open.
    for (const id of ids.filter((it) => !it.startsWith('t/sub/'))) {
      const { status } = spawnSync('prove', ['-l', id], { cwd: folder.dir });
      expect([id, words[id] !== 'fail exit']).toEqual([id, status === 0]);
    }
    folder.remove();
  },
);

test("files of Node's own runner are judged by their TAP, not by what they print", async () => {
  const folder = suiteFolder('node');
  const suite = await open('node', folder);
  const ids = (await suite.list()).map(({ id }) => id);
  const { words, detail } = await runTests(suite, ids, { timeLimitMs: 3000 });
  expect(words).toEqual({
    'broken.test.js': 'fail exit',
    'hangs-test.mjs': 'fail timeout',
    'skips.test.js': 'skip',
    'sum.test.js': 'fail exit',
    'test/passes.js': 'pass',
  });
  expect(detail('sum.test.js')).toBe('1 of 2 not ok: is wrong');
  expect(detail('broken.test.js')).toContain('Cannot find module');
  folder.remove();
});
