// Programs run exactly as asked for: arguments, environment, folder, streams; and how they ended is told exactly.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunner, type RunRequest } from '@swarm/host';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const PATH = process.env.PATH!;

describe.each(['native', 'bash', 'none'] as const)('with %s helpers', (helper) => {
  const runner = createRunner({ helper, jobs: 2 });
  afterAll(() => runner.close());
  const run = (argv: string[], rest: Partial<RunRequest> = {}) =>
    runner.run({ argv, cwd: dir, env: { PATH }, ...rest });
  const sh = (command: string, rest: Partial<RunRequest> = {}) => run(['sh', '-c', command], rest);

  it('captures both streams and the status', async () => {
    const result = await sh('echo out; echo err >&2; exit 3');
    expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n', leaked: false });
    expect(result.exit).toEqual({ kind: 'exited', code: 3 });
    expect(result.wallMs).toBeGreaterThan(0);
  });

  it.each([1, 125, 126, 127, 128, 129, 130, 137, 139, 143, 255])('tells an exit with %i', async (code) => {
    expect((await sh(`exit ${code}`)).exit).toEqual({ kind: 'exited', code });
  });

  it.each(['SEGV', 'ABRT', 'KILL', 'TERM', 'INT', 'HUP', 'PIPE', 'FPE', 'USR1', 'XFSZ'])(
    'names SIG%s',
    async (name) => {
      expect((await sh(`kill -${name} $$`)).exit).toEqual({ kind: 'signalled', signal: `SIG${name}` });
    },
  );

  it('tells signals from exits many times over', async () => {
    const commands = Array.from({ length: 120 }, (_, i) => (i % 2 ? 'exit 139' : 'kill -SEGV $$'));
    const exits = await Promise.all(commands.map(async (command) => (await sh(command)).exit.kind));
    expect(exits).toEqual(commands.map((_, i) => (i % 2 ? 'exited' : 'signalled')));
  });

  it('passes any argument', async () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', ''));
    const nasty = fc.constantFrom(
      '',
      ' ',
      "'",
      '"',
      '\n',
      '\\',
      '$HOME',
      '`id`',
      '-n',
      '--',
      '*',
      '\u0001\u007f',
      'ü🙂',
      '!',
      ')',
      '\r',
    );
    const words = fc.array(fc.oneof(word, nasty), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(words, async (args) => {
        const { stdout } = await run(['printf', '%s\\0', 'x', ...args]);
        expect(stdout).toBe(['x', ...args].map((arg) => `${Buffer.from(arg).toString()}\0`).join(''));
      }),
      { numRuns: 60 },
    );
  });

  it('passes all bytes from 1 to 127 at once, and long arguments', async () => {
    const all = String.fromCharCode(...Array.from({ length: 127 }, (_, i) => i + 1));
    const long = 'long '.repeat(20_000);
    const { stdout } = await run(['printf', '%s', all + long], { outputCapBytes: 1 << 20 });
    expect(stdout).toBe(all + long);
  });

  it('passes exactly the environment given', async () => {
    const environments: Record<string, string>[] = [
      { PATH },
      { PATH, A: 'it\'s\n$x `y` "z"', EMPTY: '', ÜMLAUT: 'ü', 'with.dot': '1', 'with-dash%%': '2' },
      {
        PATH,
        SHLVL: '7',
        PWD: '/nowhere',
        OLDPWD: '/old',
        IFS: 'x',
        LC_ALL: 'C.UTF-8',
        LANG: 'de_DE',
        TMOUT: '1',
      },
      {
        PATH,
        UID: '12',
        RANDOM: '4',
        SHELLOPTS: 'x',
        BASH_ENV: '/x',
        'BASH_FUNC_f%%': '() { :; }',
        BASHOPTS: 'y',
      },
      { PATH, swarm_argv: '1', swarm_late: 'false', HOME: '/h', PS4: 'p', LINENO: '9', POSIXLY_CORRECT: '1' },
      { PATH, B: '1' },
    ];
    for (const env of environments) {
      const { stdout } = await run(['env', '-0'], { env });
      const seen = Object.fromEntries(
        stdout
          .split('\0')
          .slice(0, -1)
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      expect(seen).toEqual(env);
    }
  });

  it('passes an empty environment', async () => {
    expect((await run(['/usr/bin/env'], { env: {} })).stdout).toBe('');
  });

  it('passes any environment', async () => {
    const value = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{1,10}$/).filter((text) => text !== '_');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 6 }), async (env) => {
        const { stdout } = await run(['/usr/bin/env', '-0'], { env });
        const lines = Object.entries(env).map(([key, text]) => `${key}=${Buffer.from(text).toString()}`);
        expect(stdout.split('\0').slice(0, -1).sort()).toEqual(lines.sort());
      }),
      { numRuns: 40 },
    );
  });

  it.each(['plain', 'with space', "quo'te", '-dash', 'new\nline', 'ünï🙂', '$(x)'])(
    'runs in a folder named %j, with files of that name',
    async (name) => {
      const cwd = join(dir, `${helper}`, name);
      mkdirSync(cwd, { recursive: true });
      const [stdin, stdoutFile, stderrFile] = ['in', 'out', 'err'].map((it) => join(cwd, `${name}.${it}`));
      writeFileSync(stdin!, 'given');
      const files = { stdin: stdin!, stdoutFile: stdoutFile!, stderrFile: stderrFile! };
      const result = await sh('cat; pwd; echo err >&2', { cwd, ...files });
      expect(result).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: '', stderr: '' });
      expect(readFileSync(stdoutFile!, 'utf8')).toBe(`given${cwd}\n`);
      expect(readFileSync(stderrFile!, 'utf8')).toBe('err\n');
    },
  );

  it('gives an empty standard input', async () => {
    expect(await run(['cat'])).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: '' });
  });

  it('says why a program could not start', async () => {
    const plain = join(dir, 'not-executable');
    writeFileSync(plain, '#!/bin/sh\n');
    chmodSync(plain, 0o644);
    const reasonOf = async (argv: string[], rest: Partial<RunRequest> = {}) => {
      const { exit } = await run(argv, rest);
      return exit.kind === 'not-started' ? exit.reason : exit;
    };
    expect(await reasonOf(['no-such-program'])).toBe('no-such-program: not found');
    expect(await reasonOf(['./no-such'])).toBe('./no-such: not found');
    expect(await reasonOf([''])).toBe(': not found');
    expect(await reasonOf([plain])).toBe(`${plain}: not executable`);
    expect(await reasonOf([dir])).toBe(`${dir}: is a folder`);
    expect(await reasonOf(['true'], { cwd: '/no/such' })).toBe('/no/such: no such folder');
    expect(await reasonOf(['true'], { cwd: plain })).toBe(`${plain}: not a folder`);
    expect(await reasonOf(['true'], { stdin: '/no/such' })).toBe("/no/such: can't be read");
    expect(await reasonOf(['true'], { stdoutFile: '/no/such/out' })).toBe("/no/such/out: can't be written");
    expect(await reasonOf([])).toBe('no program given');
    expect(await reasonOf(['echo', 'a\0b'])).toBe('an argument holds a NUL byte');
    expect(await reasonOf(['x.y'], { env: { 'a.b': '1' } })).toBe('x.y: not found');
  });

  it('tells 126 and 127 of a program from a program that could not start', async () => {
    expect((await sh('no-such-program')).exit).toEqual({ kind: 'exited', code: 127 });
    expect((await run(['bash', '-c', 'f() { exec no-such-program; }; f'])).exit).toEqual({
      kind: 'exited',
      code: 127,
    });
  });

  it('keeps head and tail of long output', async () => {
    const { stdout } = await sh('seq 1 100000', { outputCapBytes: 1000 });
    expect(stdout.startsWith('1\n2\n')).toBe(true);
    expect(stdout.endsWith('99999\n100000\n')).toBe(true);
    expect(stdout).toContain('bytes left out');
    expect(stdout.length).toBeLessThan(1100);
  });

  it('decodes what is no UTF-8', async () => {
    expect((await sh("printf 'a\\377b'")).stdout).toBe('a\ufffdb');
  });

  it('leaves signals at their defaults', async () => {
    const { stdout } = await sh('grep -E "^Sig(Blk|Ign)" /proc/self/status');
    expect(stdout).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  it('hands on no descriptor but the three streams', async () => {
    const inherited = spawnSync('ls', ['/proc/self/fd']).stdout.toString();
    const { stdout } = await run(['ls', '/proc/self/fd']); // The last one is its own, of the folder.
    expect(stdout).toBe(helper === 'native' ? '0\n1\n2\n3\n' : inherited);
  });

  it('runs a script without an interpreter line, as execvp does', async () => {
    const script = join(dir, `script-${helper}`);
    writeFileSync(script, 'echo "ran $1"\n', { mode: 0o755 });
    expect(await run(['sh', '-c', '"$0" x', script])).toMatchObject({ stdout: 'ran x\n' });
  });
});

it('runs 500 quick programs at once', async () => {
  const runner = createRunner();
  const results = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      runner.run({ argv: ['echo', String(i)], cwd: '/', timeLimitMs: 30_000 }),
    ),
  );
  expect(results.map(({ stdout }) => stdout)).toEqual(results.map((_, i) => `${i}\n`));
  await runner.close();
});

it('passes its own environment where none is given', async () => {
  const runner = createRunner({ jobs: 1, cookie: 'cookie' });
  const { stdout } = await runner.run({ argv: ['env', '-0'], cwd: '/' });
  const seen = stdout.split('\0').slice(0, -1).sort();
  const own = Object.entries(process.env).filter(([name]) => name !== '_');
  expect(seen).toEqual([...own.map(([name, value]) => `${name}=${value}`), 'SWARM_RUN=cookie.1'].sort());
  await runner.close();
});
