// A process that is killed before any of its git commands leaves the state before or the one after, and nothing else; the
// next process of its workspace finds out which, and goes on.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '@swarm/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from '../../../test/kit/bundled.ts';
import { type Workplace, workplace } from './workplace.ts';

const STEPS = ['claim', 'renew', 'release', 'takeover', 'land', 'sync'];
const KILLS = Array.from({ length: 20 }, (_, i) => i + 1);
const ACTOR = await bundled(join(import.meta.dirname, 'programs', 'actor.mjs'));

describe('kill -9 before any git command', { timeout: 240_000 }, () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace('ann', 'bob');
    await place.addTasks(...STEPS.flatMap((step) => KILLS.map((kill) => `${step}-${kill}`)));
  });
  afterAll(() => place.remove());

  const act = (step: string, task: string, kill: number) => {
    const done = spawnSync(process.execPath, [ACTOR, place.clone('ann'), step, task, `${kill}`], {
      encoding: 'utf8',
    });
    if (done.signal === 'SIGKILL') return 'killed';
    if (done.status !== 0) throw new Error(done.stderr);
    return JSON.parse(done.stdout) as { kind: string };
  };
  const tip = (ref: string) => place.git('hub.git', 'rev-parse', '--quiet', '--verify', ref).trim();
  const hasClaim = (task: string) => task in place.claims();

  /** Kill the step before its first, second, ... command, each time on a new task, until it gets through. */
  async function killEverywhere(
    step: string,
    prepare: (task: string) => Promise<void>,
    check: (task: string) => Promise<'before' | 'after'>,
    through: string,
  ): Promise<void> {
    const states: string[] = [];
    for (const kill of KILLS) {
      const task = `${step}-${kill}`;
      await prepare(task);
      const result = act(step, task, kill);
      if (result !== 'killed') {
        expect(result.kind).toBe(through);
        expect(await check(task)).toBe('after');
        expect(states.length).toBeGreaterThan(2);
        expect(states).toContain('before');
        return;
      }
      states.push(await check(task));
      const own = await (await place.hub('ann')).claims.own();
      expect(own.map(({ token }) => token).sort()).toEqual(tokensOf('ann').sort());
      for (const lease of own) expect(place.claims()[lease.task]).toBe(lease.token);
      expect(place.leftovers('ann')).toEqual([]);
      // What was not done gets done by the same again. Once is enough: a process each is slow.
      if (kill === 3) expect(act(step, task, 0)).toMatchObject({ kind: through });
      else await leave(own.find((lease) => lease.task === task));
    }
    throw new Error(`${step} never got through`);
  }

  const leave = async (lease: Lease | undefined) =>
    lease === undefined ||
    expect(await (await place.hub('ann')).claims.release(lease)).toEqual({ kind: 'released' });
  const tokensOf = (agent: string): string[] => {
    const files = readdirSync(join(place.clone(agent), '.swarm'), { recursive: true }) as string[];
    return files.flatMap((file) => /leases\/[a-z0-9-]+\.([0-9a-f]+)\.json$/.exec(file)?.[1] ?? []);
  };
  const claimAs = (agent: string) => async (task: string) => {
    const { claims } = await place.hub(agent);
    expect(await claims.claim({ task, holder: agent, ttlMs: 60_000 })).toMatchObject({ kind: 'claimed' });
  };
  const holderOf = (task: string) =>
    /"holder":"(\w+)"/.exec(place.git('hub.git', 'show', '-s', '--format=%b', place.claims()[task]!))?.[1];

  test('of a claim', async () => {
    await killEverywhere(
      'claim',
      async () => {},
      async (task) => (hasClaim(task) ? 'after' : 'before'),
      'claimed',
    );
  });

  test('of a renewal', async () => {
    let token = '';
    await killEverywhere(
      'renew',
      async (task) => {
        await claimAs('ann')(task);
        token = place.claims()[task]!;
      },
      async (task) => {
        expect(hasClaim(task)).toBe(true);
        return place.claims()[task] === token ? 'before' : 'after';
      },
      'renewed',
    );
  });

  test('of a release with what was learned', async () => {
    await killEverywhere(
      'release',
      claimAs('ann'),
      async (task) => {
        const { attempts } = place.stored(task);
        expect(attempts.length).toBe(hasClaim(task) ? 0 : 1);
        return hasClaim(task) ? 'before' : 'after';
      },
      'released',
    );
  });

  test('of a takeover', async () => {
    await killEverywhere(
      'takeover',
      claimAs('bob'),
      async (task) => {
        const holder = holderOf(task);
        const { attempts } = place.stored(task);
        expect(attempts.length).toBe(holder === 'bob' ? 0 : 1);
        return holder === 'bob' ? 'before' : 'after';
      },
      'claimed',
    );
  });

  test('of a landing', async () => {
    let commit = '';
    await killEverywhere(
      'land',
      async (task) => {
        await claimAs('ann')(task);
        commit = place.work('ann', `${task}.txt`, task);
      },
      async (task) => {
        const landed = tip('refs/heads/main') === commit;
        expect(place.stored(task).state).toBe(landed ? 'landed' : 'open');
        expect(hasClaim(task)).toBe(!landed);
        return landed ? 'after' : 'before';
      },
      'landed',
    );
  });

  test('of a sync that rebases', async () => {
    const head = () => place.git('ann', 'rev-parse', 'HEAD').trim();
    let before = '';
    await killEverywhere(
      'sync',
      async (task) => {
        const bob = await place.hub('bob');
        expect(await bob.sync()).toMatchObject({ kind: 'synced' });
        place.work('bob', `theirs-${task}.txt`, task);
        place.git('bob', 'push', '--quiet', 'origin', 'HEAD:main');
        before = place.work('ann', `ours-${task}.txt`, task);
      },
      async () => {
        expect(place.git('ann', 'status', '--porcelain')).toBe('');
        return head() === before ? 'before' : 'after';
      },
      'synced',
    );
  });
});
