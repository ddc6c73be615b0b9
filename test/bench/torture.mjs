// `pnpm bench:torture`: GCC's torture tests (about 1,600 C programs, from a Debian package like `gcc-12-source`) on tcc and pcc, with
// GCC as the oracle: a full run and all samples of one round by `swarm sample-test`, held against a plain shell loop. The sets of
// failures must be equal, and what a sample says of the whole suite must be true as often as it says.
//
// --targets tcc,pcc: which; --every N: only every Nth program; --windows N: samples; `--write` puts the table into
// docs/bench-torture.md. Exits with 1 where the sets differ, with 3 where the programs aren't there.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpackTorture } from './torture-programs.mjs';

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: 'tcc,pcc' },
    every: { type: 'string', default: '1' },
    windows: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});
const ORACLE = 'gcc';
const WINDOWS = Number(values.windows);
const LIMIT_S = 20;
const swarm = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const dir = mkdtempSync(join(tmpdir(), 'swarm-torture-'));

/** Nothing of ours: each program compiled and run in an empty folder, one after the other. Prints those that fail. */
const LOOP = String.raw`
for file in execute/*.c; do
  options=$(sed -n 's/.*{ *dg-\(additional-\)\{0,1\}options *{\{0,1\} *"\([^"]*\)" *}.*/\2/p' "$file" | tr '\n' ' ')
  rm -rf work; mkdir work
  timeout ${LIMIT_S} "$1" -w $options -o work/program "$file" -lm </dev/null >/dev/null 2>&1 &&
    (cd work && timeout ${LIMIT_S} ./program </dev/null >/dev/null 2>&1) || echo "$file"
done`;

function sh(script, ...args) {
  const done = spawnSync('sh', ['-c', script, 'sh', ...args], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (done.status === null) throw new Error(`${done.signal ?? done.error}`);
  return done.stdout;
}

/** A run of swarm: its document, and each failing test's kind. */
function sample(target, ...args) {
  const place = join(dir, `swarm-${target}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(dir, 'swarm.config.yaml'),
    `tests: {timeLimit: ${LIMIT_S}, suites: [{programs: execute/*.c, compile: "${target} -w {options} -o {out} {} -lm"}]}\n`,
  );
  const done = spawnSync(process.execPath, [swarm, 'sample-test', '--json', ...args], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (![0, 1].includes(done.status)) throw new Error(`swarm: ${done.status}: ${done.stderr}${done.stdout}`);
  const document = JSON.parse(done.stdout);
  const kinds = new Map();
  for (const line of readFileSync(join(dir, document.log), 'utf8').split('\n').slice(1)) {
    if (line === '') continue;
    const { id, outcome } = JSON.parse(line);
    if (outcome.kind === 'fail') kinds.set(id, outcome.failure);
  }
  return { document, kinds };
}

const sorted = (items) => [...items].sort();
const same = (a, b) => sorted(a).join('\n') === sorted(b).join('\n');
const missed = [];
const check = (what, holds) => void (holds || missed.push(what));

/** One target: the loop, a full run, and one window for each of as many agents. */
function examine(target) {
  const looped = sh(LOOP, target).split('\n').filter(Boolean);
  const full = sample(target, '--fraction', '100%');
  const failures = [...full.kinds.keys()];
  check(
    `${target}: the loop and the full run differ: ${sorted(failures.filter((id) => !looped.includes(id)))} / ${sorted(looped.filter((id) => !failures.includes(id)))}`,
    same(looped, failures),
  );
  const seen = [];
  let [ran, bounds] = [0, 0];
  for (let agent = 1; agent <= WINDOWS; agent++) {
    const { document, kinds } = sample(
      target,
      '--fraction',
      `${100 / WINDOWS}%`,
      '--agent',
      `${agent}/${WINDOWS}`,
    );
    seen.push(...kinds.keys());
    ran += document.inference.ran;
    if (document.inference.failingAtMost >= failures.length) bounds += 1;
  }
  check(
    `${target}: the samples together are not the full run`,
    same(seen, failures) && ran === full.document.sample.total,
  );
  console.error(
    `${target}: ${failures.length} failures, ${looped.length} by the loop, ${seen.length} in samples`,
  );
  return { target, failures, kinds: full.kinds, bounds };
}

function row({ target, failures, kinds, bounds }, oracle) {
  const count = (...names) => [...kinds.values()].filter((kind) => names.includes(kind)).length;
  const own = failures.filter((id) => !oracle.kinds.has(id));
  return [
    target,
    failures.length,
    count('compile'),
    count('crash'),
    count('exit'),
    count('timeout'),
    own.length,
    `${bounds} of ${WINDOWS}`,
  ];
}

try {
  const total = unpackTorture(join(dir, 'execute'), Number(values.every));
  const oracle = examine(ORACLE);
  const targets = values.targets.split(',').map(examine);
  const head = [
    'compiler',
    'fail',
    'not compiled',
    'crash',
    'exit',
    'hang',
    'where GCC passes',
    'bounds true',
  ];
  const rows = [head, head.map(() => '---'), ...[oracle, ...targets].map((it) => row(it, oracle))];
  const text = `# GCC's torture tests

Printed by \`pnpm bench:torture --write\`: the ${total} programs of \`gcc.c-torture/execute\`, compiled and run, ${availableParallelism()} at a time. For each
compiler the failures of a full run of \`swarm sample-test\` and those of ${WINDOWS} agents' samples of one round, taken together, are the same
set that a plain shell loop finds. "Bounds true": in how many of the samples at most as many tests of the suite fail as the sample said (at 95%).

${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
  console.log(text);
  if (values.write && missed.length === 0 && values.every === '1')
    writeFileSync(join(import.meta.dirname, '../../docs/bench-torture.md'), text);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
for (const miss of missed) console.error(`ERROR torture tests: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;
