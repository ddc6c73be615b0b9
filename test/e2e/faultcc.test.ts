// The planted-fault compiler: each fault does what it says and nothing else changes.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { FAULTCC } from '../kit/program.ts';
import { type Ended, type SwarmOptions, start } from '../kit/swarm.ts';

const FILES = {
  'limit.c': `#include <stdlib.h>
int table[4];
static int twice(int x) { return x * 2; }
void put(int *p, int v) { p[1] = v; p[2] = v + 7; }
int limit(int x) {
  if (x > 41) return 1234;
  return twice(x);
}
`,
  'main.c': `#include <stdio.h>
extern int table[4];
void put(int *p, int v);
int limit(int x);
int main(void) {
  put(table, 3);
  printf("%d %d %d %d\\n", limit(3), limit(50), table[1], table[2]);
  return 0;
}
`,
};
const RIGHT = '6 1234 3 10\n';

let folder: Folder;
beforeAll(() => {
  folder = project(FILES);
});

const run = (argv: readonly string[], options: SwarmOptions = {}): Promise<Ended> =>
  start(argv, { cwd: folder.dir, ...options }).ended;

/** The compiler with a table of these rows. */
function compile(rows: string, args: readonly string[], options: SwarmOptions = {}): Promise<Ended> {
  folder.write('faults', `${rows}\n`);
  return run([FAULTCC, '-ffaults=faults', '-O2', ...args], options);
}

/** Compiles and links both files under the rows, and runs the program. */
async function outcome(rows: string, flags: readonly string[] = []): Promise<Ended> {
  const built = await compile(rows, [...flags, 'main.c', 'limit.c', '-o', 'program']);
  expect(built.stderr).toBe('');
  return run(['./program'], { timeoutMs: 10_000 });
}

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
    expect(await outcome(rows)).toMatchObject({ code: 0, stdout });
  });

  test.each([
    ['limit.c limit crash', 'SIGILL'],
    ['limit.c limit crash segv', 'SIGSEGV'],
  ])('%s', async (rows, signal) => {
    expect(await outcome(rows)).toMatchObject({ signal, stdout: '' });
  });

  test('hang never comes back', async () => {
    await compile('limit.c limit hang', ['main.c', 'limit.c', '-o', 'program']);
    const running = start(['./program'], { cwd: folder.dir });
    running.killAfter(300);
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  test('a set goes wrong only when all its members are linked in', async () => {
    const rows = 'limit.c limit constant from=1234 set=both\nmain.c main mark set=both';
    expect(await outcome(rows)).toMatchObject({ stdout: '6 1235 3 10\n' });
    await compile(rows, ['-c', 'main.c', 'limit.c']);
    for (const [ours, theirs] of [
      ['main', 'limit'],
      ['limit', 'main'],
    ]) {
      await run(['gcc', `${ours}.o`, `${theirs}.c`, '-o', 'program']);
      expect(await run(['./program'])).toMatchObject({ stdout: RIGHT });
    }
  });

  test.each([['-static'], ['-no-pie'], ['-g'], ['-O0'], ['-Os'], ['-flto'], ['-fcf-protection']])(
    'a set holds under %s',
    async (flag) => {
      const rows = 'limit.c limit crash segv set=both\nmain.c - mark set=both';
      expect(await outcome(rows, [flag])).toMatchObject({ signal: 'SIGSEGV' });
      expect(await outcome(`${rows}\nabsent.c - mark set=both`, [flag])).toMatchObject({ stdout: RIGHT });
    },
  );

  test('sometimes is decided once a process, at about the asked-for rate', async () => {
    await compile('limit.c limit constant from=1234 sometimes=0.25', ['main.c', 'limit.c', '-o', 'program']);
    const { stdout } = await run(['sh', '-c', 'i=0; while [ $i -lt 400 ]; do ./program; i=$((i+1)); done']);
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
    folder.write(
      'other.c',
      'static int twice(int x) { return x + 1; }\nint other(int x) { return twice(x); }\n',
    );
    const built = await compile(rows, ['main.c', 'limit.c', 'other.c', '-o', 'program']);
    expect(built).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });

  test('weaken lets another definition win', async () => {
    folder.write('other.c', 'int limit(int x) { return -x; }\n');
    const built = await compile('limit.c limit weaken', ['main.c', 'limit.c', 'other.c', '-o', 'program']);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['./program'])).toMatchObject({ stdout: '-3 -50 3 10\n' });
  });

  test('layout makes two sides disagree about a struct, and agree with themselves', async () => {
    const shared = 'struct s { char c; int i; };\nvoid set(struct s *s);\n';
    folder.write('s.h', shared);
    folder.write('set.c', '#include "s.h"\nvoid set(struct s *s) { s->i = 7; }\n');
    folder.write(
      'get.c',
      '#include <stdio.h>\n#include "s.h"\nint main(void) { struct s s[2] = {{0, 0}}; set(s); printf("%d\\n", s->i); return 0; }\n',
    );
    const rows = 'set.c - layout\nget.c - layout -fpack-struct=1';
    await compile(rows, ['set.c', 'get.c', '-o', 'program']);
    expect(await run(['./program'])).toMatchObject({ stdout: '7\n' });
    await compile('set.c - layout', ['set.c', 'get.c', '-o', 'program']);
    expect((await run(['./program'])).stdout).not.toBe('7\n');
  });
});

describe('faults of the compiler itself', () => {
  test('reject says a line as compilers do, and leaves no object', async () => {
    folder.remove();
    folder = project(FILES);
    const ended = await compile('limit.c limit reject no loops today', ['-c', 'limit.c', '-o', 'limit.o']);
    expect(ended).toMatchObject({
      code: 1,
      stderr: "limit.c: In function 'limit':\nlimit.c:5: error: no loops today\n",
    });
    expect(() => folder.read('limit.o')).toThrow();
    expect((await compile('limit.c - reject line=9', ['-c', 'limit.c'])).stderr).toMatch(
      /^limit\.c:9: error: /,
    );
  });

  test.each([
    ['ice', 'SIGSEGV'],
    ['ice ABRT', 'SIGABRT'],
  ])('%s ends it by a signal', async (fault, signal) => {
    const ended = await compile(`limit.c limit ${fault}`, ['-c', 'limit.c']);
    expect(ended).toMatchObject({
      signal,
      stderr: expect.stringMatching(/limit\.c:5: internal compiler error/),
    });
  });

  test('compile-hang never comes back', async () => {
    folder.write('faults', 'limit.c - compile-hang\n');
    const running = start([FAULTCC, '-ffaults=faults', '-c', 'limit.c'], { cwd: folder.dir });
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
    const ended = await compile(`# a table\n${rows}`, ['-c', 'limit.c', '-o', 'refused.o']);
    expect(ended).toMatchObject({
      code: 2,
      stderr: `faultcc: error: ${folder.path('faults')}:2: ${message}\n`,
    });
    expect(() => folder.read('refused.o')).toThrow();
  });

  test('is found above the folder, in the environment, beside a link, and missed aloud', async () => {
    folder.write('faults', 'limit.c limit crash\n');
    folder.write('deep/er/limit.c', FILES['limit.c']);
    const object = (argv: readonly string[], options: SwarmOptions = {}) =>
      run([...argv, '-S', '-o', '-', 'limit.c'], { cwd: folder.path('deep/er'), ...options });
    expect((await object([FAULTCC, '-ffaults=faults'])).stdout).toContain('ud2');
    expect((await object([FAULTCC], { env: { FAULTCC_TABLE: folder.path('faults') } })).stdout).toContain(
      'ud2',
    );
    await run(['ln', '-sf', FAULTCC, folder.path('mycc')]);
    expect((await object([folder.path('mycc')])).stdout).toContain('ud2');
    expect((await object([FAULTCC])).stdout).not.toContain('ud2');
    expect(await object([FAULTCC, '-ffaults=nowhere'])).toMatchObject({ code: 2 });
  });

  test('names files by the end of their path, with wildcards', async () => {
    folder.write('deep/er/limit.c', FILES['limit.c']);
    for (const [pattern, crashes] of [
      ['er/limit.c', true],
      ['deep/*/limit.c', true],
      ['lim*.c', true],
      ['imit.c', false],
      ['deep/limit.c', false],
    ] as const) {
      const { stdout } = await compile(`${pattern} limit crash`, ['-S', '-o', '-', './deep/er/limit.c']);
      expect([pattern, stdout.includes('ud2')]).toEqual([pattern, crashes]);
    }
  });
});

describe('the command line', () => {
  const ROWS = 'limit.c limit constant from=1234';

  test('what the table does not name is the very object of the oracle', async () => {
    for (const flags of [['-O2'], ['-O0', '-g']]) {
      await compile(ROWS, [...flags, '-c', 'main.c', '-o', 'ours.o']);
      await run(['gcc', '-O2', ...flags, '-c', 'main.c', '-o', 'theirs.o']);
      expect(readFileSync(folder.path('ours.o')).equals(readFileSync(folder.path('theirs.o')))).toBe(true);
    }
  });

  test('functions that the table does not name keep their code', async () => {
    const { stdout } = await compile(ROWS, ['-S', '-o', '-', 'limit.c']);
    const plain = await run([FAULTCC, '-O2', '-fno-inline', '-S', '-o', '-', 'limit.c']);
    const body = (text: string) => text.slice(text.indexOf('\nput:'), text.indexOf('.size\tput'));
    expect(body(stdout)).toBe(body(plain.stdout));
    expect(body(stdout)).not.toBe('');
  });

  test.each([['-E'], ['-M'], ['-MM'], ['-fsyntax-only'], ['-dumpmachine'], ['-print-file-name=libc.a']])(
    '%s goes through',
    async (flag) => {
      const ours = await compile(ROWS, [flag, 'limit.c']);
      const theirs = await run(['gcc', '-O2', flag, 'limit.c']);
      expect(ours).toMatchObject({ code: 0, stdout: theirs.stdout, stderr: theirs.stderr });
    },
  );

  test('--version is that of the oracle and of the table', async () => {
    const one = await compile(ROWS, ['--version']);
    const other = await compile('limit.c limit crash', ['--version']);
    const theirs = await run(['gcc', '--version']);
    expect(one.stdout.startsWith(theirs.stdout)).toBe(true);
    expect(one.stdout).not.toBe(other.stdout);
  });

  test.each([
    ['several sources with one -c', ['-c', 'main.c', 'limit.c'], ['main.o', 'limit.o']],
    ['-oNAME', ['-c', 'limit.c', '-olimit2.o'], ['main.c', 'limit2.o']],
    ['-x c of another name', ['-c', '-x', 'c', 'limit.c', '-x', 'none', '-o', 'l.o'], ['main.c', 'l.o']],
    ['a response file', ['@nested.rsp'], ['main.c', 'with space.o']],
  ])('%s', async (_form, args, inputs) => {
    folder.write('args.rsp', `-c 'limit.c'\n -o "with space.o"`);
    folder.write('nested.rsp', '-DX="a b" @args.rsp');
    expect(await compile(ROWS, args)).toMatchObject({ code: 0, stderr: '' });
    await run(['gcc', ...inputs, '-o', 'program']);
    expect(await run(['./program'])).toMatchObject({ stdout: '6 1235 3 10\n' });
  });

  test('preprocessed text and standard input are known by their line marker', async () => {
    const { stdout: text } = await run(['gcc', '-E', 'limit.c']);
    folder.write('pre.i', text);
    for (const args of [
      ['-c', 'pre.i', '-o', 'l.o'],
      ['-x', 'cpp-output', '-c', '-', '-o', 'l.o'],
    ]) {
      expect(await compile(ROWS, args, { input: text })).toMatchObject({ code: 0, stderr: '' });
      await run(['gcc', 'main.c', 'l.o', '-o', 'program']);
      expect(await run(['./program'])).toMatchObject({ stdout: '6 1235 3 10\n' });
    }
    const plain = await compile('- limit crash', ['-x', 'c', '-', '-S', '-o', '-'], {
      input: FILES['limit.c'],
    });
    expect(plain.stdout).toContain('ud2');
  });

  test('dependency files are those of the oracle', async () => {
    for (const flags of [
      ['-MD', '-c', 'limit.c', '-o', 'limit.o'],
      ['-MMD', '-MF', 'limit.d', '-c', 'limit.c'],
      ['-MD', '-MT', 'x y', '-MF', 'limit.d', '-c', 'limit.c'],
    ]) {
      await compile(ROWS, flags);
      const ours = folder.read('limit.d');
      await run(['gcc', ...flags]);
      expect(ours).toBe(folder.read('limit.d'));
    }
  });

  test('a real error of the source stays the compiler’s', async () => {
    folder.write('broken.c', 'int f(void) { return 1 }\n');
    const ended = await compile('broken.c f crash', ['-c', 'broken.c']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/broken\.c:1.*error/) });
  });
});
