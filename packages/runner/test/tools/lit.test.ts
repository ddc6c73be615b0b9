// llvm-lit, the real one.

import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { processesLeft } from '../../../../test/kit/processes.ts';
import { open, runTests, suiteFolder } from './suite-run.ts';

const LIT = existsSync('/usr/lib')
  ? readdirSync('/usr/lib')
      .filter((name) => name.startsWith('llvm-'))
      .map((name) => `/usr/lib/${name}/build/utils/lit/lit.py`)
      .filter((file) => existsSync(file))
  : [];

test.runIf(LIT.length > 0 ? needs('python3') : needs('lit'))(
  'a lit suite runs as lit says, and hangs for nobody',
  async () => {
    const folder = suiteFolder('lit');
    const suite = await open('lit', folder);
    const ids = (await suite.list()).map(({ id }) => id);
    expect(ids).toEqual([
      'empty.test',
      'hangs.test',
      'leaves-child.test',
      'passes-unexpectedly.test',
      'passes.test',
      'sub/fails as it should.test',
      'sub/fails.test',
      'unsupported.test',
    ]);
    const { words, detail } = await runTests(suite, ids, { timeLimitMs: 2000 });
    expect(words).toEqual({
      'empty.test': 'fail exit',
      'hangs.test': 'fail timeout',
      'leaves-child.test': 'fail leak',
      'passes-unexpectedly.test': 'unexpected-pass',
      'passes.test': 'pass',
      'sub/fails as it should.test': 'expected-fail',
      'sub/fails.test': 'fail exit',
      'unsupported.test': 'skip',
    });
    expect(detail('sub/fails.test')).toBe('the reason');
    expect(detail('unsupported.test')).toContain('no-such-feature');
    expect(await processesLeft(folder.dir)).toEqual([]);
    folder.remove();
  },
);
