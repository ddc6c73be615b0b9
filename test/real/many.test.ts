// A generated program of 1,001 units with three culprits: a size at which a step per unit and probe would show.

import { beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { manyUnits, type Program } from '../kit/program.ts';
import { certified, findings, type Job } from './bisection.ts';
import { bisect, IS_WHOLE } from './matrix.ts';

describe.runIf(needs('gcc', 'make'))('a program of a thousand units', () => {
  let program: Program;
  let job: Job;

  beforeAll(() => {
    program = manyUnits();
    const commands = { build: 'make -j2', clean: 'make clean', test: 'sh test.sh' };
    job = { dir: program.dir, target: program.path('faultcc'), ...commands };
  });

  test('gives up its three culprits', async () => {
    const report = await bisect({ ...job, labels: IS_WHOLE }, '--jobs', '2');
    const { verdict, culprits } = findings(report);
    expect(verdict).toBe('culprits');
    expect(culprits.map(({ members, kind }) => ({ members, failure: kind }))).toEqual(
      program.expected.culprits,
    );
    expect(report.stats.units).toBe(program.units);
    expect(certified(report)).toBe(true);
    for (const side of ['target', 'oracle'] as const)
      expect(report.stats.compiles[side]).toBeLessThanOrEqual(program.units);
  });
});
