// The planted-fault compiler as a compiler: it takes every form of command line, and what the table does not name is
// the oracle's.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FILES, Planted } from '../kit/planted.ts';
import { FAULTCC } from '../kit/program.ts';

const planted = new Planted();

describe('the command line', () => {
  const ROWS = 'limit.c limit constant from=1234';

  test('what the table does not name is the very object of the oracle', async () => {
    for (const flags of [['-O2'], ['-O0', '-g']]) {
      await planted.compile(ROWS, [...flags, '-c', 'main.c', '-o', 'ours.o']);
      await planted.run(['gcc', '-O2', ...flags, '-c', 'main.c', '-o', 'theirs.o']);
      expect(
        readFileSync(planted.folder.path('ours.o')).equals(readFileSync(planted.folder.path('theirs.o'))),
      ).toBe(true);
    }
  });

  test('functions that the table does not name keep their code', async () => {
    const { stdout } = await planted.compile(ROWS, ['-S', '-o', '-', 'limit.c']);
    const plain = await planted.run([FAULTCC, '-O2', '-fno-inline', '-S', '-o', '-', 'limit.c']);
    const body = (text: string) => text.slice(text.indexOf('\nput:'), text.indexOf('.size\tput'));
    expect(body(stdout)).toBe(body(plain.stdout));
    expect(body(stdout)).not.toBe('');
  });

  test.each([['-E'], ['-M'], ['-MM'], ['-fsyntax-only'], ['-dumpmachine'], ['-print-file-name=libc.a']])(
    '%s goes through',
    async (flag) => {
      const ours = await planted.compile(ROWS, [flag, 'limit.c']);
      const theirs = await planted.run(['gcc', '-O2', flag, 'limit.c']);
      expect(ours).toMatchObject({ code: 0, stdout: theirs.stdout, stderr: theirs.stderr });
    },
  );

  test('--version is that of the oracle and of the table', async () => {
    const one = await planted.compile(ROWS, ['--version']);
    const other = await planted.compile('limit.c limit crash', ['--version']);
    const theirs = await planted.run(['gcc', '--version']);
    expect(one.stdout.startsWith(theirs.stdout)).toBe(true);
    expect(one.stdout).not.toBe(other.stdout);
  });

  test.each([
    ['several sources with one -c', ['-c', 'main.c', 'limit.c'], ['main.o', 'limit.o']],
    ['-oNAME', ['-c', 'limit.c', '-olimit2.o'], ['main.c', 'limit2.o']],
    ['-x c of another name', ['-c', '-x', 'c', 'limit.c', '-x', 'none', '-o', 'l.o'], ['main.c', 'l.o']],
    ['a response file', ['@nested.rsp'], ['main.c', 'with space.o']],
  ])('%s', async (_form, args, inputs) => {
    planted.folder.write('args.rsp', `-c 'limit.c'\n -o "with space.o"`);
    planted.folder.write('nested.rsp', '-DX="a b" @args.rsp');
    expect(await planted.compile(ROWS, args)).toMatchObject({ code: 0, stderr: '' });
    await planted.run(['gcc', ...inputs, '-o', 'program']);
    expect(await planted.run(['./program'])).toMatchObject({ stdout: '6 1235 3 10\n' });
  });

  test('preprocessed text and standard input are known by their line marker', async () => {
    const { stdout: text } = await planted.run(['gcc', '-E', 'limit.c']);
    planted.folder.write('pre.i', text);
    for (const args of [
      ['-c', 'pre.i', '-o', 'l.o'],
      ['-x', 'cpp-output', '-c', '-', '-o', 'l.o'],
    ]) {
      expect(await planted.compile(ROWS, args, { input: text })).toMatchObject({ code: 0, stderr: '' });
      await planted.run(['gcc', 'main.c', 'l.o', '-o', 'program']);
      expect(await planted.run(['./program'])).toMatchObject({ stdout: '6 1235 3 10\n' });
    }
    const plain = await planted.compile('- limit crash', ['-x', 'c', '-', '-S', '-o', '-'], {
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
      await planted.compile(ROWS, flags);
      const ours = planted.folder.read('limit.d');
      await planted.run(['gcc', ...flags]);
      expect(ours).toBe(planted.folder.read('limit.d'));
    }
  });

  test('a real error of the source stays the compiler’s', async () => {
    planted.folder.write('broken.c', 'int f(void) { return 1 }\n');
    const ended = await planted.compile('broken.c f crash', ['-c', 'broken.c']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/broken\.c:1.*error/) });
  });
});
