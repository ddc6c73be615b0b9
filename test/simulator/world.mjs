// The world of a simulation: a bare hub that logs every push that it took, and a clone for each agent. Real git.

import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addTasks } from '../../packages/core/dist/index.js';
import { initHub, openHub } from '../../packages/tasks/dist/index.js';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** What git prints. */
export const git = async (dir, ...words) =>
  (await run('git', words, { cwd: dir, env, maxBuffer: 2 ** 28 })).stdout;

/** A push, as the hub took it: lines of `<old> <new> <ref>`, then an empty one. In one write: pushes don't mix. */
const LOGGING_HOOK = `#!/bin/sh
moves=
while read -r move; do
  moves="$moves$move
"
done
printf '%s\\n' "$moves" >>push-log
`;

export class World {
  #receivePack = join(here, 'receive-pack.sh');

  constructor(clock, random) {
    this.clock = clock;
    this.random = random;
    this.dir = mkdtempSync(join(tmpdir(), 'swarm-simulator-'));
    this.hubDir = join(this.dir, 'hub.git');
    /** A line for each connection that was cut. */
    this.cutLog = join(this.dir, 'cuts');
  }

  async begin() {
    await initHub(this.hubDir);
    appendFileSync(
      join(this.hubDir, 'config'),
      '[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n',
    );
    mkdirSync(join(this.hubDir, 'hooks'), { recursive: true });
    writeFileSync(join(this.hubDir, 'hooks', 'post-receive'), LOGGING_HOOK);
    chmodSync(join(this.hubDir, 'hooks', 'post-receive'), 0o755);
    writeFileSync(join(this.hubDir, 'push-log'), '');
    await this.addAgent('founder');
    await git(this.clone('founder'), 'commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await git(this.clone('founder'), 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  }

  clone(agent) {
    return join(this.dir, agent);
  }

  /** `quick`: its objects are the hub's. */
  async addAgent(agent, quick = false) {
    await git(
      this.dir,
      'clone',
      '--quiet',
      ...(quick ? ['--shared', '--no-checkout'] : []),
      'hub.git',
      agent,
    );
    appendFileSync(
      join(this.clone(agent), '.git', 'config'),
      `[user]\n\tname = ${agent}\n\temail = ${agent}@example.invalid\n[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n`,
    );
  }

  /** `onGit` is told each git command before it runs. */
  hub(agent, options = {}) {
    return openHub({ dir: this.clone(agent), env, random: this.random, clock: this.clock.clock, ...options });
  }

  async addTasks(ids) {
    const { store } = await this.hub('founder');
    const added = ids.map((id) => ({ draft: { id, title: id } }));
    await store.change((tasks) => addTasks(tasks, added));
  }

  /** The same in one process, without a working tree, on what the hub has now: for simulations of thousands of tasks. */
  async workQuickly(agent, task) {
    const base = readFileSync(join(this.hubDir, 'refs', 'heads', 'main'), 'utf8').trim();
    const text = `${task} by ${agent}\n`;
    const message = `Work on ${task}\n\nTask: ${task}\n`;
    const who = `${agent} <${agent}@example.invalid> ${Math.floor(Date.now() / 1000)} +0000`;
    const lines = [
      `reset refs/remotes/origin/main\nfrom ${base}\n`,
      `commit refs/heads/work\nauthor ${who}\ncommitter ${who}`,
      `data ${Buffer.byteLength(message)}\n${message}from ${base}`,
      `M 100644 inline ${fileOf(task)}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    ];
    const importing = run('git', ['fast-import', '--quiet', '--force'], { cwd: this.clone(agent), env });
    importing.child.stdin.on('error', () => {}); // That it ended early is known by its exit.
    importing.child.stdin.end(lines.join('\n'));
    await importing;
    return 'refs/heads/work';
  }

  /** One commit with a file of the task's own; killed agents may have left a lock or half a work. */
  async work(agent, task) {
    const dir = this.clone(agent);
    rmSync(join(dir, '.git', 'index.lock'), { force: true });
    await git(dir, 'fetch', '--quiet', 'origin', 'main');
    await git(dir, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    const file = fileOf(task);
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), `${task} by ${agent}\n`);
    await git(dir, 'add', '--', file);
    await git(dir, 'commit', '--quiet', '-m', `Work on ${task}`, '-m', `Task: ${task}`);
    return 'HEAD';
  }

  /** Pushes of this agent go through a receive-pack that loses answers and connections, or is slow. */
  async spoilPushes(agent, { cutEvery, slowMs }) {
    const command = `sh ${this.#receivePack} ${cutEvery} ${slowMs} ${process.execPath} ${this.cutLog}`;
    await git(this.clone(agent), 'config', 'remote.origin.receivepack', command);
  }

  pushes() {
    const blocks = readFileSync(join(this.hubDir, 'push-log'), 'utf8').split('\n\n');
    return blocks
      .filter((block) => block !== '')
      .map((block) =>
        block.split('\n').map((line) => {
          const [from, to, ref] = line.split(' ');
          return { from, to, ref };
        }),
      );
  }

  /** Pushes that were cut before and after they were done. */
  cuts() {
    if (!existsSync(this.cutLog)) return { before: 0, after: 0 };
    const lines = readFileSync(this.cutLog, 'utf8').split('\n');
    const count = (what) => lines.filter((line) => line === what).length;
    return { before: count('before'), after: count('after') };
  }

  /** Someone who keeps no rule: a commit straight to main, and a claim that nobody ends. For trying the judge. */
  async breakRules(task) {
    const dir = this.clone('founder');
    await git(dir, 'fetch', '--quiet', 'origin', 'main');
    await git(dir, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    await git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'Lock a task');
    await git(dir, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main', `HEAD:refs/swarm/claims/${task}`);
  }

  remove() {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const fileOf = (task) => join('work', task.slice(0, 2), `${task}.txt`);
