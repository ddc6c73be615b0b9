// sed 4.9 with gnulib: 63 units, a library and a program of many parts; planted faults in three units, a pair that fails only
// together, and a unit that the target rejects. It is configured with tcc, which tries the same in a third of gcc's time.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { FAULTCC } from '../kit/program.ts';
import { certified, findings, type Job } from './bisection.ts';
import { bisect, IS_WHOLE } from './matrix.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('sed');
const EXERCISE = join(dirname(fileURLToPath(import.meta.url)), 'sed', 'exercise.sh');
const CONFIGURE =
  './configure -q CC=tcc CFLAGS= AR=gcc-ar RANLIB=: --without-included-regex --disable-nls --disable-acl --without-selinux --disable-dependency-tracking';
const BUILD = 'make -j2 SUBDIRS=. CC=gcc';
const TEST = 'sh exercise.sh sed/sed';

const FAULTS = `sed/execute.c  match_address_p      swap-branch
sed/debug.c    debug_print_command  crash segv
lib/qcopy-acl.c qcopy_acl           crash segv
lib/dfa.c      dfacomp              crash set=regex
sed/regexp.c   match_regex          mark set=regex
lib/quotearg.c quotearg_buffer_restyled reject
`;

describe.runIf(needs('gcc', 'tcc', 'make') && tarball !== undefined)('sed with planted faults', () => {
  let job: Job;

  beforeAll(() => {
    const folder = project({ faults: FAULTS }, 'swarm-sed-');
    const dir = folder.path('sed');
    unpack(tarball!, dir);
    copyFileSync(EXERCISE, join(dir, 'exercise.sh'));
    const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: dir, stdio: 'pipe' });
    run(CONFIGURE);
    run(BUILD);
    const expectStdout = folder.path('expected.txt');
    writeFileSync(expectStdout, run(TEST));
    // Without -O frame pointers are there anyhow: another flag has to make every object differ from the oracle's.
    const targetFlags = `-fstack-protector-all -ffaults=${folder.path('faults')}`;
    const clean = 'make clean SUBDIRS=.';
    job = { dir, target: FAULTCC, targetFlags, build: BUILD, clean, test: TEST, expectStdout };
  });

  test('finds three units, a pair and a rejected unit', async () => {
    const report = await bisect({ ...job, labels: IS_WHOLE }, '--jobs', '2');
    const single = (unit: string) => ({ members: [unit], kind: 'wrong-output', label: 'miscompile' });
    expect(findings(report)).toEqual({
      verdict: 'culprits',
      culprits: [
        { members: ['lib/dfa.c', 'sed/regexp.c'], kind: 'wrong-output', label: 'miscompile' },
        single('lib/qcopy-acl.c'),
        single('sed/debug.c'),
        single('sed/execute.c'),
      ],
      rejected: ['lib/quotearg.c'],
    });
    expect(report.stats.units).toBe(63);
    expect(certified(report)).toBe(true);
    expect(report.code).toBe(0);
  });
});
