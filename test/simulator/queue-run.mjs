// Many pushers at once at a hub with a landing queue, its server killed again and again:
// `node test/simulator/queue-run.mjs [--pushers N] [--changes N] [--bad SHARE] [--batch N] [--kill-every N] [--seed N] [--json]`.
// Real git, the real server, a gated hub; pushers die before any one of their git commands, too. Prints what happened;
// exits with 1 when a rule was broken. docs/simulator.md says which.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addTasks } from '../../packages/core/dist/index.js';
import { openHub, openQueue } from '../../packages/tasks/dist/index.js';
import { judge } from './queue-judge.mjs';
import { planChanges } from './queue-plan.mjs';
import { makeProject } from './queue-project.mjs';
import { randomFrom } from './random.mjs';

const { values } = parseArgs({
  options: {
    pushers: { type: 'string', default: '16' },
    changes: { type: 'string', default: '200' },
    bad: { type: 'string', default: '0.1' },
    batch: { type: 'string', default: '16' },
    'kill-every': { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const killEvery = Number(values['kill-every']);
const random = randomFrom(Number(values.seed));
const changes = planChanges({ count: Number(values.changes), bad: Number(values.bad), random });
const project = makeProject({ gated: true });
const figures = { changes: changes.length, kills: 0, deaths: 0, batches: 0, resumed: 0 };
const problems = [];
const startedMs = performance.now();

class Died extends Error {}

/** The server, started again whenever it was killed. */
class Server {
  #child;
  #stopping = false;
  #serving = Promise.resolve();
  done = Promise.resolve();

  start() {
    const args = ['queue', 'serve', '--poll', '1', '--batch', values.batch];
    const [program, ...words] = project.swarmArgv(args);
    const child = spawn(program, words, {
      cwd: join(project.dir, 'server'),
      env: project.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let serves = () => {};
    this.#serving = new Promise((resolve) => {
      serves = resolve;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      if (text.includes('SERVING')) serves();
      if (values.verbose) process.stderr.write(text);
      figures.resumed += text.split('RESUMED').length - 1;
      for (const line of text.split('\n')) if (line.startsWith('ERROR')) problems.push(`server: ${line}`);
    });
    this.#child = child;
    this.done = once(child, 'exit').then(([code, signal]) => {
      if (signal !== 'SIGKILL' && !(this.#stopping && code === 0))
        problems.push(`server: ended with ${code ?? signal}`);
    });
  }

  /** At once, when the simulation itself is ended. */
  end() {
    this.#child?.kill('SIGKILL');
  }

  async kill() {
    figures.kills++;
    this.#child.kill('SIGKILL');
    await this.done;
    this.start();
  }

  async stop() {
    await this.#serving;
    this.#stopping = true;
    this.#child.kill('SIGINT');
    await this.done;
  }
}

/** Sees by the hub's own refs which changes have left the queue. */
class Watch {
  #waits = new Map();
  settled = 0;

  async run(signal) {
    while (!signal.aborted) {
      const there = new Set(project.refs('queue'));
      for (const [id, { seen, settle }] of this.#waits)
        if (there.has(`queue/${id}`)) this.#waits.get(id).seen = true;
        else if (seen) {
          this.#waits.delete(id);
          this.settled++;
          settle();
        }
      await sleep(250);
    }
  }

  /** `id` was handed in. */
  left(id) {
    return new Promise((settle) => this.#waits.set(id, { seen: true, settle }));
  }
}

/** Hand a change in as one agent, who may die before any git command; the next one in its clone goes on. */
async function handIn(clone, change) {
  const { id, isTask, files } = change;
  project.git(clone, ['fetch', '--quiet', 'origin']);
  const commit = project.change(clone, id, files);
  for (;;) {
    let left = random() < 1 / (killEvery || Number.POSITIVE_INFINITY) ? 1 + Math.floor(random() * 12) : -1;
    const onGit = () => {
      if (--left === 0) throw new Died();
    };
    try {
      const options = { dir: join(project.dir, clone), random: Math.random, onGit };
      const queue = await openQueue(options);
      const hub = await openHub(options);
      if ((await queue.list()).waiting.some((it) => it.id === id)) return;
      let lease;
      if (isTask) {
        lease = (await hub.claims.own()).find(({ task }) => task === id);
        const request = { task: id, holder: clone, ttlMs: 600_000 };
        lease ??= (await hub.claims.claim(request)).lease;
      }
      const result = await queue.add({ id, commit, agent: clone, ...(lease === undefined ? {} : { lease }) });
      if (result.kind !== 'queued') problems.push(`${id}: ${result.kind}`);
      return;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      figures.deaths++;
    }
  }
}

async function push(clone, waiting, watch) {
  for (let change = waiting.shift(); change !== undefined; change = waiting.shift()) {
    await handIn(clone, change);
    await watch.left(change.id);
  }
}

async function killNowAndThen(server, watch, signal) {
  for (let next = killEvery; killEvery > 0 && !signal.aborted; ) {
    await sleep(100);
    if (watch.settled < next) continue;
    await sleep(3000 * random());
    if (!signal.aborted) await server.kill();
    next = watch.settled + 1 + Math.floor(2 * killEvery * random());
  }
}

/** Batches that were begun, by the servers' logs. */
function batchesIn(logs) {
  const lines = readdirSync(logs).flatMap((run) =>
    readFileSync(join(logs, run, 'log.jsonl'), 'utf8').split('\n'),
  );
  return lines.filter((line) => line.includes('"kind":"batch"') && line.includes('"resumed":false')).length;
}

try {
  const clones = Array.from({ length: Number(values.pushers) }, (_, i) => `pusher-${i + 1}`);
  for (const clone of [...clones, 'server']) project.clone(clone);
  const { store } = await openHub({ dir: join(project.dir, 'ann'), random: Math.random });
  const drafts = changes.filter(({ isTask }) => isTask).map(({ id }) => ({ draft: { id, title: id } }));
  await store.change((tasks) => addTasks(tasks, drafts));
  const [server, watch, over] = [new Server(), new Watch(), new AbortController()];
  process.once('SIGTERM', () => {
    server.end();
    project.remove();
    process.exit(143);
  });
  server.start();
  const watching = watch.run(over.signal);
  const killing = killNowAndThen(server, watch, over.signal);
  const waiting = [...changes];
  await Promise.all(clones.map((clone) => push(clone, waiting, watch)));
  over.abort();
  await Promise.all([watching, killing]);
  await server.stop();
  figures.batches = batchesIn(join(project.dir, 'server/.swarm/queue/logs'));
  const judged = await judge(project, changes);
  problems.push(...judged.problems);
  Object.assign(figures, judged.figures, { seconds: Math.round((performance.now() - startedMs) / 1000) });
} finally {
  project.remove();
}
if (values.json) console.log(JSON.stringify({ figures, problems }));
else {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(10)} ${value}`);
  for (const problem of problems.slice(0, 20)) console.log(`ERROR simulator: ${problem}`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
