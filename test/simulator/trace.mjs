// The lock history of a real project of 16 agents as jobs: the same tasks, claimed at the same times and held for as long.
//
// What ended as done lands. What ended as superseded is closed without work, after as long, but no session lasts longer than four
// hours. What was never released, or swept by hand, is an agent that is gone without a word, after at most half an hour; its task
// is done by whoever takes the claim over: by a later episode of its own, or else it is closed. A name that was done twice was two
// pieces of work.

import { readFileSync } from 'node:fs';

const SESSION_LIMIT_S = 4 * 3600;
const SILENT_S = 1800;

const file = new URL('../../fixtures/lock-trace/episodes.json', import.meta.url);

/** As published: counted by hand in the project's history, and from the episodes. */
export const KNOWN = {
  bookkeepingShare: 0.51,
  p99HoldHours: 74,
  staleLocks: 119,
  doubleHolds: 29,
  alreadyFixed: 36,
};

export function readTrace() {
  const { episodes, commits, lockCommits } = JSON.parse(readFileSync(file, 'utf8'));
  return {
    commits,
    lockCommits,
    episodes: episodes.map(([task, claimedS, releasedS, end]) => ({ task, claimedS, releasedS, end })),
  };
}

/** Of each `every`-th episode a job; every `rivalEvery`-th is tried by two agents at once. */
export function traceJobs({ every = 1, rivalEvery = 10 } = {}) {
  const names = new Map();
  const jobs = [];
  const chosen = readTrace().episodes.filter((_, i) => i % every === 0);
  for (const [i, episode] of chosen.sort((a, b) => a.claimedS - b.claimedS).entries()) {
    const job = jobOf(episode, taskName(names, episode));
    jobs.push(job);
    if (i % rivalEvery === 0 && job.end === 'land') {
      job.rival = true;
      jobs.push({ ...job });
    }
  }
  const finished = new Set(jobs.filter(({ end }) => end !== 'die').map(({ task }) => task));
  return jobs.map((job) => (job.end === 'die' && finished.has(job.task) ? { ...job, left: true } : job));
}

/** A name is used again while the work behind it isn't done; after that, and for names that differ in what ids don't have, it is another task. */
function taskName(names, { task, end }) {
  const id = task
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 58)
    .replace(/-+$/, '');
  const round = names.get(id) ?? 1;
  names.set(id, end === 'done' || end === 'superseded' ? round + 1 : round);
  return round === 1 ? id : `${id}-${round}`;
}

function jobOf({ claimedS, releasedS, end }, task) {
  const atMs = claimedS * 1000;
  const heldS = (releasedS ?? Number.POSITIVE_INFINITY) - claimedS;
  if (end === 'done') return { task, atMs, holdMs: heldS * 1000, end: 'land' };
  if (end === 'superseded')
    return { task, atMs, holdMs: Math.min(heldS, SESSION_LIMIT_S) * 1000, end: 'supersede' };
  return { task, atMs, holdMs: Math.min(heldS, SILENT_S) * 1000, end: 'die' };
}
