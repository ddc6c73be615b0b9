// Claims a second at a hub, beside the way of committing a file to main and pushing, at 1, 16 and 64 contenders; and what
// 10,000 open tasks cost beside 100.
//
// Every contender has a clone of its own. Both ways run for the same time on the same machine, one after the other. Prints
// Markdown tables; `--write` writes docs/bench-claims.md. `--seconds N`: how long each is measured; 0: only the sizes. `--pause MS`:
// between two of those, on a machine that others need.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addTasks, offers } from '../../packages/core/dist/index.js';
import { initHub, openHub } from '../../packages/tasks/dist/index.js';
import { writePage } from './page.mjs';

const CONTENDERS = [1, 16, 64];
const SIZES = [100, 10_000];
const SAMPLES = 15;
/** Open tasks while claims a second are measured: more than can be claimed in that time. */
const OPEN = 1500;
const HOUR = 3_600_000;
const secondsAt = process.argv.indexOf('--seconds');
const WINDOW_MS = 1000 * (secondsAt < 0 ? 12 : Number(process.argv[secondsAt + 1]));
const pauseAt = process.argv.indexOf('--pause');
const PAUSE_MS = pauseAt < 0 ? 0 : Number(process.argv[pauseAt + 1]);

const root = mkdtempSync(join(tmpdir(), 'swarm-bench-claims-'));
const run = promisify(execFile);
const IDENTITY = [
  '-c',
  'user.name=a',
  '-c',
  'user.email=a@example.com',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
];
const git = (cwd, ...words) => run('git', [...IDENTITY, ...words], { cwd });
const gitSync = (cwd, ...words) =>
  execFileSync('git', [...IDENTITY, ...words], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });

let made = 0;
/** A fresh hub with a first commit on main. */
async function makeHub() {
  const n = made++;
  const name = `hub-${n}.git`;
  await initHub(join(root, name));
  const tree = join(root, `seed-${n}`);
  gitSync(root, 'clone', '--quiet', name, tree);
  mkdirSync(join(tree, 'current_tasks'));
  writeFileSync(join(tree, 'current_tasks', 'README'), 'one file a claim\n');
  gitSync(tree, 'add', '.');
  gitSync(tree, 'commit', '--quiet', '-m', 'begin');
  gitSync(tree, 'push', '--quiet', 'origin', 'HEAD:main');
  return { name, tree };
}

/** Serves the hubs on loopback; `end` ends it. */
async function serve() {
  const served = await makeHub();
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  const program = join(gitSync(root, '--exec-path').toString().trim(), 'git-daemon');
  const words = [
    `--base-path=${root}`,
    '--export-all',
    '--enable=receive-pack',
    '--reuseaddr',
    '--max-connections=0',
  ];
  const daemon = spawn(program, [...words, '--listen=127.0.0.1', `--port=${port}`], { stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    if (await git(root, 'ls-remote', `git://127.0.0.1:${port}/${served.name}`).catch(() => false)) break;
    await sleep(50);
  }
  return { url: (name) => `git://127.0.0.1:${port}/${name}`, end: () => daemon.kill() };
}

let cloned = 0;
/** As many clones; copied, since making them is not measured. */
function clones(count, url) {
  const first = join(root, `clone-${cloned++}`);
  gitSync(root, 'clone', '--quiet', url, first);
  const others = Array.from({ length: count - 1 }, () => join(root, `clone-${cloned++}`));
  for (const tree of others) cpSync(first, tree, { recursive: true });
  return [first, ...others];
}

/** Run all contenders until the time is over; claims made in it, a second. */
async function rate(count, contend) {
  const until = performance.now() + WINDOW_MS;
  const began = performance.now();
  const claims = await Promise.all(
    Array.from({ length: count }, (_, i) => contend(i, () => performance.now() < until)),
  );
  return (1000 * claims.reduce((sum, n) => sum + n, 0)) / (performance.now() - began);
}

const drafts = (count) =>
  Array.from({ length: count }, (_, i) => ({
    draft: {
      id: `task-${i}`,
      title: `Make test ${i} pass`,
      body: 'It fails.\n'.repeat(20),
      verify: `make test-${i}`,
      touches: [`src/${i}.c`],
    },
  }));

async function ours(count, url, tree) {
  const first = await openHub({ dir: tree, random: Math.random });
  await first.store.change((tasks) => addTasks(tasks, drafts(OPEN)));
  const trees = clones(count, url);
  const hubs = await Promise.all(trees.map((dir) => openHub({ dir, random: Math.random })));
  await Promise.all(hubs.map((hub) => hub.look()));
  return rate(count, async (i, going) => {
    let claims = 0;
    while (going()) {
      const { tasks, claims: held } = await hubs[i].look();
      const list = offers(tasks, new Set(held.map(({ task }) => task)), `agent-${i}`);
      const result = await hubs[i].claims.claim({ task: list[0].id, holder: `agent-${i}`, ttlMs: HOUR });
      if (result.kind === 'claimed') claims++;
    }
    return claims;
  });
}

/** `current_tasks/`: pull to see what is claimed, commit a file on main, push; when somebody else was first, pull and push again. */
async function files(count, url) {
  const trees = clones(count, url);
  return rate(count, async (i, going) => {
    let claims = 0;
    for (let n = 0; going(); n++) {
      await git(trees[i], 'pull', '--quiet', '--rebase', 'origin', 'main');
      const file = join('current_tasks', `task-${i}-${n}.txt`);
      writeFileSync(join(trees[i], file), `agent-${i}\n`);
      await git(trees[i], 'add', file);
      await git(trees[i], 'commit', '--quiet', '-m', `claim ${file}`);
      for (;;) {
        const pushed = await git(trees[i], 'push', '--quiet', 'origin', 'HEAD:main').catch(() => false);
        if (pushed) claims++;
        if (pushed || !going()) break;
        await git(trees[i], 'pull', '--quiet', '--rebase', 'origin', 'main');
      }
    }
    return claims;
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const timed = async (work) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** A clone beside a hub with this many open tasks, looked at once. */
async function sized(count) {
  const { name, tree } = await makeHub();
  const maker = await openHub({ dir: tree, random: Math.random });
  await maker.store.change((tasks) => addTasks(tasks, drafts(count)));
  const [dir] = clones(1, join(root, name));
  const open = () => openHub({ dir, random: Math.random });
  await (await open()).look();
  const hub = await open();
  const claim = (task) => hub.claims.claim({ task, holder: 'a', ttlMs: HOUR });
  const swarm = join(import.meta.dirname, '../../packages/cli/bin/run.js');
  return [
    ['`swarm task list`', () => run(process.execPath, [swarm, 'task', 'list'], { cwd: dir })],
    [
      '`swarm task claim`: the best offer',
      (i) => run(process.execPath, [swarm, 'task', 'claim', '--agent', `agent-${i}`], { cwd: dir }),
    ],
    ['look, with nothing in memory: all tasks and claims', async () => (await open()).look()],
    ['claim by name', (i) => claim(`task-${i}`)],
    [
      'look, offer and claim, with nothing in memory',
      async () => {
        const { tasks, claims: held } = await (await open()).look();
        await claim(offers(tasks, new Set(held.map(({ task }) => task)), 'a')[0].id);
      },
    ],
  ];
}

/** Medians, of both sizes in turn, so that a busy moment of the machine hits both. */
async function compare(few, many) {
  const rows = [];
  for (const [n, [what, work]] of few.entries()) {
    const times = [[], []];
    for (let i = 0; i < SAMPLES; i++) {
      await sleep(PAUSE_MS);
      times[0].push(await timed(() => work(i)));
      times[1].push(await timed(() => many[n][1](i)));
    }
    const [a, b] = times.map(median);
    rows.push([what, a.toFixed(0), b.toFixed(0), (b / a).toFixed(2)]);
  }
  return rows;
}

const table = (rows) => {
  const [head, ...rest] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${rows[0].map(() => '---').join('|')}|`, ...rest].join('\n');
};

const rows = [['hub', 'contenders', 'ours, claims/s', 'a file on main, claims/s', 'ratio']];
async function measureRates() {
  const daemon = await serve();
  try {
    for (const [kind, urlOf] of [
      ['a path', (name) => join(root, name)],
      ['git daemon', daemon.url],
    ])
      for (const count of CONTENDERS) {
        const [one, two] = [await makeHub(), await makeHub()];
        const mine = await ours(count, urlOf(one.name), one.tree);
        const theirs = await files(count, urlOf(two.name));
        rows.push([kind, count, mine.toFixed(1), theirs.toFixed(1), (mine / theirs).toFixed(1)]);
        console.error(rows.at(-1).join(' '));
      }
  } finally {
    daemon.end();
  }
}
if (WINDOW_MS > 0) await measureRates();
const sizes = await compare(await sized(SIZES[0]), await sized(SIZES[1]));
const idle = median(await Promise.all([1, 2, 3].map(() => timed(() => run(process.execPath, ['-e', '0'])))));
const HEAD = '# Claims a second\n\nPrinted by `pnpm bench:claims --write`.';
const busy = loadavg()[0] > availableParallelism() ? ', which was\nnot idle' : '';
const parts = {
  ...(WINDOW_MS > 0 && {
    rates: `${WINDOW_MS / 1000} s each, every contender with a clone of its own, all on one machine with ${availableParallelism()} cores${busy}: read the ratios. Ours looks at all tasks and claims, takes the best offer, claims it and makes sure that it is still open. The
other way pulls, commits a file to main and pushes, and pulls and pushes again when somebody else was first.

${table(rows)}`,
  }),
  sizes: `Milliseconds, median of ${SAMPLES} of each in turn, by the number of open tasks (a Node process that does nothing took ${idle.toFixed(0)}):

${table([['what', ...SIZES.map((size) => `${size} tasks`), 'ratio'], ...sizes])}`,
};
for (const text of Object.values(parts)) console.log(`${text}\n`);
if (process.argv.includes('--write')) writePage('bench-claims', HEAD, ['rates', 'sizes'], parts);
rmSync(root, { recursive: true, force: true });
