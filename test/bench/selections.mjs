// No false accusation: random selections of functions, with a target that is right, must all pass or be unresolved with a
// reason. `node test/bench/selections.mjs [COUNT] [SEED] [PROGRAM...]` tries COUNT of them (2,000) over the fixture and three real programs,
// gcc -O0 against gcc -O2 and clang against gcc, and exits 1 when one fails. Lua, cmark and SQLite come from Debian's sources. With
// SELECTIONS_THROUGH='nice -n 19', say, each piece of it is run by that command.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureBuild, openBisection } from '../../packages/build/dist/index.js';
import { Cancellation, Selection } from '../../packages/core/dist/index.js';
import { createRunner } from '../../packages/host/dist/index.js';
import { sourceOf, unpack } from '../real/sources.mjs';

/**
 * Try `count` random selections of a program's functions. A job is `{dir, build, clean, test, expectStdout?}`, a side
 * `{command, flags}`. Gives counts, what failed, and which units were not taken apart.
 */
export async function trySelections(job, { target, oracle }, count, seed = 1) {
  const state = mkdtempSync(join(tmpdir(), 'swarm-selections-'));
  const runner = createRunner();
  try {
    const oracleSide = { cc: oracle.command, flags: oracle.flags };
    const env = process.env;
    const { dir, build, clean, test, expectStdout } = job;
    const capture = { dir, build, clean, oracle: oracleSide, runner, env, stateDir: state, log: () => {} };
    const plan = await captureBuild(capture);
    const session = await openBisection(plan, {
      target,
      oracle,
      test,
      dir,
      jobs: job.jobs ?? 2,
      stateDir: state,
      ...(expectStdout ? { expectStdout } : {}),
    });
    try {
      return await ask(session, plan, count, randomFrom(seed), job.note ?? (() => {}));
    } finally {
      await session.close();
    }
  } finally {
    await runner.close();
    rmSync(state, { recursive: true, force: true });
  }
}

async function ask(session, plan, count, random, note) {
  const baseline = await session.baseline();
  if (baseline.outcome.kind !== 'pass')
    throw new Error(`the oracle fails: ${JSON.stringify(baseline.outcome)}`);
  const { splits, unsplit } = await session.functions.split(plan.units.map(({ id }) => id));
  const scope = session.functions.scope(splits, []);
  const result = {
    units: splits.length,
    unsplit,
    functions: scope.units.length,
    pass: 0,
    unresolved: [],
    fail: [],
  };
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const i = next++;
      const share = [1, 0, 0.5, 0.9, 0.1, 0.5, 0.02][i % 7];
      const members = scope.units.flatMap((_, unit) => (random() < share ? [unit] : []));
      const probe = { selection: Selection.of(scope.units.length, members), attempt: 0, purpose: 'explore' };
      const { outcome } = await scope.prober(probe, new Cancellation());
      if (outcome.kind === 'pass') result.pass += 1;
      else result[outcome.kind].push({ members: members.map((unit) => scope.units[unit].id), outcome });
      note(i + 1, result);
    }
  };
  await Promise.all([worker(), worker()]);
  return result;
}

/** Numbers in 0..1 from a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const gcc = (...flags) => ({ command: 'gcc', flags });
const clang = (...flags) => ({ command: 'clang', flags });
const PAIRS = [
  ['gcc -O0 for gcc -O2', { target: gcc('-O0'), oracle: gcc('-O2') }],
  ['clang -O2 for gcc -O2', { target: clang('-O2'), oracle: gcc('-O2') }],
];

/** Programs with the share of the selections that each gets; sources are put into a folder. */
export const PROGRAMS = {
  constructs: {
    share: 0.5,
    prepare: (dir) => cpSync(join(root, 'fixtures/programs/constructs'), dir, { recursive: true }),
    job: { build: 'make -j2 CC=gcc', clean: 'make clean', test: 'build/constructs' },
  },
  lua: {
    share: 0.2,
    prepare(dir) {
      unpack(tarball('lua5.4'), dir);
      cpSync(join(root, 'test/real/lua/exercise.lua'), join(dir, 'exercise.lua'));
    },
    job: {
      build: 'make -j2 -C src linux-noreadline CC=gcc CFLAGS="-std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX"',
      clean: 'make -C src clean',
      test: 'src/lua exercise.lua',
    },
  },
  cmark: {
    share: 0.2,
    prepare: (dir) => unpack(tarball('cmark'), dir),
    job: {
      build:
        'cmake -S . -B build -DCMARK_SHARED=OFF -DCMARK_TESTS=OFF -DCMAKE_C_FLAGS_RELEASE= && cmake --build build -j2',
      clean: 'rm -rf build',
      test: 'for f in html xml man latex commonmark; do build/src/cmark -t $f test/spec.txt || exit; done',
    },
  },
  sqlite: {
    share: 0.1,
    prepare(dir) {
      unpack(tarball('sqlite3'), dir);
      const make = './configure --disable-tcl && make sqlite3.c shell.c';
      execFileSync('sh', ['-c', make], { cwd: dir, stdio: 'pipe' });
      writeFileSync(join(dir, 'exercise.sql'), SQL);
    },
    job: {
      build: 'gcc -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION sqlite3.c shell.c -o sqlite -lm',
      clean: 'rm -f sqlite',
      test: './sqlite < exercise.sql',
    },
  },
};

const SQL = `create table t(a integer primary key, b text, c real);
with recursive n(x) as (select 1 union all select x+1 from n where x<200)
  insert into t select x, printf('row %d', x*7%13), x/3.0 from n;
create index tb on t(b);
select b, count(*), round(sum(c),3), group_concat(a,'-') from t group by b order by 2 desc, 1 limit 4;
select upper(substr(b,2,3)), hex(b), replace(b,'r','R') from t where a in (3,5);
select printf('%08.3f|%-6s|%x', 3.14159, 'ab', 255), date('2020-02-28','+2 days'), json_extract('{"a":[1,{"b":7}]}','$.a[1].b');
select a, rank() over (partition by b order by c desc) from t where a<8;
begin; delete from t where a%3=0; savepoint s; delete from t; rollback to s; commit;
select count(*), round(total(c),2), avg(a) from t;
create trigger tr after insert on t begin update t set c=0 where a=new.a; end;
insert into t values(1000,'new',5); select c from t where a=1000;
pragma integrity_check; vacuum; select count(*) from sqlite_master;
`;

function tarball(name) {
  const source = sourceOf(name);
  if (source.kind === 'missing') throw new Error(`${name}: ${source.reason}`);
  return source.tarball;
}

/** What the program prints when all of it comes from the oracle. */
function expected(dir, { build, clean, test }) {
  const sh = (line) =>
    execFileSync('sh', ['-c', line], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  sh(build);
  const file = join(dir, 'expected.out');
  const output = sh(test);
  sh(clean);
  writeFileSync(file, output);
  return file;
}

/** A program and a pair of sides: one piece of the whole. Gives its line, and what has to be said more. */
async function tryPiece(name, what, asked, seed) {
  const { prepare, job } = PROGRAMS[name];
  const sides = new Map(PAIRS).get(what);
  const dir = mkdtempSync(join(tmpdir(), `swarm-${name}-`));
  try {
    prepare(dir);
    const expectStdout = expected(dir, job);
    const result = await trySelections({ dir, ...job, expectStdout }, sides, asked, seed);
    const { units, unsplit, functions, pass, fail, unresolved } = result;
    const tried = { selections: asked, pass, fail: fail.length, unresolved: unresolved.length };
    const said = `${pass} pass, ${fail.length} fail, ${unresolved.length} unresolved`;
    const lines = [
      `${name}, ${what}: ${functions} functions of ${units} units, ${asked} selections: ${said}`,
      ...unsplit.map(({ unit, reason }) => `  ${unit} is not taken apart: ${reason}`),
      ...[...fail, ...unresolved]
        .slice(0, 3)
        .map(
          ({ members, outcome }) =>
            `  ${JSON.stringify(outcome)} with ${members.length}: ${members.slice(0, 20).join(' ')}`,
        ),
    ];
    return { tried, lines };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The same through a command that runs it: a process of its own, which prints the piece as JSON. */
function pieceThrough(words, piece) {
  const argv = [...words, process.execPath, fileURLToPath(import.meta.url), '--piece', ...piece.map(String)];
  const stdio = ['ignore', 'pipe', 'inherit'];
  return JSON.parse(execFileSync(argv[0], argv.slice(1), { stdio, encoding: 'utf8' }));
}

async function main(count, seed, names) {
  const through = (process.env.SELECTIONS_THROUGH ?? '').split(' ').filter((word) => word !== '');
  const all = { selections: 0, pass: 0, fail: 0, unresolved: 0 };
  for (const [name, { share }] of Object.entries(PROGRAMS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const [what] of PAIRS) {
      const piece = [name, what, Math.round((count * share) / PAIRS.length), seed];
      const { tried, lines } = through.length > 0 ? pieceThrough(through, piece) : await tryPiece(...piece);
      for (const line of lines) console.log(line);
      for (const key of Object.keys(all)) all[key] += tried[key];
    }
  }
  const { selections, pass, fail, unresolved } = all;
  console.log(`${selections} selections: ${pass} pass, ${fail} fail, ${unresolved} unresolved`);
  process.exitCode = fail > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , first, ...rest] = process.argv;
  if (first === '--piece') {
    const [name, what, count, seed] = rest;
    console.log(JSON.stringify(await tryPiece(name, what, Number(count), Number(seed))));
  } else await main(Number(first ?? 2000), Number(rest[0] ?? 1), rest.slice(1));
}
