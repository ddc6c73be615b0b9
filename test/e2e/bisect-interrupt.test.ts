// A bisect that is stopped, politely or not, at any moment: what was learned is kept, `--resume` goes on and runs no
// probe twice, and no process and no work folder is left. The tests mostly wait: they run side by side, each in a folder of its own.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { copyProgram, type Program } from '../kit/program.ts';
import { bisectIn, found, probesRun, repeated } from '../kit/report.ts';
import { type Running, startSwarm } from '../kit/swarm.ts';

/** Tests that take long enough to be met in the middle. */
const SLOW = ['--test', 'sleep 0.3; sh test.sh'];

const bisecting = ({ dir }: Program) => startSwarm(['bisect', '--resume', '--json', ...SLOW], { cwd: dir });

/** Waits until something is so, as long as the run goes on. */
async function until(running: Running, so: () => boolean): Promise<void> {
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  while (!so() && !over) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Everything that a later run must have put right. */
async function expectWhole(program: Program): Promise<void> {
  const report = await bisectIn(program.dir, ['--resume', ...SLOW]);
  const { verdict, culprits, rejected } = program.expected;
  expect(found(report)).toEqual({ verdict, culprits, rejected });
  expect(report.stats.units).toBe(program.units);
  const probes = probesRun(program.dir);
  expect(probes.length).toBeGreaterThan(0);
  expect(repeated(probes)).toEqual([]);
  expect(readdirSync(join(program.dir, '.swarm', 'work'))).toEqual([]);
}

const probed = (program: Program) =>
  existsSync(join(program.dir, '.swarm', 'runs')) ? probesRun(program.dir).length : 0;

describe.runIf(needs('gcc', 'make'))('a bisect that is asked to stop', { concurrent: true }, () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %i, and goes on where it stopped', async (signal, code) => {
    const program = copyProgram('calc');
    const running = bisecting(program);
    await until(running, () => probed(program) >= 4);
    running.kill(signal);
    const ended = await running.ended;
    expect([ended.code, ended.signal]).toEqual([code, null]);
    expect(ended.json()).toMatchObject({ schema: 'swarm.error/1', code: 'interrupted', exit: code });
    expect(ended.stderr).toMatch(/^ERROR bisect: interrupted; [^\n]*\n {2}next: [^\n]*--resume[^\n]*\n$/);
    expect(await processesLeft(program.dir)).toEqual([]);
    expect(readdirSync(join(program.dir, '.swarm', 'work'))).toEqual([]);
    const before = probed(program);
    expect(before).toBeGreaterThanOrEqual(4);
    await expectWhole(program);
    expect(probed(program)).toBeGreaterThan(before);
  });

  test('while it records the build leaves a tree that the next run puts right', async () => {
    const program = copyProgram('calc');
    const running = bisecting(program);
    await until(
      running,
      () => existsSync(program.path('build')) && readdirSync(program.path('build')).length > 2,
    );
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await processesLeft(program.dir)).toEqual([]);
    await expectWhole(program);
  });
});

/** Moments to kill a run at, by what is there then: recording, compiling, linking, testing. */
const MOMENTS: readonly [string, (program: Program) => boolean][] = [
  ['the build is recorded', ({ path }) => existsSync(path('build', 'define.o'))],
  ['the target compiles', ({ path }) => count(path('.swarm', 'store', 'entries')) > 6],
  ['the oracle is tested', ({ path }) => count(path('.swarm', 'work')) > 0],
  ['the first probe has run', (program) => probed(program) > 0],
  ['half of the probes have run', (program) => probed(program) > 7],
];

const count = (dir: string) =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true }).filter((name) => !`${name}`.includes('tmp')).length
    : 0;

describe.runIf(needs('gcc', 'make'))('a bisect that is killed', { concurrent: true }, () => {
  test('when at every stage, again and again, still finds the same', async () => {
    const program = copyProgram('calc');
    for (const [, moment] of MOMENTS) {
      const running = bisecting(program);
      await until(running, () => moment(program));
      running.kill('SIGKILL');
      expect((await running.ended).signal).toBe('SIGKILL');
      expect(await processesLeft(program.dir)).toEqual([]);
    }
    await expectWhole(program);
  });

  test('at random moments', async () => {
    const program = copyProgram('calc');
    for (let kills = 0; kills < 4; kills++) {
      const running = bisecting(program);
      running.killAfter(200 + Math.random() * 3000);
      await running.ended;
      expect(await processesLeft(program.dir)).toEqual([]);
      if (kills === 1) rmSync(program.path('.swarm', 'capture'), { recursive: true, force: true });
    }
    await expectWhole(program);
  });
});
