// kill -9 at random moments of a bisect, in every stage of it, each time gone on with --resume: the same findings in the end, no
// probe run twice, no process left.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { processesLeft } from '../kit/processes.ts';
import { type Running, startSwarm } from '../kit/swarm.ts';
import { bisect, bisectArguments, type Findings, findings, type Job } from './bisection.ts';

const SHORTEST_MS = 200;
const LONGEST_MS = 3000;

/** Bisects from nothing, killed so often, and to the end: it must find what an undisturbed run does. */
export async function killAgainAndAgain(
  job: Job,
  kills: number,
  wanted: Findings,
  flags: readonly string[] = [],
): Promise<void> {
  const seed = Number(process.env.SWARM_SEED ?? Date.now() % 1_000_000);
  process.stderr.write(`  SWARM_SEED=${seed} kills at the same moments\n`);
  const next = numbers(seed);
  const startOver = () => rmSync(join(job.dir, '.swarm'), { recursive: true, force: true });
  startOver();
  for (let killed = 0; killed < kills; ) {
    const run = startSwarm(bisectArguments(job, '--resume', '--no-labels', ...flags), {
      cwd: job.dir,
      timeoutMs: 120_000,
    });
    // By the clock, the first ones early enough to hit the build; and by progress, which no slow machine puts off.
    if (killed % 2 === 0) run.killAfter(SHORTEST_MS + next() * LONGEST_MS);
    else await killAfterAnswers(run, job.dir, 1 + Math.floor(next() * 4));
    const ended = await run.ended;
    expect(await processesLeft(job.dir)).toEqual([]);
    if (ended.signal === 'SIGKILL') killed++;
    else {
      expect(findings(ended.json())).toEqual(wanted);
      expect(repeatedProbes(job.dir)).toEqual([]);
      startOver();
    }
  }
  const last = await bisect(job, '--resume', ...flags);
  expect(findings(last)).toEqual(wanted);
  expect(repeatedProbes(job.dir)).toEqual([]);
}

/** Numbers in 0..1 that a seed repeats (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Journalled {
  readonly key?: string;
  readonly attempt: number;
  readonly costMs: number;
}

/** What each answer in the journals of all runs cost, by probe: a reused answer keeps the cost that it was had at. */
function answers(dir: string): Map<string, Set<number>> {
  const costs = new Map<string, Set<number>>();
  const runs = join(dir, '.swarm', 'runs');
  for (const run of attempt(() => readdirSync(runs), [])) {
    const text = attempt(() => readFileSync(join(runs, run, 'journal.jsonl'), 'utf8'), '');
    for (const line of text.split('\n').slice(0, -1)) {
      const { key, attempt: nth, costMs } = JSON.parse(line) as Journalled;
      if (key === undefined) continue;
      const id = `${key}#${nth}`;
      costs.set(id, (costs.get(id) ?? new Set()).add(costMs));
    }
  }
  return costs;
}

const repeatedProbes = (dir: string) => [...answers(dir)].filter(([, costs]) => costs.size > 1);

/** What a file or folder holds that may not be there yet. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Kills a run that has had this many answers more than there were. */
async function killAfterAnswers(run: Running, dir: string, more: number): Promise<void> {
  const enough = answers(dir).size + more;
  let over = false;
  run.ended.finally(() => {
    over = true;
  });
  while (!over && answers(dir).size < enough) await new Promise((resolve) => setTimeout(resolve, 25));
  run.kill('SIGKILL');
}
