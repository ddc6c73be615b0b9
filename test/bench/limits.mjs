// `pnpm bench:limits`: what runners of tests do when a test leaves a process behind that holds its output, when the time for
// all is up, and when tests don't listen: lit, ctest and prove by themselves, and swarm with the same suites.
//
// Prints Markdown; `--write` puts it into docs/bench-limits.md. Exits with 1 where swarm calls a test passed that isn't, ends well with
// tests not run, or outlasts a budget by more than the grace of a kill.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdict } from './paired.mjs';

const swarm = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const root = mkdtempSync(join(tmpdir(), 'swarm-bench-limits-'));
const HELD_S = 12;
const LIMIT_S = 3;
const TESTS = 14;
const TOTAL_S = 8;
const LIT = readdirSync('/usr/lib')
  .filter((name) => name.startsWith('llvm-'))
  .map((name) => `/usr/lib/${name}/build/utils/lit/lit.py`)
  .at(-1);

/** The same tests, shell commands each, for every tool; a folder each, since they leave things behind. */
function suite(commands) {
  const dirs = {};
  for (const tool of ['lit', 'ctest', 'tap', 'scripts']) {
    const dir = mkdtempSync(join(root, `${tool}-`));
    dirs[tool] = dir;
    const file = (name, text) => {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), text);
    };
    for (const [i, command] of commands.entries()) {
      file(`sh/t${i}`, `${command}\n`);
      if (tool === 'lit') file(`t${i}.test`, `# RUN: sh %S/sh/t${i}\n`);
      if (tool === 'tap') file(`t/t${i}.t`, `echo 1..1\n. ./sh/t${i}\necho ok 1\n`);
    }
    if (tool === 'ctest')
      file('CTestTestfile.cmake', commands.map((_, i) => `add_test(t${i} sh "${dir}/sh/t${i}")\n`).join(''));
    if (tool === 'lit')
      file(
        'lit.cfg',
        'import lit.formats\nconfig.name="n"\nconfig.suffixes=[".test"]\nconfig.test_format=lit.formats.ShTest(True)\n',
      );
    const config = tool === 'scripts' ? '{glob: sh/*, run: "sh {}"}' : `{tool: ${tool}}`;
    file('swarm.config.yaml', `tests: {fraction: 100%, suites: [${config}]}\n`);
  }
  return dirs;
}

function timed(argv, cwd) {
  const began = performance.now();
  const done = spawnSync(argv[0], argv.slice(1), { cwd, encoding: 'utf8' });
  return {
    seconds: (performance.now() - began) / 1000,
    status: done.status,
    said: `${done.stdout}${done.stderr}`,
  };
}

/** Throws where the machine was too slow for anything to run. */
const sample = (cwd, ...args) => {
  const told = timed([process.execPath, swarm, 'sample-test', '--json', '--jobs', '2', ...args], cwd);
  const document = JSON.parse(told.said.slice(told.said.indexOf('{')).split('\n')[0]);
  if (document.counts === undefined) throw new Error(document.message);
  return { ...told, counts: document.counts };
};
const inWords = (status) => (status === 0 ? 'all is well (0)' : `not well (${status})`);

/** A test that passes, and leaves a process behind that holds its output. */
function heldOutput() {
  const dirs = suite([`sleep ${HELD_S} &`]);
  const limit = ['--time-limit', `${LIMIT_S}`];
  return [
    ['lit', timed(['python3', LIT, '-q', '.'], dirs.lit)],
    [`ctest --timeout ${LIMIT_S}`, timed(['ctest', '--timeout', `${LIMIT_S}`], dirs.ctest)],
    ['prove', timed(['prove', '-e', 'sh', 't/'], dirs.tap)],
    ['swarm, lit', sample(dirs.lit, ...limit)],
    ['swarm, ctest', sample(dirs.ctest, ...limit)],
    ['swarm, scripts', sample(dirs.scripts, ...limit)],
  ];
}

/** Tests that take longer together than there is time. */
function budget() {
  const dirs = suite(Array.from({ length: TESTS }, () => 'sleep 1.5'));
  const stopAt = new Date(Date.now() + TOTAL_S * 1000).toTimeString().slice(0, 8);
  const own = [
    ['lit --max-time', timed(['python3', LIT, '-j2', `--max-time=${TOTAL_S}`, '.'], dirs.lit)],
    ['ctest --stop-time', timed(['ctest', '-j2', '--stop-time', stopAt], dirs.ctest)],
  ].map(([name, told]) => [name, { ...told, passed: passedIn(told.said) }]);
  const ours = ['lit', 'ctest', 'scripts'].map((tool) => {
    const told = sample(dirs[tool], '--budget', `${TOTAL_S}s`);
    return [`swarm, ${tool}`, { ...told, passed: told.counts.pass }];
  });
  return [...own, ...ours];
}

const passedIn = (said) =>
  Number(/Passed *: (\d+)/.exec(said)?.[1] ?? (said.match(/ Passed /g) ?? []).length);

/** What a budget of ten seconds comes to. */
function tenSeconds() {
  const kinds = {
    'forty tests of 1.5 s': Array.from({ length: 40 }, () => 'sleep 1.5'),
    'and four that hang and ignore TERM': [
      ...Array.from({ length: 36 }, () => 'sleep 1.5'),
      ...Array.from({ length: 4 }, () => 'trap "" TERM INT HUP; while :; do sleep 100; done'),
    ],
  };
  return Object.entries(kinds).map(([name, commands]) => [
    name,
    sample(suite(commands).scripts, '--budget', '10s'),
  ]);
}

const markdown = ([head, ...rows]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

try {
  const held = heldOutput();
  const short = budget();
  const ten = tenSeconds();
  const text = `# Limits, beside other runners

Printed by \`pnpm bench:limits --write\` on a machine with ${availableParallelism()} cores that was not idle. Start and listing are in all times.

A test that passes and leaves a process behind, which holds its output for ${HELD_S} s (swarm's limit for a test: ${LIMIT_S} s):

${markdown([['', 'seconds', 'says'], ...held.map(([name, { seconds, status }]) => [name, seconds.toFixed(1), inWords(status)])])}

${TESTS} tests of 1.5 s, two at a time, in ${TOTAL_S} s:

${markdown([['', 'seconds', 'passed', 'says'], ...short.map(([name, { seconds, passed, status }]) => [name, seconds.toFixed(1), passed, inWords(status)])])}

\`swarm sample-test --budget 10s\`, two at a time:

${markdown([['', 'seconds', 'passed', 'not run', 'failed'], ...ten.map(([name, { seconds, counts }]) => [name, seconds.toFixed(1), counts.pass, counts.notRun, counts.fail])])}
`;
  console.log(text);
  if (process.argv.includes('--write'))
    writeFileSync(join(import.meta.dirname, '../../docs/bench-limits.md'), text);
  const ours = (rows) => rows.filter(([name]) => name.startsWith('swarm'));
  verdict('leaks that swarm calls well', ours(held).filter(([, { status }]) => status === 0).length, 0);
  verdict('short runs that swarm calls well', ours(short).filter(([, { status }]) => status === 0).length, 0);
  for (const [name, { seconds }] of ten) verdict(`--budget 10s, ${name}`, seconds, 10 + 1, ' s');
} finally {
  rmSync(root, { recursive: true, force: true });
}
