// A run that is cut short: by Ctrl-C once and twice, by kill -9, by a disk. What ran is told and written down where there is still
// somebody to do it; nothing is left running in any case, and a failing disk is never a verdict about a test.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft, processesWith } from '../kit/processes.ts';
import { type Running, start, startSwarm, swarm, swarmArgv } from '../kit/swarm.ts';

/** Two tests that are brief, four that aren't and that don't listen to TERM. */
const SLOW = {
  'tests/a1.sh': 'touch began-a1; exit 0\n',
  'tests/a2.sh': 'exit 0\n',
  ...Object.fromEntries(
    [1, 2, 3, 4].map((i) => [
      `tests/slow${i}.sh`,
      `trap "" TERM INT; setsid sleep 3333 & touch began-slow${i}; sleep 3334\n`,
    ]),
  ),
};
const argsFor = (jobs: string) => ['sample-test', '--fraction', '1', '--jobs', jobs, '--junit', 'report.xml'];
const ARGS = argsFor('2');

async function untilBegun(folder: Folder, running: Running): Promise<void> {
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  const begun = () => readdirSync(folder.dir).filter((name) => name.startsWith('began-slow')).length;
  while (begun() < 2 && !over) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a run that is interrupted', { concurrent: true }, () => {
  test.each([
    ['SIGINT', 130, '2'],
    ['SIGTERM', 143, '2'],
    ['SIGINT', 130, '12'],
  ] as const)(
    'by %s ends with %i, writes its reports, and says so (%s at a time)',
    async (signal, code, jobs) => {
      const folder = project(SLOW);
      const running = startSwarm([...argsFor(jobs), '--json'], { cwd: folder.dir });
      await untilBegun(folder, running);
      running.kill(signal);
      const ended = await running.ended;
      const document = documentOf<{
        verdict: string;
        counts: { notRun: number; pass: number; fail: number };
      }>(ended, 'swarm.sample/1');
      expect(ended.code).toBe(code);
      expect(document.verdict).toBe('interrupted');
      expect(document.counts.fail).toBe(0);
      expect(document.counts.notRun).toBeGreaterThanOrEqual(4);
      expect(folder.read('report.xml')).toContain('interrupted');
      expect(await processesLeft(folder.dir)).toEqual([]);
      expect(readdirSync(folder.path('.swarm', 'work'))).toEqual([]);
    },
  );

  test('by two signals leaves at once, with nothing running', async () => {
    const folder = project(SLOW);
    const running = startSwarm(ARGS, { cwd: folder.dir });
    await untilBegun(folder, running);
    running.kill('SIGINT');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await processesLeft(folder.dir)).toEqual([]);
  });

  test('by kill -9 leaves nothing after the next start, not even a daemon', async () => {
    const folder = project(SLOW);
    const running = startSwarm(ARGS, { cwd: folder.dir });
    await untilBegun(folder, running);
    running.kill('SIGKILL');
    await running.ended;
    const next = await swarm([...ARGS, 'tests/a'], { cwd: folder.dir });
    expect([next.code, next.stdout]).toEqual([0, expect.stringMatching(/^PASS 2\/2 /)]);
    expect(processesWith(folder.dir)).toEqual([]);
    expect(readdirSync(folder.path('.swarm', 'work'))).toEqual([]);
  });
});

/** Mounts of its own, as root of its own where we aren't root. */
const APART = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];

function canMount(): boolean {
  if (!needs('unshare')) return false;
  const { dir } = project();
  const tried = spawnSync(APART[0]!, [...APART.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', dir]);
  return tried.status === 0 || needs('permission to mount');
}

describe.runIf(canMount())('a disk', { concurrent: true }, () => {
  /** Tests that fail loudly, so that their output is kept, in a folder for which `mount` makes a file system. */
  const run = async (mount: string) => {
    const tests = Array.from({ length: 8 }, (_, i) => [
      `tests/t${i}.sh`,
      'head -c 60000 /dev/zero | tr "\\0" x; exit 1\n',
    ]);
    const program = project(Object.fromEntries(tests));
    const disk = project();
    const script = `${mount} || exit 99; cd "$disk" && "$@"; echo "exit $?"`;
    const argv = [...APART, 'sh', '-c', script, 'sh', ...swarmArgv(['sample-test', '--fraction', '1'])];
    const ended = await start(argv, { env: { disk: disk.dir, program: program.dir } }).ended;
    expect(await processesLeft(disk.dir)).toEqual([]);
    return ended;
  };

  test.each(['100k', '160k', '300k'])('that is full after %s is no verdict', async (size) => {
    const mount = `mount -t tmpfs -o size=${size} tmpfs "$disk" && cp -r "$program"/tests "$disk"`;
    const { stdout, stderr } = await run(mount);
    expect(stdout).toBe('exit 3\n');
    expect(stderr).toMatch(/^ERROR [^\n]*the disk is full[^\n]*\n {2}next: [^\n]*\n$/);
  });

  test('that is read-only is none either', async () => {
    const mount = `cp -r "$program"/tests "$disk" && mount --bind "$disk" "$disk" && mount -o remount,bind,ro "$disk"`;
    const { stdout, stderr } = await run(mount);
    expect(stdout).toBe('exit 3\n');
    expect(stderr).toMatch(/^ERROR [^\n]*can't be written[^\n]*\n/);
  });

  test('whose log folder alone is read-only is told before anything runs', async () => {
    const mount = `cp -r "$program"/tests "$disk" && mkdir -p "$disk/.swarm/tests" && mount --bind "$disk/.swarm/tests" "$disk/.swarm/tests" && mount -o remount,bind,ro "$disk/.swarm/tests"`;
    const { stdout, stderr } = await run(mount);
    expect(stdout).toBe('exit 3\n');
    expect(stderr).toMatch(/^ERROR run folder [^\n]*can't be written[^\n]*\n/);
  });
});

test('a report that can not be written is an error of its own, and the results stay', async () => {
  const folder = project({ 'tests/a.sh': 'exit 0\n' });
  const { code, stderr } = await swarm(['sample-test', '--junit', 'no/such/folder/x.xml'], {
    cwd: folder.dir,
  });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/^ERROR /);
  expect(existsSync(folder.path('.swarm/tests/history'))).toBe(true);
});
