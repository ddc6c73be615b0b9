// A bisect of a real program, and with SWARM_MATRIX=all also the same with other numbers of jobs, and killed ten times and gone
// on with: whatever happens, it names the same. That takes far longer than CI may, which does it for Lua alone.

import { expect } from 'vitest';
import { bisect as bisectOnce, findings, type Job } from './bisection.ts';
import { killAgainAndAgain } from './killing.ts';

const JOBS = ['1', '2', '8'];
const KILLS = 10;
/** All is asked for, however long it takes. */
export const IS_WHOLE = process.env.SWARM_MATRIX === 'all';

/** Runs a bisect to its end; `more` are further flags. */
export async function bisect(job: Job, ...more: readonly string[]): ReturnType<typeof bisectOnce> {
  const report = await bisectOnce(job, ...more);
  if (!IS_WHOLE) return report;
  const unlabelled = { ...job, labels: false };
  const flags = withoutJobs(more);
  const wanted = findings(await bisectOnce(unlabelled, ...more));
  for (const jobs of JOBS)
    expect(findings(await bisectOnce(unlabelled, '--jobs', jobs, ...flags))).toEqual(wanted);
  await killAgainAndAgain(unlabelled, KILLS, wanted, flags);
  return report;
}

function withoutJobs(flags: readonly string[]): string[] {
  const at = flags.indexOf('--jobs');
  return flags.filter((_, i) => at === -1 || (i !== at && i !== at + 1));
}
