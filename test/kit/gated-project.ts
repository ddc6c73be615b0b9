// A real program under git with a suite of its own, for the gate: the calculator of fixtures/programs, built by make, and a test
// file for each thing that it can do. Changes are commits on top of main.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, project } from './folder.ts';
import { FIXTURES } from './program.ts';
import { type Ended, type SwarmOptions, swarm } from './swarm.ts';

const TESTS: Readonly<Record<string, string>> = {
  add: '1/3 + 1/6',
  power: '2 ^ 3 ^ 2',
  modulo: '-7 % 3',
  hex: '0xff + 0b1010',
  absolute: 'abs(-3/4)',
  floor: 'floor(7/2)',
  factorial: 'fact(6)',
  gcd: 'gcd(84, 36)',
  greatest: 'max(1, 5, 3)',
  units: '2 h + 30 min',
  nothing: '1 / 0',
};

const RUN = `#!/bin/sh
# One test: what calc prints for it, beside what it should print.
out=\${TMPDIR:-/tmp}/calc-test.$$
build/calc <"$1" >"$out" 2>&1
cmp "$out" "\${1%.calc}.expected"
`;

const CONFIG = `tests:
  suites:
    - name: calc
      glob: 'tests/**/*.calc'
      run: sh tests/run.sh {}
  jobs: 2
gate:
  tests: ['tests/**']
  prepare: make -s CC=tcc
  preCommit: full
`;

export interface GatedProject extends Folder {
  git(...words: string[]): string;
  /** Commit a change of files (undefined: deleted) on top of main, on a branch of its own; the commit. */
  change(name: string, files: Readonly<Record<string, string | undefined>>): string;
  /** A file's text with a part of it replaced; throws when the part isn't there. */
  edited(file: string, from: string, to: string): string;
  gate(args: readonly string[], options?: SwarmOptions): Promise<Ended>;
}

/** Needs make and tcc. */
export function gatedProject(): GatedProject {
  // What a test puts beside the repository goes with it.
  const outer = project({ 'repo/x': '' }, 'swarm-gated-');
  rmSync(outer.path('repo', 'x'));
  const folder: Folder = {
    dir: outer.path('repo'),
    path: (...parts) => outer.path('repo', ...parts),
    write: (file, text) => outer.write(join('repo', file), text),
    read: (file) => outer.read(join('repo', file)),
    remove: outer.remove,
  };
  const calc = join(FIXTURES, 'programs', 'calc');
  for (const part of ['src', 'Makefile']) cpSync(join(calc, part), folder.path(part), { recursive: true });
  folder.write('tests/run.sh', RUN);
  folder.write('swarm.config.yaml', CONFIG);
  folder.write('.gitignore', 'build\n');
  for (const [name, line] of Object.entries(TESTS)) folder.write(`tests/${name}.calc`, `${line}\n`);
  execFileSync('make', ['-s', 'CC=tcc'], { cwd: folder.dir });
  for (const name of Object.keys(TESTS)) {
    const input = folder.read(`tests/${name}.calc`);
    const { stdout } = spawnSync('sh', ['-c', 'build/calc 2>&1'], { cwd: folder.dir, input });
    folder.write(`tests/${name}.expected`, stdout);
  }
  // A test that is red on main: it must not stop anyone.
  folder.write('tests/red.calc', '1 + 1\n');
  folder.write('tests/red.expected', '3\n');
  const git = (...words: string[]) =>
    execFileSync('git', words, {
      cwd: folder.dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ann');
  git('config', 'user.email', 'ann@example.com');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'begin');
  return {
    ...folder,
    git,
    change(name, files) {
      git('checkout', '--quiet', '-B', name, 'main');
      for (const [file, text] of Object.entries(files))
        if (text === undefined) git('rm', '--quiet', file);
        else {
          folder.write(file, text);
          git('add', '--force', file);
        }
      git('commit', '--quiet', '--no-verify', '-m', name);
      const commit = git('rev-parse', 'HEAD');
      git('checkout', '--quiet', 'main');
      return commit;
    },
    edited(file, from, to) {
      const text = folder.read(file);
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      return text.replace(from, () => to);
    },
    gate: (args, options = {}) =>
      swarm(['gate', ...args], {
        cwd: folder.dir,
        ...options,
        // No key of the machine's owner.
        env: { SWARM_GATE_KEY: folder.path('.git', 'no-key'), GITHUB_ACTIONS: undefined, ...options.env },
      }),
  };
}
