// Fleets of scripted agents in virtual time, with real git beneath: the rules hold whatever goes wrong, and the judge sees it when
// they don't. docs/simulator.md has the full replay of a real project's history.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { start } from '../kit/swarm.ts';

interface Outcome {
  readonly figures: Readonly<Record<string, number>> & { readonly retries: Readonly<Record<string, number>> };
  readonly problems: readonly string[];
}

const simulator = (program: string, ...args: string[]) => {
  const file = fileURLToPath(new URL(`../simulator/${program}.mjs`, import.meta.url));
  return start([process.execPath, file, ...args], { timeoutMs: 240_000 }).ended;
};

const fleet = async (...args: string[]): Promise<Outcome & { code: number | null }> => {
  const ended = await simulator('run', '--json', ...args);
  return { ...ended.json<Outcome>(), code: ended.code };
};

test('whatever goes wrong, no task is held twice, none is lost, and only work comes to main', async () => {
  const { figures, problems, code } = await fleet('--agents', '5', '--tasks', '14', '--seed', '5');
  expect(problems).toEqual([]);
  expect(code).toBe(0);
  expect(figures).toMatchObject({ bookkeeping: 0, left: 0, doubles: 0 });
  expect(figures.landed! + figures.superseded!).toBeGreaterThanOrEqual(14);
  expect(figures.deaths).toBeGreaterThan(0);
  expect(figures.cutBefore! + figures.cutAfter!).toBeGreaterThan(0);
  expect(figures.retries).toMatchObject({ 'no-hub': expect.any(Number), 'disk-full': expect.any(Number) });
}, 240_000);

test('the judge sees a commit that is no work, and a claim that is left behind', async () => {
  const { problems, code } = await fleet('--agents', '2', '--tasks', '3', '--faults', 'vandal');
  expect(code).toBe(1);
  expect(problems.join('\n')).toMatch(/^main: .* is no work$/m);
  expect(problems.join('\n')).toMatch(/^claim left behind: refs\/swarm\/claims\/planted-claim$/m);
  expect(problems.join('\n')).toMatch(/^a push moved main by itself/m);
}, 240_000);

test("a real project's lock history, replayed with kills, leaves no claim and no commit that is not work", async () => {
  const ended = await simulator('trace-replay', '--every', '70', '--only', 'killed');
  expect(ended.code).toBe(0);
  const row = (what: string) =>
    ended.stdout
      .split('\n')
      .find((line) => line.startsWith(`| ${what}`))
      ?.split('|')
      .at(-2);
  expect(['of them only', 'tasks held twice', 'claims that', 'broken rules'].map(row)).toEqual([
    ' 0 ',
    ' 0 ',
    ' 0 ',
    ' 0 ',
  ]);
}, 240_000);

test('pushers who die, and a queue whose server is killed: main is linear and gated, and no work is lost', async () => {
  const words = ['--pushers', '4', '--changes', '8', '--bad', '0.3', '--kill-every', '3', '--json'];
  const ended = await simulator('queue-run', ...words);
  const { figures, problems } = ended.json<Outcome>();
  expect(problems).toEqual([]);
  expect(ended.code).toBe(0);
  expect(figures.landed! + figures.evicted!).toBe(8);
  expect([figures.kills, figures.evicted].every((it) => it! > 0)).toBe(true);
}, 240_000);
