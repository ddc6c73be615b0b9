// No false accusation: random selections of functions, with a target that is right, must all pass or be unresolved with a
// reason. `node test/bench/selections.mjs [COUNT] [SEED]` tries COUNT of them over the fixture and real programs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureBuild, openBisection } from '../../packages/build/dist/index.js';
import { Cancellation, Selection } from '../../packages/core/dist/index.js';
import { createRunner } from '../../packages/host/dist/index.js';

/**
 * Try `count` random selections of a program's functions. A job is `{dir, build, clean, test, expectStdout?}`, a side
 * `{command, flags}`. Gives counts, what failed, and which units were not taken apart.
 */
export async function trySelections(job, { target, oracle }, count, seed = 1) {
  const state = mkdtempSync(join(tmpdir(), 'swarm-selections-'));
  const runner = createRunner();
  try {
    const oracleSide = { cc: oracle.command, flags: oracle.flags };
    const env = process.env;
    const { dir, build, clean, test, expectStdout } = job;
    const capture = { dir, build, clean, oracle: oracleSide, runner, env, stateDir: state, log: () => {} };
    const plan = await captureBuild(capture);
    const session = await openBisection(plan, {
      target,
      oracle,
      test,
      dir,
      jobs: job.jobs ?? 2,
      stateDir: state,
      ...(expectStdout ? { expectStdout } : {}),
    });
    try {
      return await ask(session, plan, count, randomFrom(seed), job.note ?? (() => {}));
    } finally {
      await session.close();
    }
  } finally {
    await runner.close();
    rmSync(state, { recursive: true, force: true });
  }
}

async function ask(session, plan, count, random, note) {
  const baseline = await session.baseline();
  if (baseline.outcome.kind !== 'pass')
    throw new Error(`the oracle fails: ${JSON.stringify(baseline.outcome)}`);
  const { splits, unsplit } = await session.functions.split(plan.units.map(({ id }) => id));
  const scope = session.functions.scope(splits, []);
  const result = {
    units: splits.length,
    unsplit,
    functions: scope.units.length,
    pass: 0,
    unresolved: [],
    fail: [],
  };
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const i = next++;
      const share = [1, 0, 0.5, 0.9, 0.1, 0.5, 0.02][i % 7];
      const members = scope.units.flatMap((_, unit) => (random() < share ? [unit] : []));
      const probe = { selection: Selection.of(scope.units.length, members), attempt: 0, purpose: 'explore' };
      const { outcome } = await scope.prober(probe, new Cancellation());
      if (outcome.kind === 'pass') result.pass += 1;
      else result[outcome.kind].push({ members: members.map((unit) => scope.units[unit].id), outcome });
      note(i + 1, result);
    }
  };
  await Promise.all([worker(), worker()]);
  return result;
}

/** Numbers in 0..1 from a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
