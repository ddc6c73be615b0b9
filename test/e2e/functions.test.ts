// Units taken apart into functions. No false accusation comes first: with a target that is right, any mix of functions passes.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trySelections } from '../bench/selections.mjs';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram, FIXTURES } from '../kit/program.ts';
import { found, reportOf } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';

const side = (command: string, ...flags: string[]) => ({ command, flags });

describe.runIf(needs('gcc', 'clang', 'make'))('functions of a correct target', () => {
  test.each([
    ['gcc -O0 for gcc -O2', side('gcc', '-O0'), side('gcc', '-O2')],
    ['clang -O2 for gcc -O2', side('clang', '-O2'), side('gcc', '-O2')],
    [
      'clang -O1 for position-independent gcc -O3',
      side('clang', '-O1', '-fPIC'),
      side('gcc', '-O3', '-fPIC'),
    ],
  ])(
    'of %s pass in any selection, whatever the construct',
    async (_, target, oracle) => {
      const folder = project({}, 'swarm-constructs-');
      cpSync(join(FIXTURES, 'programs', 'constructs'), folder.dir, { recursive: true });
      const job = {
        dir: folder.dir,
        build: 'make -j2 CC=gcc',
        clean: 'make clean',
        test: 'build/constructs',
        expectStdout: folder.path('expected.out'),
      };
      const result = await trySelections(job, { target, oracle }, 60);
      expect(result).toMatchObject({ units: 15, unsplit: [], pass: 60, fail: [], unresolved: [] });
      expect(result.functions).toBeGreaterThan(80);
    },
    60_000,
  );
});

describe.runIf(needs('gcc', 'make'))('a bisect', () => {
  test('names the functions of its culprits, several and sets of them', async () => {
    const program = copyProgram('calc');
    const report = reportOf(await swarm(['bisect', '--json'], { cwd: program.dir }));
    expect(found(report).culprits).toEqual([
      { members: ['src/define.c:call_function', 'src/scope.c:scope_push'], failure: 'crash' },
      { members: ['src/units.c:seconds_in'], failure: 'exit' },
    ]);
    expect(report.culprits.map(({ certificate }) => certificate)).toEqual([
      { alone: 'fail', without: 'pass', subsets: 'pass' },
      { alone: 'fail', without: 'pass', subsets: 'pass' },
    ]);
  }, 60_000);
});
