// The search over functions. How many probes find what is planted in a unit of 1,000 functions, beside the bound and what is to be
// reached over units; and what a probe of SQLite's amalgamation takes beyond its link and its test.
//
//   node test/bench/functions.mjs [--seeds 5] [--pairs 11] [probes|sqlite]

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { captureBuild, openBisection } from '../../packages/build/dist/index.js';
import { Cancellation, Selection } from '../../packages/core/dist/index.js';
import { createRunner } from '../../packages/host/dist/index.js';
import { median, verdict } from './paired.mjs';
import { plant, randomFrom } from './planted-search.mjs';
import { PROGRAMS } from './selections.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '11' },
  },
});
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const COUNT = 1000;

/** What is hidden, and how many probes are to be enough for so many units. */
const HIDDEN = [
  { name: '1 function', sizes: [1], reach: 13 },
  { name: '5 functions', sizes: Array(5).fill(1), reach: 54 },
  { name: '1 pair', sizes: [2], reach: 24 },
  { name: '1 triple', sizes: [3], reach: 35 },
  { name: '3 functions and 2 pairs', sizes: [1, 1, 1, 2, 2], reach: 78 },
];
/** Before the search: the units as a whole, all of the unit's parts from the oracle, all from the target. */
const TAKING_APART = 3;

/** A program of one unit: main prints what each of 1,000 functions gives. */
function writeThousand(dir) {
  const numbers = Array.from({ length: COUNT }, (_, i) => i);
  const functions = numbers.map(
    (i) => `static int step_${i}(int x) { return x * ${(i % 7) + 2} + ${i + 1}; }\n`,
  );
  const calls = numbers.map((i) => `  printf("%d\\n", step_${i}(x));\n`);
  const text = ['#include <stdio.h>\n', ...functions, 'int main(int x) {\n', ...calls, '  return 0;\n}\n'];
  writeFileSync(join(dir, 'all.c'), text.join(''));
  writeFileSync(join(dir, 'expected.out'), numbers.map((i) => `${(i % 7) + 2 + i + 1}\n`).join(''));
}

/** Sets of functions as rows of the planted-fault compiler. */
const rowsOf = (sets) =>
  sets.flatMap((set, number) =>
    set.length === 1
      ? [`all.c step_${set[0]} constant from=${set[0] + 1}`]
      : set.map((i, member) => `all.c step_${i} ${member === 0 ? 'crash' : 'mark'} set=set${number}`),
  );

/** Bisects one program; its probes, bound and whether it found what was planted. */
function searched(dir, sizes, seed) {
  const { sets } = plant(COUNT, sizes, seed);
  writeFileSync(join(dir, 'faults'), `${rowsOf(sets).join('\n')}\n`);
  const sides = [
    '--target',
    at('fixtures/faultcc/faultcc'),
    '--target-flags',
    '-O1 -ffaults=faults',
    '--oracle',
    'gcc',
  ];
  const job = [
    '--build',
    'gcc all.c -o all',
    '--clean',
    'rm -f all',
    '--test',
    './all',
    '--expect-stdout',
    'expected.out',
  ];
  const argv = ['bisect', '--json', '--no-labels', '--level', 'function', '--jobs', '1', ...sides, ...job];
  const done = spawnSync(process.execPath, [at('packages/cli/bin/run.js'), ...argv], {
    cwd: dir,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`exit ${done.status}: ${done.stdout}${done.stderr}`);
  const { culprits, stats } = JSON.parse(done.stdout);
  const named = (members) => [...members].sort().join(' ');
  const found = culprits.map(({ members }) => named(members)).sort();
  const wanted = sets.map((set) => named(set.map((i) => `all.c:step_${i}`))).sort();
  return { probes: stats.probes, bound: stats.bound, isRight: found.join() === wanted.join() };
}

/** A table of probes. */
function thousand() {
  const dir = mkdtempSync(join(tmpdir(), 'swarm-bench-functions-'));
  try {
    writeThousand(dir);
    const rows = HIDDEN.map(({ name, sizes, reach }) => {
      const runs = Array.from({ length: Number(values.seeds) }, (_, seed) => searched(dir, sizes, seed + 1));
      const mean = runs.reduce((sum, { probes }) => sum + probes, 0) / runs.length;
      const right = runs.filter(({ isRight }) => isRight).length;
      verdict(`${name} of 1,000 in one unit, probes beyond taking it apart`, mean - TAKING_APART, reach);
      if (right < runs.length) process.exitCode = 1;
      return `| ${name} | ${runs[0].bound.toFixed(1)} | ${reach} | ${mean.toFixed(1)} | ${right} of ${runs.length} |`;
    });
    const head =
      '| hidden among 1,000 functions | lower bound | to reach over units | probes, mean | right |';
    return [head, '|---|---|---|---|---|', ...rows].join('\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a probe of SQLite takes beside the same link and test by hand, in turn. */
async function sqlite() {
  const base = mkdtempSync(join(tmpdir(), 'swarm-bench-sqlite-'));
  const runner = createRunner();
  const side = (...flags) => ({ command: 'gcc', flags });
  try {
    const [dir, bare] = ['program', 'bare'].map((name) => join(base, name));
    const { prepare, job } = PROGRAMS.sqlite;
    prepare(dir);
    mkdirSync(bare);
    const [compile, link] = [
      'gcc -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -c',
      'gcc sqlite3.o shell.o -o sqlite -lm',
    ];
    execFileSync('sh', ['-c', `${compile} ${dir}/sqlite3.c ${dir}/shell.c && cp ${dir}/exercise.sql .`], {
      cwd: bare,
    });
    const capture = {
      dir,
      ...job,
      oracle: { cc: 'gcc', flags: [] },
      runner,
      env: process.env,
      stateDir: join(base, 'state'),
      log: () => {},
    };
    const plan = await captureBuild(capture);
    const sides = { target: side('-fstack-protector-all'), oracle: side() };
    const session = await openBisection(plan, {
      ...sides,
      test: job.test,
      dir,
      jobs: 1,
      stateDir: capture.stateDir,
    });
    try {
      const { outcome } = await session.baseline();
      if (outcome.kind !== 'pass') throw new Error(JSON.stringify(outcome));
      const { splits } = await session.functions.split(plan.units.map(({ id }) => id));
      const scope = session.functions.scope(splits, []);
      const random = randomFrom(1);
      const timed = async (work) => {
        const start = performance.now();
        await work();
        return performance.now() - start;
      };
      const rows = [];
      for (let i = -2; i < Number(values.pairs); i++) {
        const members = scope.units.flatMap((_, unit) => (random() < 0.5 ? [unit] : []));
        const selection = Selection.of(scope.units.length, members);
        const probeMs = await timed(async () => {
          const answer = await scope.prober(
            { selection, attempt: 0, purpose: 'explore' },
            new Cancellation(),
          );
          if (answer.outcome.kind !== 'pass' || answer.reused) throw new Error(JSON.stringify(answer));
        });
        const bareMs = await timed(async () => {
          const { exit } = await runner.run({ argv: ['sh', '-c', `${link} && ${job.test}`], cwd: bare });
          if (exit.code !== 0) throw new Error(JSON.stringify(exit));
        });
        if (i >= 0) rows.push({ probeMs, bareMs });
      }
      const [probeMs, bareMs] = ['probeMs', 'bareMs'].map((key) => median(rows.map((row) => row[key])));
      const added = median(rows.map((row) => row.probeMs - row.bareMs));
      verdict(
        `a probe of SQLite's ${scope.units.length} functions, beyond its link and test`,
        added,
        1000,
        ' ms',
      );
      return `A probe over SQLite's ${scope.units.length} functions takes ${probeMs.toFixed(0)} ms, its link and test by hand ${bareMs.toFixed(0)} ms: ${added.toFixed(0)} ms more (the medians of ${rows.length}, in turn; it may be 1,000 ms).`;
    } finally {
      await session.close();
    }
  } finally {
    await runner.close();
    rmSync(base, { recursive: true, force: true });
  }
}

const PARTS = { probes: thousand, sqlite };
for (const [name, measure] of Object.entries(PARTS))
  if (positionals.length === 0 || positionals.includes(name)) console.log(`\n${await measure()}\n`);
