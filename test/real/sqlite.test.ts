// SQLite 3.40.1 from its separate sources (some of which its own build makes with Tcl): 81 units, all in one program. Planted faults
// in three units and a pair that fails only together.

import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
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

const tarball = tarballOf('sqlite3');
const OURS = join(dirname(fileURLToPath(import.meta.url)), 'sqlite');
const BUILD = 'make -s -j2 -f units.mk CC=gcc';
const TEST = 'build/sqlite <exercise.sql';

const FAULTS = `tsrc/func.c    hexFunc             swap-branch
tsrc/date.c    dateFunc            crash segv
tsrc/json.c    jsonExtractFunc     crash segv
tsrc/vacuum.c  sqlite3RunVacuum    crash set=pair
tsrc/trigger.c sqlite3FinishTrigger mark set=pair
`;

describe.runIf(needs('gcc', 'tcc', 'make', 'tclsh') && tarball !== undefined)(
  'SQLite with planted faults',
  () => {
    let job: Job;

    beforeAll(() => {
      const folder = project({ faults: FAULTS }, 'swarm-sqlite-');
      const dir = folder.path('sqlite');
      unpack(tarball!, dir);
      cpSync(OURS, dir, { recursive: true });
      const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: dir, stdio: 'pipe' });
      run('./configure -q CC=tcc --disable-tcl && make -s .target_source');
      run('rm -rf test');
      const expectStdout = join(OURS, 'exercise.out');
      // Without -O frame pointers are there anyhow: another flag has to make every object differ from the oracle's.
      const targetFlags = `-fstack-protector-all -ffaults=${folder.path('faults')}`;
      job = {
        dir,
        target: FAULTCC,
        targetFlags,
        build: BUILD,
        clean: 'rm -rf build',
        test: TEST,
        expectStdout,
      };
    });

    test('finds three units and a pair', async () => {
      const report = await bisect({ ...job, labels: IS_WHOLE }, '--jobs', '2');
      const culprit = (kind: string, ...units: string[]) => ({
        members: units.map((unit) => `tsrc/${unit}`),
        kind,
        label: 'miscompile',
      });
      expect(findings(report)).toEqual({
        verdict: 'culprits',
        culprits: [
          culprit('crash', 'date.c'),
          culprit('wrong-output', 'func.c'),
          culprit('crash', 'json.c'),
          culprit('crash', 'trigger.c', 'vacuum.c'),
        ],
        rejected: [],
      });
      expect(report.stats.units).toBe(81);
      expect(certified(report)).toBe(true);
      expect(report.code).toBe(0);
    });
  },
);
