// A helper that hangs is noticed, its program has no result, and the next program runs; one that only waits is let be.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunner } from '@swarm/host';
import { expect, it } from 'vitest';
import { listProcesses } from '../src/process-table.js';
import { alive, eventually, temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const SILENCE_MS = 1500;
const run = (runner: ReturnType<typeof createRunner>, ...argv: string[]) =>
  runner.run({ argv, cwd: dir, env: { PATH: process.env.PATH! } });
/** Our helpers: each leads a session. Those of other files in this process were there before. */
const leaders = () =>
  listProcesses().filter(({ parent, pid, session }) => parent === process.pid && pid === session);

it.each(['native', 'bash'] as const)(
  'goes on with another one when a %s helper is stopped',
  async (helper) => {
    const before = new Set(leaders().map(({ pid }) => pid));
    const helpers = () => leaders().filter(({ pid }) => !before.has(pid));
    const runner = createRunner({ helper, jobs: 1, silenceMs: SILENCE_MS });
    const [begun, go] = [join(dir, `begun-${helper}`), join(dir, `go-${helper}`)];
    const running = run(runner, 'sh', '-c', `touch ${begun}; until [ -e ${go} ]; do sleep 0.1; done`);
    expect(await eventually(() => existsSync(begun))).toBe(true);
    const [itself] = helpers();
    process.kill(itself!.pid, 'SIGSTOP');
    writeFileSync(go, '');
    expect((await running).exit).toEqual({
      kind: 'not-started',
      reason: 'the helper that ran it stopped answering',
    });
    expect(await eventually(() => !alive(itself!.pid))).toBe(true);
    expect((await run(runner, 'echo', 'still here')).stdout).toBe('still here\n');
    await runner.close();
    expect(helpers()).toEqual([]);
  },
);

it('leaves a program alone that takes its time', async () => {
  const runner = createRunner({ jobs: 1, silenceMs: SILENCE_MS });
  const { exit } = await run(runner, 'sleep', String((2 * SILENCE_MS) / 1000));
  expect(exit).toEqual({ kind: 'exited', code: 0 });
  await runner.close();
});
