// A bisect of Lua that is killed again and again: a single culprit of each kind of failure, and a pair.

import { beforeAll, describe, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { bisect, findings, type Job } from './bisection.ts';
import { killAgainAndAgain } from './killing.ts';
import { prepareLua } from './lua.ts';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('lua5.4');
const KILLS = 10;

const ROWS = [
  'lvm.c luaV_mod swap-branch',
  'lutf8lib.c codepoint crash segv',
  'ltablib.c sort crash set=pair',
  'lstrlib.c str_gsub mark set=pair',
];

describe.runIf(needs('gcc', 'make') && tarball !== undefined)(
  'a bisect that is killed again and again',
  () => {
    let job: Job;
    beforeAll(() => {
      job = prepareLua(tarball!).planted('mixed', ...ROWS);
    });

    test('ends with the same culprits, no probe repeated and no process left', async () => {
      await killAgainAndAgain(job, KILLS, findings(await bisect(job)));
    });
  },
);
