// Bisects side by side, in one folder and in two: none disturbs another.

import { cpSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram } from '../kit/program.ts';
import { bisectIn, found } from '../kit/report.ts';

describe.runIf(needs('gcc', 'make'))('two bisects at once', () => {
  test('in one folder are both right and share the store', async () => {
    const { dir, path, expected, units } = copyProgram('calc');
    const reports = await Promise.all([bisectIn(dir), bisectIn(dir)]);
    const { verdict, culprits, rejected } = expected;
    for (const report of reports) expect(found(report)).toEqual({ verdict, culprits, rejected });
    const [a, b] = reports.map(({ stats }) => stats.compiles);
    expect(a!.oracle + b!.oracle).toBe(units);
    expect(reports[0]!.log).not.toBe(reports[1]!.log);
    expect(readdirSync(path('.swarm', 'work'))).toEqual([]);
    const third = await bisectIn(dir);
    expect(third.stats.compiles).toEqual({ target: 0, oracle: 0 });
  });

  test('in two copies know nothing of each other', async () => {
    const one = copyProgram('calc', 'tables/five');
    const other = project({}, 'swarm-copy-');
    cpSync(one.dir, other.dir, { recursive: true });
    const reports = await Promise.all([bisectIn(one.dir), bisectIn(other.dir)]);
    const { verdict, culprits, rejected } = one.expected;
    for (const report of reports) {
      expect(found(report)).toEqual({ verdict, culprits, rejected });
      expect(report.stats.compiles).toEqual({ target: one.units, oracle: one.units });
    }
  });
});
