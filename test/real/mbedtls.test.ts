// mbedtls 2.28 without assembly, with tcc: right when all comes from tcc, wrong in some mixes. Found by hand: tcc defines no
// __GNUC__, so that mbedtls gives it numbers of 32-bit limbs where gcc gets 64; what hands limbs to another unit goes wrong.

import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import type { Job } from './bisection.ts';
import { bisect } from './matrix.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('mbedtls');
const BUILD = join(dirname(fileURLToPath(import.meta.url)), 'mbedtls', 'build.sh');

describe.runIf(needs('gcc', 'tcc') && tarball !== undefined)('mbedtls with tcc', () => {
  let job: Job;

  beforeAll(() => {
    const dir = project({}, 'swarm-mbedtls-').path('mbedtls');
    unpack(tarball!, dir);
    copyFileSync(BUILD, join(dir, 'build.sh'));
    const test = 'build/selftest mpi ecp';
    job = { dir, target: 'tcc', build: 'sh build.sh', clean: 'rm -rf build', test };
  });

  test('passes as a whole, and mixes show a boundary and the type that it is about', async () => {
    const report = await bisect({ ...job, labels: true }, '--jobs', '2', '--mixes');
    expect(report.stats.units).toBe(97);
    expect(report.verdict).toBe('culprits');
    expect(report.culprits.map(({ label }) => label)).toEqual(['boundary']);
    const [boundary] = report.culprits;
    expect(boundary!.members).toContain('library/bignum.c');
    expect(boundary!.certificate).toMatchObject({ alone: 'fail', without: 'pass' });
    expect(boundary!.evidence).toMatch(
      /^the sides disagree on a type: mbedtls_mpi_\w+ has 8 bytes by the oracle and 4 by the target/,
    );
  });
});
