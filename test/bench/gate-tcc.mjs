// `pnpm bench:gate-tcc`: the gate on a real product with a real suite: tcc, built from Debian's source, and GCC's torture tests. Changes
// that break or hide what passed, or meddle with what judges it, must be refused, each for its reason; honest ones must be allowed.
//
// --every N: only every Nth test (20); --write: put the table into docs/gate-on-tcc.md. Exits with 1 where the gate says another
// thing, with 3 where the sources aren't to be had.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sourceOf, unpack } from '../real/sources.mjs';
import { ALLOWED, REFUSED } from './gate-tcc-changes.mjs';
import { unpackTorture } from './torture-programs.mjs';

const { values } = parseArgs({
  options: { every: { type: 'string', default: '20' }, write: { type: 'boolean', default: false } },
});
const RUN = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const CONFIG = `tests:
  timeLimit: 20
  suites:
    - name: torture
      programs: tests/torture/*.c
      compile: sh verify/compile.sh {} {out}
      dir: .
gate:
  tests: ['tests/torture/**']
  prepare: ./configure --cc=gcc --extra-cflags=-O0 --prefix=/none >/dev/null && make -s tcc libtcc1.a >/dev/null
`;
const COMPILE =
  '#!/bin/sh\n# The compiler under test, as it was built here.\nexec ./tcc -B. -w -o "$2" "$1" -lm\n';

const source = sourceOf('tcc');
if (source.kind === 'missing') {
  console.error(`ERROR tcc: ${source.reason}`);
  process.exit(3);
}
const dir = mkdtempSync(join(tmpdir(), 'swarm-gate-tcc-'));
const top = join(dir, 'tcc');
const git = (...words) => execFileSync('git', words, { cwd: top, encoding: 'utf8', stdio: 'pipe' }).trim();
const read = (file) => readFileSync(join(top, file), 'utf8');
const write = (file, text) => {
  mkdirSync(dirname(join(top, file)), { recursive: true });
  writeFileSync(join(top, file), text);
};

/** A commit on top of main. */
function commit({ what, edits = [], files = () => ({}) }) {
  git('checkout', '--quiet', '--detach', 'main');
  for (const [file, from, to] of edits) {
    const text = read(file);
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    write(
      file,
      text.replace(from, () => to),
    );
  }
  for (const [file, text] of Object.entries(files(read)))
    if (text === undefined) git('rm', '--quiet', file);
    else {
      write(file, text);
      git('add', '--force', file);
    }
  git('add', '--update');
  git('commit', '--quiet', '-m', what);
  const id = git('rev-parse', 'HEAD');
  git('checkout', '--quiet', 'main');
  return id;
}

function gate(words, path = process.env.PATH) {
  const env = { ...process.env, PATH: path, SWARM_GATE_KEY: join(dir, 'no-key') };
  return spawnSync(process.execPath, [RUN, 'gate', ...words], { cwd: top, encoding: 'utf8', env });
}

const rows = [];
const missed = [];
function judge(what, done, expected) {
  const lines = done.stdout.split('\n');
  const first =
    lines.find((line) => line.startsWith('ERROR')) ?? lines.find((line) => /^[A-Z]+ /.test(line)) ?? '';
  const held = expected === undefined ? done.status === 0 : done.status === 1 && expected.test(done.stdout);
  if (!held) missed.push(`${what}: exit ${done.status}: ${done.stdout}${done.stderr}`);
  rows.push(
    `| ${what} | ${done.status === 0 ? 'allowed' : 'refused'} | ${first.replaceAll(`${dir}/`, '').slice(0, 170).replaceAll('|', '\\|')} |`,
  );
  console.error(`${held ? 'as it should be' : 'WRONG'}: ${what}: ${first}`);
}

/** A program of a name that the commands use, in a folder that PATH has first. */
function shadowed(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'make'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(folder, 'make'), 0o755);
  return `${folder}:${process.env.PATH}`;
}

try {
  unpack(source.tarball, top);
  const tests = unpackTorture(join(top, 'tests/torture'), Number(values.every), ['20000112-1.c', 'xor.c']);
  write('swarm.config.yaml', CONFIG);
  write('verify/compile.sh', COMPILE);
  // A test that is all about what one change breaks.
  write('tests/torture/xor.c', 'int main(void) { return (5 ^ 4) - 1; }\n');
  if (existsSync(join(top, '.git'))) rmSync(join(top, '.git'), { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ann');
  git('config', 'user.email', 'ann@example.com');
  git('add', '--all', '--force');
  git('commit', '--quiet', '-m', 'begin');
  const base = gate(['baseline', '--base', 'main']);
  console.error(`${tests} tests\n${base.stdout}${base.stderr}`);
  const check = (change, path) => gate(['check', '--commit', commit(change), '--base', 'main'], path);
  for (const change of REFUSED) judge(change.what, check(change), change.expect);
  const honest = ALLOWED[0];
  judge(
    'shadows make on PATH, from the working tree',
    check(honest, shadowed(join(top, '.git/tools'))),
    /^ERROR make: .* shadows /m,
  );
  judge(
    'puts another make first on PATH',
    check(honest, shadowed(join(dir, 'tools'))),
    /^ERROR make: .* is found first/m,
  );
  for (const change of ALLOWED) judge(change.what, check(change), undefined);
  const text = `# The gate on a real compiler

Printed by \`pnpm bench:gate-tcc --write\`: tcc, built by gcc from Debian's source, with every ${values.every}th of GCC's torture tests. Each change is a commit on
top of main. ${base.stdout.trim().split('\n').at(-1)}

| a change that | the gate | its first line |
|---|---|---|
${rows.join('\n')}
`;
  console.log(text);
  if (values.write) writeFileSync(new URL('../../docs/gate-on-tcc.md', import.meta.url), text);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
for (const miss of missed) console.error(`ERROR bench: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;
