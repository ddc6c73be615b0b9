// The same as killed.test.ts where claims are files: the branch has the whole change or none of it, and what a killed process
// left is found out by the next one.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { addTasks } from '@swarm/core';
import { openFilesHub } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from '../../../test/kit/bundled.ts';
import { type Workplace, workplace } from './workplace.ts';

const ACTOR = await bundled(join(import.meta.dirname, 'programs', 'actor.mjs'));
const MOST_COMMANDS = 20;
const idOf = (step: string, kill: number): string => `${step}-${kill}`;

describe('kill -9 before any git command, with claims as files', { timeout: 240_000 }, () => {
  let place: Workplace;
  const hub = () => openFilesHub({ dir: place.clone('ann'), random: Math.random, ttlMs: 60_000 });
  beforeAll(async () => {
    place = await workplace('ann');
    const kills = Array.from({ length: MOST_COMMANDS }, (_, i) => i + 1);
    const ids = ['claim', 'land'].flatMap((step) => kills.map((kill) => idOf(step, kill)));
    await (await hub()).store.change((tasks) =>
      addTasks(
        tasks,
        ids.map((id) => ({ draft: { id, title: id } })),
      ),
    );
  });
  afterAll(() => place.remove());

  /** Run the step, killed before its n-th command; undefined when it was, else the kind of its result. */
  const act = (step: string, task: string, kill: number): string | undefined => {
    const env = { ...process.env, SWARM_STORE: 'files' };
    const done = spawnSync(process.execPath, [ACTOR, place.clone('ann'), step, task, `${kill}`], {
      encoding: 'utf8',
      env,
    });
    if (done.signal === 'SIGKILL') return undefined;
    if (done.status !== 0) throw new Error(done.stderr);
    return (JSON.parse(done.stdout) as { kind: string }).kind;
  };
  const names = (folder: string): string =>
    place.git('hub.git', 'ls-tree', '--name-only', 'main', `${folder}/`);
  const hasClaim = (task: string): boolean =>
    names('current_tasks').split('\n').includes(`current_tasks/${task}.txt`);

  test('a claim is there with its token known here, or not there', async () => {
    const states: boolean[] = [];
    for (let kill = 1; ; kill++) {
      const task = idOf('claim', kill);
      const through = act('claim', task, kill);
      states.push(hasClaim(task));
      const { claims } = await hub();
      const own = (await claims.own()).filter((lease) => lease.task === task);
      expect(own.length).toBe(hasClaim(task) ? 1 : 0);
      expect(place.leftovers('ann')).toEqual([]);
      if (through !== undefined) {
        expect(through).toBe('claimed');
        break;
      }
      for (const lease of own) expect(await claims.release(lease)).toEqual({ kind: 'released' });
    }
    expect(states.length).toBeGreaterThan(3);
    expect(states[0]).toBe(false);
  });

  test('the work is there with the end of its claim, or neither is', async () => {
    const states: boolean[] = [];
    // The commands before are those that open the hub and look for the lease.
    for (let kill = 8; ; kill++) {
      const task = idOf('land', kill);
      const { claims, sync } = await hub();
      expect(await claims.claim({ task, holder: 'ann', ttlMs: 60_000 })).toMatchObject({ kind: 'claimed' });
      expect(await sync()).toMatchObject({ kind: 'synced' });
      place.work('ann', `${task}.txt`, 'x\n');
      const through = act('land', task, kill);
      const landed = !hasClaim(task);
      states.push(landed);
      expect(place.git('hub.git', 'ls-tree', '--name-only', 'main', `${task}.txt`) !== '').toBe(landed);
      expect(place.git('hub.git', 'show', `main:tasks/${task}.md`).includes('- [x]')).toBe(landed);
      if (through !== undefined) {
        expect(through).toBe('landed');
        break;
      }
      expect(landed ? 'landed' : act('land', task, 0)).toBe('landed');
    }
    expect(states.length).toBeGreaterThan(3);
    expect(states[0]).toBe(false);
  });
});
