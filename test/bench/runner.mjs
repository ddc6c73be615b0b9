// `pnpm bench:runner`: what running tests costs beside the tests. 2,000 tests that do nothing, against `xargs -P`, which does nothing
// else, beside `prove -j`, `ctest -j` and lit; four times as many, where the start counts less; then a large suite: how long it takes to select from, and what memory it takes
// to run. Rounds in which all take their turn, since machines are noisy: the median of the ratios counts.
//
// --tests N, --large N, --ran N: how many tests in the first part, in the large suite, and how many of that are run.
// `--only speed|size`: one of the two. `--rounds N`, `--pause S`: on a machine that others need, fewer of them, with pauses. `--write` writes
// docs/bench-runner.md.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePage } from './page.mjs';
import { median, missing, verdict } from './paired.mjs';

const number = (value) => ({ type: 'string', default: String(value) });
const { values } = parseArgs({
  options: {
    tests: number(2000),
    large: number(100_000),
    ran: number(100_000),
    rounds: number(3),
    pause: number(0),
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const [TESTS, LARGE, RAN] = [values.tests, values.large, values.ran].map(Number);
const ROUNDS = Number(values.rounds);
const AIM = 0.8;
const JOBS = Math.max(2, availableParallelism());
const LIT = ['/usr/lib/llvm-15/build/utils/lit/lit.py', '/usr/bin/lit'].find((file) => existsSync(file));
const swarm = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const dir = mkdtempSync(join(tmpdir(), 'swarm-bench-runner-'));

/** Writes the same suite of so many tests for everybody. */
function writeSuite(tests) {
  mkdirSync(join(dir, 't'), { recursive: true });
  const names = Array.from({ length: tests }, (_, i) => `t/n${i}.t`);
  for (const name of names) writeFileSync(join(dir, name), 'echo 1..1\necho ok 1\n# RUN: true\n');
  writeFileSync(join(dir, 'list'), `${names.join('\n')}\n`);
  writeFileSync(join(dir, 'CTestTestfile.cmake'), names.map((name) => `add_test(${name} true)\n`).join(''));
  const config =
    'import lit.formats\nconfig.name="n"\nconfig.suffixes=[".t"]\nconfig.test_format=lit.formats.ShTest(True)\n';
  writeFileSync(join(dir, 't', 'lit.cfg'), config);
  writeFileSync(join(dir, 'swarm.config.yaml'), 'tests: {suites: [{glob: t/*.t, run: "true {}"}]}\n');
}

/** Wall time and processor time of a command and all that it started, in seconds. */
function measured(argv) {
  spawnSync('sleep', [values.pause]);
  const timing = ['bash', '-c', 'TIMEFORMAT="TIMES %R %U %S"; time "$@"', 'bash', ...argv];
  const done = spawnSync(timing[0], timing.slice(1), { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 28 });
  const [, wall, user, system] = /TIMES ([\d.]+) ([\d.]+) ([\d.]+)\n$/.exec(done.stderr ?? '') ?? [];
  if (done.status !== 0 || wall === undefined)
    throw new Error(
      `${argv.join(' ')}: ${done.error ?? done.status}\n${done.stdout?.slice(-500)}${done.stderr?.slice(-500)}`,
    );
  return { wall: Number(wall), processor: Number(user) + Number(system), ...done };
}

/** Where others have most of the processors, wall times say more about those. */
const MEASURE = loadavg()[0] > availableParallelism() + 1 ? 'processor' : 'wall';

const sample = (...args) => [process.execPath, swarm, 'sample-test', '--jobs', `${JOBS}`, ...args];
const OURS = ['swarm sample-test', sample('--fraction', '100%')];
const RIVALS = [
  [`prove -j${JOBS}`, ['prove', `-j${JOBS}`, '-Q', '-e', 'sh', 't/']],
  [`ctest -j${JOBS}`, ['ctest', `-j${JOBS}`, '-Q']],
  [`lit -j${JOBS}`, LIT === undefined ? undefined : ['python3', LIT, '-q', `-j${JOBS}`, 't']],
];

/** The table of all who run a suite of so many tests, and our ratio to xargs. */
function compared(tests, runners) {
  writeSuite(tests);
  const xargs = ['sh', '-c', `xargs -P${JOBS} -n1 true <list`];
  const rows = runners.map(() => []);
  const base = [];
  for (let round = 0; round < ROUNDS; round++) {
    base.push(measured(xargs));
    for (const [i, [name, argv]] of runners.entries()) {
      if (argv === undefined) continue;
      try {
        rows[i].push(measured(argv));
      } catch (error) {
        if (name.startsWith('swarm')) throw error;
      }
    }
  }
  const ratio = (row, measure) => median(row.map((it, round) => base[round][measure] / it[measure]));
  const cells = (name, row) => [
    name,
    tests,
    (tests / median(row.map(({ wall }) => wall))).toFixed(0),
    ratio(row, 'wall').toFixed(2),
    ratio(row, 'processor').toFixed(2),
  ];
  const table = [cells(`xargs -P${JOBS}`, base)];
  for (const [i, [name]] of runners.entries())
    if (rows[i].length === 0) missing(name, 'not here, or it failed');
    else table.push(cells(name, rows[i]));
  verdict(
    `${tests} tests, ${MEASURE} time against xargs, start and reports with it`,
    1 / ratio(rows[0], MEASURE),
    1 / AIM,
    'x',
  );
  return table;
}

function compareThroughput() {
  const head = ['', 'tests', 'tests a second', 'of xargs', 'of xargs, by processor time'];
  const table = [head, ...compared(TESTS, [OURS, ...RIVALS])];
  const starting = thrice(list, 'processor').toFixed(2);
  table.push(...compared(4 * TESTS, [OURS]));
  tell(
    'speed',
    `Tests that do nothing, ${JOBS} at a time, with start, listing and reports, ${ROUNDS === 1 ? 'one round each' : `medians of ${ROUNDS} rounds`}:`,
    markdown(table),
    `${MEASURE === 'wall' ? '' : 'The machine was not idle: read the last column. '}To reach: ${AIM} of xargs. For swarm, starting and listing ${TESTS} tests take ${starting} s of processor time.`,
  );
}

const start = () => measured([process.execPath, swarm, '--version']);
const thrice = (work, measure) => median([0, 1, 2].map(() => work()[measure]));
const list = () => measured(sample('--list', '--fraction', '100%'));

/** A large suite by a listing command, since making 100,000 files says more about the disk. */
function measureLarge() {
  const names = `seq -f 'd%.0f' 1 ${LARGE} | sed 's/^d\\(.*\\)\\(..\\)$/d\\2\\/t\\1\\2/'`;
  writeFileSync(
    join(dir, 'swarm.config.yaml'),
    `tests: {suites: [{name: large, list: ${JSON.stringify(names)}, run: "true {}"}]}\n`,
  );
  const peak =
    "data:text/javascript,process.on('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS+'\\n'))";
  const withPeak = (...args) => {
    const [node, ...rest] = sample(...args);
    const done = measured([node, '--import', peak, ...rest]);
    const document = JSON.parse(done.stdout);
    if (document.sample.total !== LARGE) throw new Error(`${document.sample.total} tests, not ${LARGE}`);
    return {
      ...done,
      document,
      peakMiB: Math.max(...[...done.stderr.matchAll(/PEAK (\d+)/g)].map((it) => Number(it[1]))) / 1024,
    };
  };
  const bare = thrice(start, MEASURE);
  const listed = thrice(() => measured(['sh', '-c', `${names} >/dev/null`]), MEASURE);
  const selected = thrice(() => withPeak('--list', '--json', '--fraction', '1%'), MEASURE);
  const selecting = selected - bare - listed;
  verdict(`selecting from ${LARGE} tests, without start and listing, ${MEASURE} time`, selecting, 1, 's');
  const runs = [RAN / 10, RAN].map((count) => {
    const ran = withPeak('--json', '--fraction', String(count / LARGE), '--junit', 'report.xml');
    const { counts } = ran.document;
    const reportMiB = statSync(join(dir, 'report.xml')).size / 2 ** 20;
    verdict(`peak memory of a run of ${counts.pass}`, ran.peakMiB, 300, ' MiB');
    return [counts.pass, ran.wall.toFixed(0), ran.peakMiB.toFixed(0), reportMiB.toFixed(1)];
  });
  tell(
    'size',
    `Selecting 1% of ${LARGE} tests: ${selected.toFixed(2)} s of ${MEASURE} time, of which swarm's start takes ${bare.toFixed(2)} s and the
listing command ${listed.toFixed(2)} s (to reach: 1 s for the rest). Running them, with a JUnit report (each Node process by itself,
the largest counts; to reach: 300 MiB):`,
    markdown([['tests run', 'seconds', 'peak memory, MiB', 'report, MiB'], ...runs]),
  );
}

function markdown([head, ...rows]) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const HEAD = `# Running tests: speed and memory

Printed by \`pnpm bench:runner --write\`: what running tests costs beside the tests themselves.`;
const parts = {};

/** Prints a part, and writes the page with it. */
function tell(part, ...paragraphs) {
  parts[part] = paragraphs.join('\n\n');
  console.log(parts[part]);
  if (values.write) writePage('bench-runner', HEAD, ['speed', 'size'], parts);
}

try {
  if (values.only !== 'size') compareThroughput();
  if (values.only !== 'speed') measureLarge();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
