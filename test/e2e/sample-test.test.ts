// `swarm sample-test` as an agent uses it: where tests come from, which are drawn, what a budget does, what is told.

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { swarm } from '../kit/swarm.ts';

interface Listed {
  readonly tests: readonly { readonly test: string; readonly why: string }[];
  readonly sample: {
    readonly total: number;
    readonly window: number;
    readonly windows: number;
    readonly round: number;
  };
  readonly replay: string;
}

interface Ran {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly id: string; readonly reason: string }[];
  readonly flaky: readonly { readonly id: string; readonly reason: string }[];
  readonly sample: Readonly<Record<string, number>>;
  readonly suites: readonly { readonly name: string; readonly tests: number }[];
  readonly inference: { readonly ran: number; readonly failingAtMost: number };
}

const files = (count: number, text: (i: number) => string, folder = 'tests') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/d${i % 3}/t${i}.sh`, text(i)]));

const run = async ({ dir }: Folder, args: readonly string[], env = {}) => {
  const ended = await swarm(['sample-test', '--json', ...args], { cwd: dir, env });
  return { ...documentOf<Ran>(ended, 'swarm.sample/1'), code: ended.code };
};
const list = async ({ dir }: Folder, args: readonly string[], env = {}) => {
  const ended = await swarm(['sample-test', '--list', '--json', ...args], { cwd: dir, env });
  return documentOf<Listed>(ended, 'swarm.sample/1');
};
const ids = (listed: Listed) => listed.tests.map(({ test }) => test).sort();
const git = (folder: Folder, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], {
    cwd: folder.dir,
    stdio: 'pipe',
  });

describe('which tests', () => {
  test('agents of a fleet see different ones, all of them in all rounds, and each the same ones again', async () => {
    const folder = project(files(60, () => 'exit 0\n'));
    const seen: string[] = [];
    for (const agent of ['1/3', '2/3', '3/3'])
      for (const round of ['0', '1']) {
        const args = ['--agent', agent, '--round', round, '--fraction', '17%'];
        seen.push(...ids(await list(folder, args)));
      }
    expect(seen.sort()).toEqual(Object.keys(files(60, () => '')).sort());
    const again = await list(folder, ['--agent', '2/3', '--round', '1', '--fraction', '17%']);
    const replayed = await list(folder, ['--replay', again.replay]);
    expect(replayed.tests).toEqual(again.tests);
  });

  test('stay the same while the work goes on, move with the base, the task and --next, whatever failed', async () => {
    const folder = project(files(60, (i) => `exit ${i % 2}\n`));
    git(folder, 'init', '-qb', 'main');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'base');
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    const args = ['--agent', 'ada', '--fraction', '10%'];
    const first = await list(folder, args);
    await run(folder, args);
    git(folder, 'commit', '-qm', 'work', '--allow-empty');
    expect(await list(folder, args)).toMatchObject({
      replay: first.replay,
      sample: { round: first.sample.round },
    });
    const next = await list(folder, [...args, '--next']);
    expect(next.sample.round).toBe(first.sample.round + 1);
    expect((await list(folder, args)).replay).toBe(next.replay);
    const task = await list(folder, args, { SWARM_TASK: 'mend-it' });
    expect((await list(folder, args, { SWARM_TASK: 'mend-it' })).replay).toBe(task.replay);
    expect(task.sample.round).not.toBe(next.sample.round);
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect((await list(folder, args)).sample.round).not.toBe(next.sample.round);
    // Only what is asked for is added, on top of the very same sample.
    folder.write('tests/d1/t1.txt', 'changed');
    const failing = await run(folder, [...args, '--failed', '--changed', '--round', '5']);
    const plain = await run(folder, [...args, '--round', '5']);
    expect(failing.sample.drawn).toBe(plain.sample.drawn);
    expect(failing.sample.failed! + failing.sample.changed!).toBe(1);
    expect(failing.inference.ran).toBe(plain.inference.ran);
  });

  test('a token of another suite is refused, and so is an empty choice', async () => {
    const folder = project(files(9, () => 'exit 0\n'));
    const { replay } = await list(folder, ['--fraction', '50%']);
    folder.write('tests/d1/more.sh', 'exit 0\n');
    const refused = await swarm(['sample-test', '--replay', replay], { cwd: folder.dir });
    expect([refused.code, refused.stdout]).toEqual([5, '']);
    expect(refused.stderr).toMatch(/^ERROR replay: .* 10 tests, not 9\n {2}next: /);
    const cases: [string[], RegExp][] = [
      [['nothing-like-it'], /matches nothing-like-it/],
      [['--fraction', '0.1%', '--round', '777'], /window 778 of 1000 holds none of 10 tests/],
      [['--dir', project().dir], /^ERROR tests: none found/],
    ];
    for (const [args, words] of cases) {
      const ended = await swarm(['sample-test', '--agent', '1/1000', ...args], { cwd: folder.dir });
      expect([ended.code, ended.stdout]).toEqual([4, '']);
      expect(ended.stderr).toMatch(words);
    }
  });

  test('standard input names tests only where it is asked to', async () => {
    const folder = project(files(9, () => 'exit 0\n'));
    const input = 'tests/d1/t1.sh\n\nt5.sh\n';
    const listed = async (...words: string[]) => {
      const args = ['sample-test', '--list', '--json', '--fraction', '1', ...words];
      return ids((await swarm(args, { cwd: folder.dir, input })).json<Listed>());
    };
    expect((await listed()).length).toBe(9);
    expect(await listed('-')).toEqual(['tests/d1/t1.sh', 'tests/d2/t5.sh']);
    const nothing = await swarm(['sample-test', '-'], { cwd: folder.dir });
    expect([nothing.code, nothing.stderr]).toEqual([4, expect.stringContaining('standard input names none')]);
  });
});

describe('a run', () => {
  test('takes suites from the config: files, listed names, C programs, with variants', async () => {
    if (!needs('gcc')) return;
    const folder = project({
      'swarm.config.yaml': `tests:
  fraction: 100%
  suites:
    - {name: sh, glob: t/*.sh, exclude: t/not.sh, run: 'WORD=yes sh {}', env: {FROM_CONFIG: it}}
    - {name: listed, list: 'printf "one\\ntwo words\\n-x\\n"', run: 'test -n {}'}
    - {name: c, programs: c/*.c, compile: 'gcc {options} -o {out} {}'}
    - {name: cpp, programs: c/*.c, variant: O2, compile: 'gcc -O2 {options} -o {out} {}', run: 'timeout 5 {}'}
`,
      't/a.sh': 'test "$FROM_CONFIG$WORD" = ityes\n',
      't/not.sh': 'exit 1\n',
      'c/good.c': '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
      'c/good.c.expected': 'hello\n',
      'c/wrong.c': '#include <stdio.h>\nint main(void) { puts("one"); puts("too"); return 0; }\n',
      'c/wrong.expected': 'one\ntwo\n',
      'c/broken.c': 'int main(void) { return nothing; }\n',
      'c/options.c':
        '/* { dg-options "-DGIVEN=0 -w" } */\n/* { dg-options "-mno-eabi" { target powerpc-*-eabi* } } */\n' +
        '/* { dg-additional-options { "-DMORE=0" } } */\nint main(void) { return GIVEN + MORE; }\n',
      'c/crash.c': 'int main(void) { return *(volatile int *)0; }\n',
    });
    const ran = await run(folder, []);
    expect(ran.suites.map(({ name, tests }) => [name, tests])).toEqual([
      ['sh', 1],
      ['listed', 3],
      ['c', 5],
      ['cpp', 5],
    ]);
    const reasons = Object.fromEntries(ran.failures.map(({ id, reason }) => [id, reason]));
    expect(reasons).toMatchObject({
      'c/wrong.c': 'line 2: expected "two", got "too"',
      'c/wrong.c::O2': 'line 2: expected "two", got "too"',
      'c/broken.c': expect.stringMatching(/^exit status 1: /),
      'c/crash.c': 'ended by SIGSEGV',
    });
    expect(Object.keys(reasons)).toHaveLength(6);
    expect(ran.counts).toMatchObject({ pass: 8, fail: 6 });
  });

  test('labels what passes only when run again, and tells what can not be started from what fails', async () => {
    const folder = project({
      'tests/flaky.sh': 'test -e seen && exit 0\ntouch seen\nexit 1\n',
      'tests/bad.sh': 'exit 1\n',
    });
    const ran = await run(folder, ['--retries', '2']);
    expect(ran.flaky).toEqual([{ id: 'tests/flaky.sh', reason: 'failed 1 of 2 runs' }]);
    expect(ran.failures.map(({ id }) => id)).toEqual(['tests/bad.sh']);
    folder.write('swarm.config.yaml', 'tests: {suites: [{glob: tests/*.sh, run: no-such-program}]}\n');
    const ended = await swarm(['sample-test'], { cwd: folder.dir });
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/^UNRESOLVED tests\/\w+\.sh: no-such-program: not found\n/);
  });

  test('keeps to a budget, tells what it left out, and comes to that first the next time', async () => {
    const folder = project(files(12, () => 'sleep 1.5\n'));
    const args = ['--fraction', '1', '--budget', '4s', '--jobs', '2', '--agent', '1/1'];
    const first = await run(folder, args);
    expect([first.code, first.verdict]).toEqual([6, 'partial']);
    expect(first.counts.pass! + first.counts.notRun!).toBe(12);
    expect(first.counts.notRun).toBeGreaterThan(5);
    // A listing that hangs doesn't outlast it either.
    const hanging = project({ 'swarm.config.yaml': 'tests: {suites: [{list: sleep 3300, run: "true"}]}\n' });
    const listed = await swarm(['sample-test', '--budget', '1s'], { cwd: hanging.dir });
    expect([listed.code, listed.stdout]).toEqual([6, '']);
    expect(listed.stderr).toMatch(/^ERROR budget: it was over before the tests were listed\n {2}next: /);
    const order = (await list(folder, ['--fraction', '1'])).tests.map(({ test }) => test);
    const log = folder.read('.swarm/tests/history/agent-1-of-1.jsonl').split('\n');
    const missed = log
      .filter((line) => line.includes(',"n",'))
      .map((line) => (JSON.parse(line) as string[])[0]!);
    expect(order.slice(0, missed.length).sort()).toEqual([...new Set(missed)].sort());
  });

  test('draws from a hundred thousand tests as from ten', async () => {
    const suites = "[{name: many, list: seq 100000, run: 'true {}'}]";
    const folder = project({ 'swarm.config.yaml': `tests: {suites: ${suites}}\n` });
    const ran = await run(folder, ['--fraction', '0.05%', '--junit', 'report.xml']);
    expect(ran.sample.total).toBe(100_000);
    expect(ran.counts.pass).toBe(50);
    expect(ran.inference).toMatchObject({ ran: 50, failingAtMost: expect.any(Number) });
    expect(folder.read('report.xml').match(/<testcase /g)).toHaveLength(50);
  });

  test('of two agents in one tree writes to two histories', async () => {
    const folder = project(files(4, () => 'exit 0\n'));
    await Promise.all(['a', 'b', 'b'].map((name) => run(folder, ['--agent', name])));
    for (const [name, lines] of [
      ['a', 4],
      ['b', 8],
    ] as const)
      expect(
        folder
          .read(`.swarm/tests/history/${name}.jsonl`)
          .split('\n')
          .filter((line) => line !== ''),
      ).toHaveLength(lines);
  });
});
