// A small one of the simulations that `pnpm sim:fleet` runs: agents crash, break and tamper, and the supervisor is killed.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { start } from '../kit/swarm.ts';

interface Outcome {
  readonly figures: { readonly landed: number; readonly kills: number; readonly deeds: object };
  readonly problems: readonly string[];
}

test('good work lands once, bad work never, and nothing is left, whatever is killed', {
  timeout: 240_000,
}, async () => {
  const program = fileURLToPath(new URL('../simulator/runs/run.mjs', import.meta.url));
  // With this seed one of the first sessions crashes, one tampers with a test and one breaks it.
  const size = ['--agents', '3', '--tasks', '5', '--kills', '1', '--seconds', '3', '--session', '300'];
  const ended = await start([process.execPath, program, '--seed', '398', '--json', ...size], {
    timeoutMs: 200_000,
  }).ended;
  const { figures, problems } = ended.json<Outcome>();
  expect(problems).toEqual([]);
  expect(figures).toMatchObject({ landed: 5, kills: 1, deeds: { crash: 1, tamper: 1, bad: 1 } });
});
