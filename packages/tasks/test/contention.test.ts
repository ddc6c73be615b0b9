// Many at once: each task is held once, and of a takeover and whatever the old holder does only one succeeds.
// SWARM_ROUNDS, SWARM_CONTENDERS and SWARM_TASKS make it as big as wanted.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Lease, SeenClaim } from '@swarm/core';
import type { Hub } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from '../../../test/kit/bundled.ts';
import { type Workplace, workplace } from './workplace.ts';

const ROUNDS = Number(process.env.SWARM_ROUNDS ?? 6);
const CONTENDERS = Number(process.env.SWARM_CONTENDERS ?? 12);
const TASKS = Number(process.env.SWARM_TASKS ?? 36);
const TIME_LIMIT_MS = 120_000 + 6_000 * ROUNDS + 3_000 * TASKS;
const CONTENDER = await bundled(join(import.meta.dirname, 'programs', 'contender.mjs'));

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

describe('processes that claim from one list at once', () => {
  test('hold each task once', { timeout: TIME_LIMIT_MS }, async () => {
    const place = await workplace('ann', 'bob');
    try {
      await place.addTasks(...names(TASKS, 'task'));
      const runs = names(CONTENDERS, 'agent').map(async (agent, i) => {
        // Half of them share a workspace with others.
        const dir = place.clone(i % 2 === 0 ? 'ann' : 'bob');
        const run = spawn(process.execPath, [CONTENDER, dir, agent], { stdio: ['ignore', 'pipe', 'pipe'] });
        let [out, err] = ['', ''];
        run.stdout.on('data', (text) => (out += text));
        run.stderr.on('data', (text) => (err += text));
        await once(run, 'close');
        return {
          problem: run.exitCode === 0 ? '' : err,
          leases: run.exitCode === 0 ? (JSON.parse(out) as Lease[]) : [],
        };
      });
      const ended = await Promise.all(runs);
      expect(ended.map(({ problem }) => problem).filter((it) => it !== '')).toEqual([]);
      const leases = ended.flatMap((it) => it.leases);
      expect(leases.map(({ task }) => task).sort()).toEqual(names(TASKS, 'task').sort());
      expect(Object.fromEntries(leases.map(({ task, token }) => [task, token]))).toEqual(place.claims());
      const own = await Promise.all(['ann', 'bob'].map(async (name) => (await place.hub(name)).claims.own()));
      expect(
        own
          .flat()
          .map(({ token }) => token)
          .sort(),
      ).toEqual(leases.map(({ token }) => token).sort());
      for (const agent of ['ann', 'bob']) expect(place.leftovers(agent)).toEqual([]);
    } finally {
      place.remove();
    }
  });
});

/** Lets pushes start at the same moment: each waits until as many are there as were asked for. */
function startingLine() {
  let missing = 0;
  let start = () => {};
  let started = Promise.resolve();
  return {
    waitFor(count: number) {
      missing = count;
      started = new Promise((done) => {
        start = done;
      });
    },
    onGit: (words: readonly string[]) => {
      if (words[0] !== 'push' || missing === 0) return;
      missing -= 1;
      if (missing === 0) start();
      return started;
    },
  };
}

describe('a claim that has expired', () => {
  const line = startingLine();
  let place: Workplace;
  let ann: Hub;
  let bob: Hub;
  let cem: Hub;
  beforeAll(async () => {
    place = await workplace('ann', 'bob', 'cem');
    await place.addTasks(...names(ROUNDS, 'renewed'), ...names(ROUNDS, 'landed'));
    // Thousands of programs run beside one another: a slow answer is no missing one.
    const open = (agent: string) => place.hub(agent, { onGit: line.onGit, silenceMs: 600_000 });
    [ann, bob, cem] = await Promise.all([open('ann'), open('bob'), open('cem')]);
  });
  afterAll(() => place.remove());

  /** Ann's claim, and as Bob and Cem see it. */
  const claimed = async (task: string): Promise<{ lease: Lease; seen: SeenClaim }> => {
    const result = await ann.claims.claim({ task, holder: 'ann', ttlMs: 60_000 });
    const { lease } = result as { lease: Lease };
    return { lease, seen: { ...lease, unchangedMs: 60_001, expired: true } };
  };

  test('is taken over by one, or renewed', { timeout: TIME_LIMIT_MS }, async () => {
    const winners = { ann: 0, bob: 0, cem: 0 };
    for (const task of names(ROUNDS, 'renewed')) {
      const { lease, seen } = await claimed(task);
      line.waitFor(3);
      const [renewal, one, two] = await Promise.all([
        ann.claims.renew(lease),
        bob.claims.takeOver(seen, { task, holder: 'bob', ttlMs: 60_000 }),
        cem.claims.takeOver(seen, { task, holder: 'cem', ttlMs: 60_000 }),
      ]);
      const won = [renewal, one, two].flatMap((result) =>
        result.kind === 'renewed' || result.kind === 'claimed' ? [result.lease.token] : [],
      );
      expect(won).toEqual([place.claims()[task]]);
      winners[renewal.kind === 'renewed' ? 'ann' : one.kind === 'claimed' ? 'bob' : 'cem'] += 1;
    }
    if (process.env.SWARM_ROUNDS) console.log(JSON.stringify({ rounds: ROUNDS, winners }));
  });

  test('is taken over, or its work lands', { timeout: TIME_LIMIT_MS }, async () => {
    let landings = 0;
    for (const task of names(ROUNDS, 'landed')) {
      const { lease, seen } = await claimed(task);
      place.git('ann', 'commit', '--quiet', '--allow-empty', '-m', task);
      line.waitFor(2);
      const [landing, takeover] = await Promise.all([
        ann.land({ lease, commit: 'HEAD' }),
        bob.claims.takeOver(seen, { task, holder: 'bob', ttlMs: 60_000 }),
      ]);
      expect([landing.kind, takeover.kind]).toEqual(
        landing.kind === 'landed' ? ['landed', 'gone'] : ['lease-lost', 'claimed'],
      );
      const { state } = place.stored(task);
      expect(state).toBe(landing.kind === 'landed' ? 'landed' : 'open');
      expect(task in place.claims()).toBe(takeover.kind === 'claimed');
      if (landing.kind === 'landed') landings += 1;
      else place.git('ann', 'reset', '--quiet', '--hard', 'HEAD~1');
      expect(place.git('hub.git', 'rev-list', '--count', 'main').trim()).toBe(`${1 + landings}`);
    }
    if (process.env.SWARM_ROUNDS) console.log(JSON.stringify({ rounds: ROUNDS, landings }));
  });
});
