// A generated program of 1,001 units with three culprits: a size at which a step per unit and probe would show. Both sides are
// tcc, which compiles such a unit in a tenth of gcc's time; the target leaves the units of the fault table to the planted-fault compiler.

import { beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { manyUnits, type Program } from '../kit/program.ts';
import { certified, findings, type Job } from './bisection.ts';
import { bisect, IS_WHOLE } from './matrix.ts';

describe.runIf(needs('gcc', 'tcc', 'make'))('a program of a thousand units', () => {
  let program: Program;
  let job: Job;

  beforeAll(() => {
    program = manyUnits();
    const planted = program.expected.culprits.flatMap(({ members }) => members.map((unit) => `*${unit}*`));
    // Code of its own in every object: a search leaves out units whose objects are the same, and runs no program twice.
    program.write('target.h', 'static int of_the_target(void) { return 1; }\n');
    const target = program.write(
      'target',
      `#!/bin/sh\ncase "$*" in ${planted.join(' | ')}) exec ./faultcc "$@" ;; esac\nexec tcc -include target.h "$@"\n`,
    );
    const commands = { build: 'make -j2', clean: 'make clean', test: 'sh test.sh' };
    job = { dir: program.dir, target, oracle: 'tcc', ...commands };
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
