// What a person or a script can get wrong, and what a machine can: each is told in one line on standard error, with the
// exit status of docs/exit-codes.md, and leaves nothing half-written behind.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { reportOf } from '../kit/report.ts';
import { type Ended, swarm } from '../kit/swarm.ts';

/** A program of two units that builds in a moment. */
const PROGRAM = {
  Makefile: 'prog: main.o sum.o\n\t$(CC) -o prog main.o sum.o\nclean:\n\trm -f *.o prog\n',
  'main.c': 'int sum(int, int);\nint main(void) { return sum(1, 2) != 3; }\n',
  'sum.c': 'int sum(int a, int b) { return a + b; }\n',
  other: '#!/bin/sh\nexec gcc -O1 -fno-omit-frame-pointer "$@"\n',
};
const BUILD = ['--build', 'make', '--clean', 'make clean'];
const COMMANDS = [...BUILD, '--test', './prog'];
const JOB = ['--target', './other', ...COMMANDS];
const tested = (test: string) => ['--target', './other', ...BUILD, '--test', test];

interface Problem {
  readonly schema: string;
  readonly code: string;
  readonly exit: number;
}

/** Bisect in a folder, which must give one problem; also with --json, which must tell the same as a document. */
async function problem(
  folder: Folder,
  args: readonly string[],
  wanted: { readonly exit: number; readonly code: string; readonly says: RegExp },
): Promise<void> {
  const plain = await swarm(['bisect', ...args], { cwd: folder.dir });
  const said = `${plain.stdout}\n${plain.stderr}`;
  expect([plain.code, plain.stdout], said).toEqual([wanted.exit, '']);
  const errors = plain.stderr.split('\n').filter((line) => line.startsWith('ERROR '));
  expect(errors, said).toEqual([expect.stringMatching(wanted.says)]);
  expect(plain.stderr.trimEnd().split('\n').length, said).toBeLessThanOrEqual(2);
  const json = await swarm(['bisect', '--json', ...args], { cwd: folder.dir });
  expect(json.code, json.stderr).toBe(wanted.exit);
  const document = json.json<Problem>();
  expect(document).toMatchObject({ schema: 'swarm.error/1', code: wanted.code, exit: wanted.exit });
  expect(json.stdout.trimEnd().split('\n')).toHaveLength(1);
  await expectNothingLeft(folder);
}

/** No process, no work folder, no file that was being written. */
async function expectNothingLeft({ dir }: Folder): Promise<void> {
  expect(await processesLeft(dir)).toEqual([]);
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const leftovers = names.filter((name) => /\.(draft|tmp|partial)$|\.swarm\/work\/./.test(name));
  expect(leftovers).toEqual([]);
}

describe.runIf(needs('gcc', 'make'))('a compiler that is no help', () => {
  test('is not there, or cannot be run', async () => {
    const folder = project({ ...PROGRAM, 'plain.txt': 'no program' });
    const says = (what: string, reason: string) => new RegExp(`^ERROR ${what}: ${reason}`);
    await problem(folder, ['--target', 'no-such-cc', ...COMMANDS], {
      exit: 3,
      code: 'no-compiler',
      says: says('target compiler no-such-cc', 'not found'),
    });
    await problem(folder, ['--target', './plain.txt', ...COMMANDS], {
      exit: 3,
      code: 'compiler-not-executable',
      says: says('target compiler .*plain.txt', 'not executable'),
    });
    await problem(folder, [...JOB, '--oracle', 'no-such-cc'], {
      exit: 3,
      code: 'no-oracle',
      says: says('oracle no-such-cc', ''),
    });
  });
});

describe.runIf(needs('gcc', 'make'))('a job with nothing to find', () => {
  test('the build fails with the oracle', async () => {
    const folder = project({ ...PROGRAM, 'sum.c': 'int sum(int a, int b) { return a + c; }\n' });
    await problem(folder, JOB, {
      exit: 5,
      code: 'oracle-build-fails',
      says: /^ERROR build with the oracle: /,
    });
  });

  test('nothing is compiled', async () => {
    const folder = project({ ...PROGRAM, Makefile: 'prog:\n\tcp other prog\nclean:\n\trm -f prog\n' });
    await problem(folder, JOB, {
      exit: 4,
      code: 'nothing-compiled',
      says: /^ERROR build: nothing was compiled/,
    });
  });

  test('the test fails with the oracle, or passes with the target', async () => {
    const folder = project(PROGRAM);
    const bad = await swarm(['bisect', ...tested('./prog && echo ERROR >&2 && exit 9')], {
      cwd: folder.dir,
    });
    expect([bad.code, bad.stderr]).toEqual([5, '']);
    expect(bad.stdout).toMatch(/^ERROR oracle-fails: .*\nnote: exit: exit status 9: ERROR\n/);
    const good = await swarm(['bisect', ...JOB], { cwd: folder.dir });
    expect([good.code, good.stderr]).toEqual([4, '']);
    expect(good.stdout).toMatch(/^PASS: /);
    const verdicts: [Ended, string][] = [
      [await swarm(['bisect', '--json', ...tested('false')], { cwd: folder.dir }), 'oracle-fails'],
      [await swarm(['bisect', '--json', ...JOB], { cwd: folder.dir }), 'target-passes'],
    ];
    for (const [ended, verdict] of verdicts) expect(reportOf(ended).verdict).toBe(verdict);
    await expectNothingLeft(folder);
  });
});

describe('what was typed', () => {
  const usage = (says: RegExp) => ({ exit: 2, code: 'usage', says });

  test('flags that are unknown, missing or out of range', async () => {
    const folder = project();
    await problem(folder, ['--tset', './prog'], usage(/^ERROR usage: .*--tset/));
    const nearest = await swarm(['bisect', '--tset', './prog'], { cwd: folder.dir });
    expect(nearest.stderr).toMatch(/next: did you mean --test\?/);
    await problem(folder, ['--target', 'tcc'], usage(/^ERROR usage: --test, --build missing/));
    await problem(folder, ['--units', 'names.txt'], usage(/^ERROR usage: --probe missing/));
    await problem(folder, [...JOB, '--jobs', '0'], usage(/^ERROR usage: --jobs takes 1 to 256/));
    await problem(folder, [...JOB, '--jobs', 'many'], usage(/^ERROR usage: .*"many" is not a number/));
    await problem(folder, [...JOB, '--confidence', '2', '--repeat', '0'], usage(/--confidence.*--repeat/));
  });

  test('flags that exclude each other', async () => {
    const folder = project({ 'names.txt': 'a\nb\n' });
    await problem(
      folder,
      ['--units', 'names.txt', '--probe', 'false', '--build', 'make'],
      usage(/--units.*--build|--build.*--units/),
    );
    await problem(
      folder,
      ['--units', 'names.txt', '--probe', 'false', '--test', 'true'],
      usage(/--units.*--test|--test.*--units|--probe.*--test|--test.*--probe/),
    );
    await problem(
      folder,
      [...JOB, '--compile-commands', 'x.json', '--link', 'make'],
      usage(/--compile-commands/),
    );
  });

  test('folders and files that are not there', async () => {
    const folder = project(PROGRAM);
    const absent = (says: RegExp) => ({ exit: 2, code: 'no-such-place', says });
    await problem(
      folder,
      [...JOB, '--dir', 'no/such/folder'],
      absent(/^ERROR --dir .*no\/such\/folder: no such folder/),
    );
    expect(readdirSync(folder.dir)).not.toContain('no');
    await problem(folder, [...JOB, '--expect-stdout', 'absent.txt'], {
      exit: 2,
      code: expect.any(String) as never,
      says: /^ERROR .*absent\.txt/,
    });
  });
});

describe('a config that cannot be meant', () => {
  const config = (text: string) => project({ 'swarm.config.yaml': text });
  const invalid = (says: RegExp) => ({ exit: 2, code: 'config-invalid', says });

  test('an unknown key is named with the nearest known one, all problems at once', async () => {
    const folder = config('bisect:\n  biuld: make\n  jobs: many\n  test: ./prog\n');
    await problem(
      folder,
      [],
      invalid(/^ERROR .*swarm\.config\.yaml:2: .*did you mean `build`\?.*swarm\.config\.yaml:3: /),
    );
  });

  test('broken YAML', async () => {
    await problem(
      config('bisect:\n  test: [a\n  build: "x\n'),
      [],
      invalid(/^ERROR .*swarm\.config\.yaml:\d+: /),
    );
  });
});

describe('a list of units', () => {
  const probe = (file: string, command = 'true') => ['--units', file, '--probe', command];

  test('cannot be read, lists a unit twice, is no text, weighs nothing', async () => {
    const folder = project({
      'twice.txt': 'a\nb\na\n',
      'weight.txt': 'a\theavy\n',
      'latin1.txt': Uint8Array.from([0x61, 0x0a, 0xe4, 0x0a]),
    });
    const list = (code: string, says: RegExp) => ({ exit: 2, code, says });
    await problem(folder, probe('absent.txt'), list('units-unreadable', /absent\.txt: .*no such file/));
    await problem(folder, probe('.'), list('units-unreadable', /it is a folder/));
    await problem(
      folder,
      probe('twice.txt'),
      list('units-duplicate', /twice\.txt:3: unit "a" is listed twice/),
    );
    await problem(folder, probe('latin1.txt'), list('units-unreadable', /latin1\.txt: .*not UTF-8/));
    await problem(folder, probe('weight.txt'), list('units-weight', /weight\.txt:1: weight "heavy"/));
  });

  test('has a probe that cannot be started', async () => {
    const folder = project({ 'names.txt': 'a\nb\n', 'plain.txt': 'no program' });
    const wanted = { exit: 3, code: 'probe-not-found', says: /^ERROR probe: cannot run `/ };
    await problem(folder, probe('names.txt', 'no-such-command {}'), wanted);
    await problem(folder, probe('names.txt', './plain.txt {}'), wanted);
  });
});

describe('a compilation database', () => {
  test('that is none', async () => {
    const folder = project({ 'broken.json': '[{"file": ', 'object.json': '{}', 'empty.json': '[]' });
    const job = ['--target', 'gcc', '--test', 'true', '--link', 'true', '--compile-commands'];
    for (const file of ['absent.json', 'broken.json', 'object.json'])
      await problem(folder, [...job, file], {
        exit: 2,
        code: 'bad-compile-commands',
        says: new RegExp(`^ERROR .*${file}`),
      });
    await problem(folder, [...job, 'empty.json'], {
      exit: 4,
      code: expect.any(String) as never,
      says: /^ERROR .*empty\.json/,
    });
  });
});
