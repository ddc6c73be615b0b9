// The shim by itself: to the build it must look like the program that it stands for.

import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../../src/capture/record.js';
import { installShim, type Shim } from '../../src/capture/shim.js';
import { setShimMode, writeConfig } from '../../src/capture/shim-mode.js';
import type { Tool } from '../../src/capture/tools.js';
import { expandResponses } from '../../src/command/response.js';
import { environment, Project } from './project.js';

let project: Project;
let shim: Shim;
let records: string;
let count = 0;

/** Stands in for a compiler: prints its name and arguments, reads standard input, ends as asked. */
const PROGRAM = `#!/bin/sh
case "$1" in
exit) exit "$2" ;;
kill) kill -"$2" $$ ;;
sleep) echo ready; sleep 60 ;;
nested) exec cc exit 9 ;;
*) echo "$0" "$#" "$@"; echo "to stderr" >&2; exec cat ;;
esac
`;

const own = (name: string) => join(shim.place.folder, 'bin', name);
const shimmed = (argv: readonly string[], options: object = {}) =>
  spawnSync(own('cc'), argv, { encoding: 'utf8', input: '', cwd: project.dir, ...options });

beforeAll(async () => {
  project = Project.of({ 'real cc': PROGRAM });
  const tool = (name: string, family: Tool['family']): Tool => ({
    name,
    family,
    run: project.path('real cc'),
    own: name === 'cc' ? '/bin/echo' : project.path('real cc'),
    flags: [],
  });
  shim = await installShim({
    stateDir: project.path('.swarm'),
    oracle: 'cc',
    tools: [tool('cc', 'cc'), tool('ar', 'ar'), tool('ccache', 'launcher')],
    compilers: ['gcc'],
    runner: project.runner,
    env: environment(),
  });
});
afterAll(() => project.close());

/** Turn recording on, into a folder of its own. */
const record = (): void => {
  records = project.path(`records-${++count}`);
  mkdirSync(records);
  writeConfig(shim.place.folder, shim.tools, { kind: 'record', folder: records, sinceNs: 0n });
};

describe('the shim', () => {
  test('passes on arguments, standard streams and exit status unchanged', () => {
    record();
    const argv = ['-c', 'a b', '', "it's", '日本', '*', 'x.c'];
    const done = shimmed(argv, { input: 'typed' });
    expect(done.stdout).toBe(`${project.path('real cc')} 7 ${argv.join(' ')}\ntyped`);
    expect(done.stderr).toBe('to stderr\n');
    expect(shimmed(['exit', '3']).status).toBe(3);
    const [first, second] = readRun(records, 1);
    expect(first).toMatchObject({ tool: 'cc', family: 'cc', status: 0, argv, cwd: project.dir });
    expect(second).toMatchObject({ status: 3, argv: ['exit', '3'] });
  });

  test('dies of the same signal', () => {
    record();
    for (const signal of ['SEGV', 'KILL', 'ABRT']) {
      expect(shimmed(['kill', signal]).signal).toBe(`SIG${signal}`);
    }
    expect(readRun(records, 1).map((each) => each.status)).toEqual([-11, -9, -6]);
  });

  test('passes TERM on to the program and ends like it', async () => {
    record();
    const child = spawn(own('cc'), ['sleep'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
    expect(signal).toBe('SIGTERM');
  });

  test('works with an empty environment, by any link to it, and under a launcher', () => {
    record();
    expect(shimmed(['exit', '4'], { env: {} }).status).toBe(4);
    symlinkSync(own('cc'), project.path('cc'));
    expect(spawnSync(project.path('cc'), ['exit', '5']).status).toBe(5);
    expect(spawnSync(own('ccache'), ['/anywhere/cc', 'exit', '6']).status).toBe(6);
    expect(readRun(records, 1).map((each) => each.tool)).toEqual(['cc', 'cc', 'cc']);
  });

  test('gives the oracle the program of its own name when the oracle asks for that', () => {
    record();
    const path = `${join(shim.place.folder, 'bin')}:/usr/bin:/bin`;
    expect(shimmed(['nested'], { env: { PATH: path } }).stdout).toBe('exit 9\n');
    expect(readRun(records, 1)).toHaveLength(1);
  });

  test('records nothing when it is off', () => {
    record();
    setShimMode(shim.place.folder, { kind: 'off' });
    expect(shimmed(['exit', '7']).status).toBe(7);
    expect(readdirSync(records)).toEqual([]);
  });

  test('says what it could not run', () => {
    writeConfig(shim.place.folder, [{ ...shim.tools[0]!, run: '/no/such/cc' }], { kind: 'off' });
    const done = shimmed(['-c', 'x.c']);
    expect(done.status).toBe(127);
    expect(done.stderr).toBe('/no/such/cc: No such file or directory\n');
  });

  test('loses no more than the record that a kill cuts short', () => {
    record();
    for (const code of ['1', '2', '3']) shimmed(['exit', code]);
    const file = join(records, 'records');
    truncateSync(file, statSync(file).size - 1);
    expect(readRun(records, 1).map((each) => each.status)).toEqual([1, 2]);
  });

  test('keeps what a compilation made, also when that is written over at once', () => {
    record();
    const sizes = [0, 10, 300_000];
    for (const size of sizes) {
      writeFileSync(project.path('made.o'), 'x'.repeat(size));
      shimmed(['-c', 'made.c']);
    }
    writeFileSync(project.path('made.o'), 'something else');
    const kept = readRun(records, 1).map((each) => readFileSync(each.kept[0]!.kept, 'utf8'));
    expect(kept).toEqual(sizes.map((size) => 'x'.repeat(size)));
  });

  test('is compiled once for all trees, and again where the cache is of no use', async () => {
    const install = (tree: string, cache: string, cc: string) =>
      installShim({
        stateDir: project.path(tree),
        oracle: 'cc',
        tools: shim.tools,
        compilers: [cc],
        runner: project.runner,
        env: environment(),
        cache: project.path(cache),
      });
    const first = await install('one', 'cache', 'gcc');
    const second = await install('two', 'cache', 'false');
    const program = (of: Shim) => readFileSync(join(of.place.folder, 'shim'));
    expect(program(second).equals(program(first))).toBe(true);
    await expect(install('three', 'real cc', 'false')).rejects.toMatchObject({ code: 'no-shim' });
    await install('three', 'real cc', 'gcc');
  });

  test('reads response files as the rest of swarm does', () => {
    record();
    const word = fc.string({ unit: fc.constantFrom(...'ab\\\'" \t\n@-é'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        record();
        writeFileSync(project.path('inner.rsp'), words.join(' '));
        writeFileSync(project.path('outer.rsp'), `-c @inner.rsp "x y.c"`);
        shimmed(['@outer.rsp', '@missing.rsp', 'z.c']);
        const [made] = readRun(records, 1);
        expect(made?.argv).toEqual(expandResponses(['@outer.rsp', '@missing.rsp', 'z.c'], project.dir));
      }),
      { numRuns: 60 },
    );
  });
});
