// jq 1.6, built without its autotools. Found by hand, each unit alone, every pair, and the rest together:
// - pcc rejects jq_test.c (a string with quotes inside an assert) and jv_dtoa.c (no __FLT_ROUNDS__);
// - builtin.c and compile.c cannot be linked (no __builtin_isinf_sign);
// - execute.c, jv.c, jv_aux.c, jv_print.c, linker.c and parser.c fail alone and in every pair, while the other nine
//   together pass. So none is a boundary, though all of them pass structs by value: both compilers agree on how, but
//   in f(g(a), h(b)), where g and h give structs, pcc passes h's result twice.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { certified, findings, type Job } from './bisection.ts';
import { bisect } from './matrix.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('jq');
const OURS = join(dirname(fileURLToPath(import.meta.url)), 'jq');
const LINK = ['src/builtin.c', 'src/compile.c'];
const MISCOMPILED = ['execute', 'jv', 'jv_aux', 'jv_print', 'linker', 'parser'].map(
  (name) => `src/${name}.c`,
);

describe.runIf(needs('gcc', 'pcc', 'awk') && tarball !== undefined)('jq with pcc', () => {
  let job: Job;

  beforeAll(() => {
    const folder = project({}, 'swarm-jq-');
    const dir = folder.path('jq');
    unpack(tarball!, dir);
    copyFileSync(join(OURS, 'build.sh'), join(dir, 'build.sh'));
    const suite = ['-f', join(OURS, 'select.awk'), join(dir, 'tests', 'jq.test')];
    writeFileSync(join(dir, 'selected.test'), execFileSync('awk', suite));
    const test = 'build/jq -L tests/modules --run-tests selected.test';
    job = { dir, target: 'pcc', build: 'sh build.sh', clean: 'rm -rf build', test };
  });

  test('finds what is rejected, not linked and miscompiled, and no boundary', async () => {
    const report = await bisect({ ...job, labels: true }, '--jobs', '2');
    const found = findings(report);
    expect(report.stats.units).toBe(19);
    expect(found.verdict).toBe('culprits');
    expect(found.rejected).toEqual(['src/jq_test.c', 'src/jv_dtoa.c']);
    expect(found.culprits.map(({ members, label }) => [members.join(' + '), label])).toEqual(
      [...LINK.map((unit) => [unit, 'link']), ...MISCOMPILED.map((unit) => [unit, 'miscompile'])].sort(),
    );
    expect(found.culprits.filter(({ kind }) => kind === 'link').map(({ members }) => members[0])).toEqual(
      LINK,
    );
    expect(certified(report)).toBe(true);
    expect(report.code).toBe(0);
  });
});
