// `pnpm bench:runner`: what running tests costs beside the tests. 2,000 tests that do nothing, against `xargs -P`, which does nothing
// else, beside `prove -j`, `ctest -j` and lit; then a large suite: how long it takes to select from, and what memory it takes
// to run. Rounds in which all take their turn, since machines are noisy: the median of the ratios counts.
//
// --tests N, --large N, --ran N: how many tests in the first part, in the large suite, and how many of that are run.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, missing, verdict } from './paired.mjs';

const number = (value) => ({ type: 'string', default: String(value) });
const { values } = parseArgs({
  options: { tests: number(2000), large: number(100_000), ran: number(20_000) },
});
const [TESTS, LARGE, RAN] = [values.tests, values.large, values.ran].map(Number);
const ROUNDS = 3;
const JOBS = Math.max(2, availableParallelism());
const LIT = ['/usr/lib/llvm-15/build/utils/lit/lit.py', '/usr/bin/lit'].find((file) => existsSync(file));
const swarm = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const dir = mkdtempSync(join(tmpdir(), 'swarm-bench-runner-'));

/** Writes the same suite for everybody. */
function writeSuite() {
  mkdirSync(join(dir, 't'));
  const names = Array.from({ length: TESTS }, (_, i) => `t/n${i}.t`);
  for (const name of names) writeFileSync(join(dir, name), 'echo 1..1\necho ok 1\n# RUN: true\n');
  writeFileSync(join(dir, 'list'), `${names.join('\n')}\n`);
  writeFileSync(join(dir, 'CTestTestfile.cmake'), names.map((name) => `add_test(${name} true)\n`).join(''));
  const config =
    'import lit.formats\nconfig.name="n"\nconfig.suffixes=[".t"]\nconfig.test_format=lit.formats.ShTest(True)\n';
  writeFileSync(join(dir, 't', 'lit.cfg'), config);
  writeFileSync(join(dir, 'swarm.config.yaml'), 'tests: {suites: [{glob: t/*.t, run: "true {}"}]}\n');
}

function seconds(argv) {
  const start = performance.now();
  const done = spawnSync(argv[0], argv.slice(1), { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error !== undefined || done.status !== 0)
    throw new Error(
      `${argv.join(' ')}: ${done.error ?? done.status}\n${done.stdout?.slice(-500)}${done.stderr?.slice(-500)}`,
    );
  return { seconds: (performance.now() - start) / 1000, ...done };
}

const sample = (...args) => [process.execPath, swarm, 'sample-test', '--jobs', `${JOBS}`, ...args];
const RIVALS = [
  ['swarm sample-test', sample('--fraction', '100%')],
  [`prove -j${JOBS}`, ['prove', `-j${JOBS}`, '-Q', '-e', 'sh', 't/']],
  [`ctest -j${JOBS}`, ['ctest', `-j${JOBS}`, '-Q']],
  [`lit -j${JOBS}`, LIT === undefined ? undefined : ['python3', LIT, '-q', `-j${JOBS}`, 't']],
];

function compareThroughput() {
  const xargs = ['sh', '-c', `xargs -P${JOBS} -n1 true <list`];
  const rows = RIVALS.map(() => []);
  const base = [];
  for (let round = 0; round < ROUNDS; round++) {
    base.push(seconds(xargs).seconds);
    for (const [i, [name, argv]] of RIVALS.entries()) {
      if (argv === undefined) continue;
      try {
        rows[i].push(seconds(argv).seconds);
      } catch (error) {
        if (name.startsWith('swarm')) throw error;
      }
    }
  }
  console.log(`     ${TESTS} tests that do nothing, ${JOBS} at a time, median of ${ROUNDS} rounds`);
  console.log(`     ${`xargs -P${JOBS}`.padEnd(20)} ${(TESTS / median(base)).toFixed(0).padStart(6)}/s`);
  for (const [i, [name]] of RIVALS.entries()) {
    if (rows[i].length === 0) {
      missing(name, 'not here, or it failed');
      continue;
    }
    const ratio = median(rows[i].map((time, round) => base[round] / time));
    const rate = (TESTS / median(rows[i])).toFixed(0).padStart(6);
    console.log(`     ${name.padEnd(20)} ${rate}/s   ${ratio.toFixed(2)} of xargs`);
  }
  const shares = rows[0].map((time, round) => time / base[round]);
  verdict('time against xargs, start and reports with it', median(shares), 1 / 0.8, 'x');
}

/** A large suite by a listing command, since making 100,000 files says more about the disk. */
function measureLarge() {
  const list = `seq -f 'd%.0f' 1 ${LARGE} | sed 's/^d\\(.*\\)\\(..\\)$/d\\2\\/t\\1\\2/'`;
  writeFileSync(
    join(dir, 'swarm.config.yaml'),
    `tests: {suites: [{name: large, list: ${JSON.stringify(list)}, run: "true {}"}]}\n`,
  );
  const peak =
    "data:text/javascript,process.on('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS+'\\n'))";
  const withPeak = (...args) => {
    const [node, ...rest] = sample(...args);
    const done = seconds([node, '--import', peak, ...rest]);
    const document = JSON.parse(done.stdout);
    if (document.sample.total !== LARGE) throw new Error(`${document.sample.total} tests, not ${LARGE}`);
    return {
      ...done,
      document,
      peakMiB: Math.max(...[...done.stderr.matchAll(/PEAK (\d+)/g)].map((it) => Number(it[1]))) / 1024,
    };
  };
  const bare = median(
    [0, 1, 2].map(() => seconds(sample('--version').slice(0, 2).concat('--version')).seconds),
  );
  const listed = seconds(['sh', '-c', `${list} >/dev/null`]).seconds;
  const selected = median([0, 1, 2].map(() => withPeak('--list', '--json', '--fraction', '1%').seconds));
  console.log(
    `     of ${LARGE} tests: ${selected.toFixed(2)}s in all, ${bare.toFixed(2)}s of it swarm's start, ${listed.toFixed(2)}s the listing`,
  );
  verdict(`selecting from ${LARGE} tests, without start and listing`, selected - bare - listed, 1, 's');
  const fraction = String(RAN / LARGE);
  const ran = withPeak('--json', '--fraction', fraction, '--junit', 'report.xml');
  const { counts } = ran.document;
  console.log(`     ${counts.pass} of ${LARGE} run in ${ran.seconds.toFixed(1)}s, with a JUnit report`);
  verdict(`peak memory of a run of ${counts.pass}`, ran.peakMiB, 300, ' MiB');
}

try {
  writeSuite();
  compareThroughput();
  measureLarge();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
