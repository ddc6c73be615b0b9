// The planted-fault compiler: each fault does what it says, and a table that plants nothing is an error.

import { describe, expect, test } from 'vitest';
import { FILES, Planted, RIGHT } from '../kit/planted.ts';
import { FAULTCC } from '../kit/program.ts';
import { type SwarmOptions, start } from '../kit/swarm.ts';

const planted = new Planted();

describe('faults in the code', () => {
  test.each([
    ['limit.c limit constant from=1234', '6 1235 3 10\n'],
    ['limit.c limit constant from=1234 to=-5', '6 -5 3 10\n'],
    ['limit.c limit swap-branch', '1234 100 3 10\n'],
    ['limit.c put drop-store', '6 1234 0 10\n'],
    ['limit.c put drop-store nth=2', '6 1234 3 0\n'],
    ['limit.c put constant\nlimit.c limit constant from=1234', '6 1235 3 11\n'],
    ['other.c limit crash', RIGHT],
    ['# nothing planted', RIGHT],
  ])('%s', async (rows, stdout) => {
    expect(await planted.outcome(rows)).toMatchObject({ code: 0, stdout });
  });

  test.each([
    ['limit.c limit crash', 'SIGILL'],
    ['limit.c limit crash segv', 'SIGSEGV'],
  ])('%s', async (rows, signal) => {
    expect(await planted.outcome(rows)).toMatchObject({ signal, stdout: '' });
  });

  test('hang never comes back', async () => {
    await planted.compile('limit.c limit hang', ['main.c', 'limit.c', '-o', 'program']);
    const running = start(['./program'], { cwd: planted.folder.dir });
    running.killAfter(300);
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  test('a set goes wrong only when all its members are linked in', async () => {
    const rows = 'limit.c limit constant from=1234 set=both\nmain.c main mark set=both';
    expect(await planted.outcome(rows)).toMatchObject({ stdout: '6 1235 3 10\n' });
    await planted.compile(rows, ['-c', 'main.c', 'limit.c']);
    for (const [ours, theirs] of [
      ['main', 'limit'],
      ['limit', 'main'],
    ]) {
      await planted.run(['gcc', `${ours}.o`, `${theirs}.c`, '-o', 'program']);
      expect(await planted.run(['./program'])).toMatchObject({ stdout: RIGHT });
    }
  });

  test.each([['-static'], ['-no-pie'], ['-g'], ['-O0'], ['-Os'], ['-flto'], ['-fcf-protection']])(
    'a set holds under %s',
    async (flag) => {
      const rows = 'limit.c limit crash segv set=both\nmain.c - mark set=both';
      expect(await planted.outcome(rows, [flag])).toMatchObject({ signal: 'SIGSEGV' });
      expect(await planted.outcome(`${rows}\nabsent.c - mark set=both`, [flag])).toMatchObject({
        stdout: RIGHT,
      });
    },
  );

  test('sometimes is decided once a process, at about the asked-for rate', async () => {
    await planted.compile('limit.c limit constant from=1234 sometimes=0.25', [
      'main.c',
      'limit.c',
      '-o',
      'program',
    ]);
    const { stdout } = await planted.run([
      'sh',
      '-c',
      'i=0; while [ $i -lt 400 ]; do ./program; i=$((i+1)); done',
    ]);
    const wrong = stdout.split('\n').filter((line) => line === '6 1235 3 10').length;
    expect(wrong).toBeGreaterThan(50);
    expect(wrong).toBeLessThan(150);
  });
});

describe('faults that the linker sees', () => {
  test.each([
    ['localize', 'limit.c limit localize', /undefined reference to `limit'/],
    ['globalize', 'limit.c twice globalize\nother.c twice globalize', /multiple definition of `twice'/],
  ])('%s', async (_fault, rows, message) => {
    planted.folder.write(
      'other.c',
      'static int twice(int x) { return x + 1; }\nint other(int x) { return twice(x); }\n',
    );
    const built = await planted.compile(rows, ['main.c', 'limit.c', 'other.c', '-o', 'program']);
    expect(built).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });

  test('weaken lets another definition win', async () => {
    planted.folder.write('other.c', 'int limit(int x) { return -x; }\n');
    const built = await planted.compile('limit.c limit weaken', [
      'main.c',
      'limit.c',
      'other.c',
      '-o',
      'program',
    ]);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(await planted.run(['./program'])).toMatchObject({ stdout: '-3 -50 3 10\n' });
  });

  test('layout makes two sides disagree about a struct, and agree with themselves', async () => {
    const shared = 'struct s { char c; int i; };\nvoid set(struct s *s);\n';
    planted.folder.write('s.h', shared);
    planted.folder.write('set.c', '#include "s.h"\nvoid set(struct s *s) { s->i = 7; }\n');
    planted.folder.write(
      'get.c',
      '#include <stdio.h>\n#include "s.h"\nint main(void) { struct s s[2] = {{0, 0}}; set(s); printf("%d\\n", s->i); return 0; }\n',
    );
    const rows = 'set.c - layout\nget.c - layout -fpack-struct=1';
    await planted.compile(rows, ['set.c', 'get.c', '-o', 'program']);
    expect(await planted.run(['./program'])).toMatchObject({ stdout: '7\n' });
    await planted.compile('set.c - layout', ['set.c', 'get.c', '-o', 'program']);
    expect((await planted.run(['./program'])).stdout).not.toBe('7\n');
  });
});

describe('faults of the compiler itself', () => {
  test('reject says a line as compilers do, and leaves no object', async () => {
    const ended = await planted.compile('limit.c limit reject no loops today', [
      '-c',
      'limit.c',
      '-o',
      'limit.o',
    ]);
    expect(ended).toMatchObject({
      code: 1,
      stderr: "limit.c: In function 'limit':\nlimit.c:5: error: no loops today\n",
    });
    expect(() => planted.folder.read('rejected.o')).toThrow();
    expect((await planted.compile('limit.c - reject line=9', ['-c', 'limit.c'])).stderr).toMatch(
      /^limit\.c:9: error: /,
    );
  });

  test.each([
    ['ice', 'SIGSEGV'],
    ['ice ABRT', 'SIGABRT'],
  ])('%s ends it by a signal', async (fault, signal) => {
    const ended = await planted.compile(`limit.c limit ${fault}`, ['-c', 'limit.c']);
    expect(ended).toMatchObject({
      signal,
      stderr: expect.stringMatching(/limit\.c:5: internal compiler error/),
    });
  });

  test('compile-hang never comes back', async () => {
    planted.folder.write('faults', 'limit.c - compile-hang\n');
    const running = start([FAULTCC, '-ffaults=faults', '-c', 'limit.c'], { cwd: planted.folder.dir });
    running.killAfter(300);
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
  });
});

describe('tables', () => {
  test.each([
    ['limit.c nope crash', "no function 'nope' in the code of limit.c"],
    ['limit.c twice drop-store', "nothing to edit for 'drop-store' in 'twice' of limit.c"],
    ['limit.c limit constant from=99', "nothing to edit for 'constant' in 'limit' of limit.c"],
    ['limit.c limit globalize', "nothing to edit for 'globalize' in 'limit' of limit.c"],
    ['limit.c - layout', 'no layout changes in limit.c'],
    ['limit.c limit crush', "no fault 'crush'"],
    ['other.c limit crush', "no fault 'crush'"],
    ['limit.c limit', 'needs a file pattern, a function (or -) and a fault'],
    ['limit.c - crash', "'crash' needs a function"],
    ['limit.c limit crash nth=2', "'crash' takes no 'nth=2'"],
    ['limit.c limit crash sometimes=2', "'crash' takes no 'sometimes=2'"],
    ['limit.c limit crash set=alone', "the set 'alone' has no other member"],
    ['limit.c limit mark set=x\nmain.c - mark set=x', "the set 'x' has marks only, no fault"],
    ['limit.c limit mark', "'mark' needs set=NAME"],
  ])('%s is an error that names its line', async (rows, message) => {
    const ended = await planted.compile(`# a table\n${rows}`, ['-c', 'limit.c', '-o', 'refused.o']);
    expect(ended).toMatchObject({
      code: 2,
      stderr: `faultcc: error: ${planted.folder.path('faults')}:2: ${message}\n`,
    });
    expect(() => planted.folder.read('refused.o')).toThrow();
  });

  test('is found above the folder, in the environment, beside a link, and missed aloud', async () => {
    planted.folder.write('faults', 'limit.c limit crash\n');
    planted.folder.write('deep/er/limit.c', FILES['limit.c']);
    const object = (argv: readonly string[], options: SwarmOptions = {}) =>
      planted.run([...argv, '-S', '-o', '-', 'limit.c'], { cwd: planted.folder.path('deep/er'), ...options });
    expect((await object([FAULTCC, '-ffaults=faults'])).stdout).toContain('ud2');
    expect(
      (await object([FAULTCC], { env: { FAULTCC_TABLE: planted.folder.path('faults') } })).stdout,
    ).toContain('ud2');
    await planted.run(['ln', '-sf', FAULTCC, planted.folder.path('mycc')]);
    expect((await object([planted.folder.path('mycc')])).stdout).toContain('ud2');
    expect((await object([FAULTCC])).stdout).not.toContain('ud2');
    expect(await object([FAULTCC, '-ffaults=nowhere'])).toMatchObject({ code: 2 });
  });

  test('names files by the end of their path, with wildcards', async () => {
    planted.folder.write('deep/er/limit.c', FILES['limit.c']);
    for (const [pattern, crashes] of [
      ['er/limit.c', true],
      ['deep/*/limit.c', true],
      ['lim*.c', true],
      ['imit.c', false],
      ['deep/limit.c', false],
    ] as const) {
      const { stdout } = await planted.compile(`${pattern} limit crash`, [
        '-S',
        '-o',
        '-',
        './deep/er/limit.c',
      ]);
      expect([pattern, stdout.includes('ud2')]).toEqual([pattern, crashes]);
    }
  });
});
