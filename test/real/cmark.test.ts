// cmark 0.30.2 by its own CMake build. Found by hand, unit by unit: pcc -O cannot preprocess latex.c (a string
// in a macro's argument, "eof in macro"), and of the 19 other units only inlines.c makes the program wrong: it
// crashes in every format, as SIGSEGV or as an abort in malloc by where the memory lies. All but inlines.c together pass.
//
// In inlines.c it is handle_backticks. Found by hand in the assembly of the whole unit: after `openticks = take_while(...)`, which
// returns 16 bytes in registers, pcc copies them from where it keeps their address (`leaq -64(%rax),%rsi`) instead of from
// that address (`movq -64(%rax),%rsi`). With this one word changed in pcc's inlines.s, and all else as it was, the program passes.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { certified, findings, type Job } from './bisection.ts';
import { killAgainAndAgain } from './killing.ts';
import { bisect } from './matrix.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('cmark');
/** Without CMake's own -O3, with which gcc takes three times as long. */
const BUILD =
  'cmake -S . -B build -DCMARK_SHARED=OFF -DCMARK_TESTS=OFF -DCMAKE_C_FLAGS_RELEASE= -DCMAKE_AR=$(command -v gcc-ar) -DCMAKE_RANLIB=/bin/true && cmake --build build -j2';
const TEST = 'for f in html xml man latex commonmark; do build/src/cmark -t $f test/spec.txt || exit; done';

const WANTED = {
  verdict: 'culprits',
  culprits: [{ members: ['src/inlines.c'], kind: 'crash', label: 'miscompile' }],
  rejected: ['src/latex.c'],
};

describe.runIf(needs('cmake', 'make', 'gcc', 'pcc') && tarball !== undefined)('cmark with pcc -w -O', () => {
  let folder: Folder;
  let job: Job;

  beforeAll(() => {
    folder = project({}, 'swarm-cmark-');
    const dir = folder.path('cmark');
    unpack(tarball!, dir);
    execFileSync('sh', ['-c', BUILD], { cwd: dir, env: { ...process.env, CC: 'gcc' }, stdio: 'pipe' });
    const expected = execFileSync('sh', ['-c', TEST], { cwd: dir, maxBuffer: 1 << 26 });
    const expectStdout = folder.path('expected.txt');
    writeFileSync(expectStdout, expected);
    const clean = 'rm -rf build';
    job = { dir, target: 'pcc', targetFlags: '-w -O', build: BUILD, clean, test: TEST, expectStdout };
  });

  test('finds src/inlines.c and the rejected src/latex.c', async () => {
    const report = await bisect(job, '--jobs', '1');
    expect(findings(report)).toEqual(WANTED);
    expect(report.code).toBe(0);
    expect(report.stats.units).toBe(20);
    expect(report.rejected[0]).toMatchObject({
      stage: 'compile',
      reason: expect.stringContaining('eof in macro'),
    });
    expect(certified(report)).toBe(true);
  });

  test('names handle_backticks in it', async () => {
    const report = await bisect({ ...job, level: 'default', labels: true });
    expect(findings(report).culprits).toEqual([
      { members: ['src/inlines.c:handle_backticks'], kind: 'crash', label: 'miscompile' },
    ]);
    expect(certified(report)).toBe(true);
  });

  test('finds the same when it is killed again and again, no probe repeated and no process left', async () => {
    await killAgainAndAgain(job, 6, WANTED);
  });
});
