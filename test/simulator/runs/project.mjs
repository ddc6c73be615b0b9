// A project with a hub and numbered tasks, for runs of the real `swarm run` on it: each task wants a file with its number.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addTasks } from '../../../packages/core/dist/index.js';
import { initHub, openHub } from '../../../packages/tasks/dist/index.js';

const SWARM = fileURLToPath(new URL('../../../packages/cli/bin/run.js', import.meta.url));
const TTL_SECONDS = 60;

const configOf = (idleSeconds) => `tests:
  suites:
    - glob: tests/*.sh
      run: sh {}
run: { attempts: 20, idleTime: ${idleSeconds} }
tasks: { branch: main, ttl: ${TTL_SECONDS} }
`;

/** Everything of a simulation is beneath one folder, whose name is in the environment of all of its processes. */
export function projectAt(place) {
  const at = (...parts) => join(place, ...parts);
  const env = {
    ...process.env,
    TMPDIR: at('tmp'),
    GIT_CONFIG_GLOBAL: at('gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    SWARM_SIMULATION: place,
  };
  const git = (...words) =>
    execFileSync('git', words, { cwd: at('checkout'), env, encoding: 'utf8', maxBuffer: 2 ** 28 }).trimEnd();

  async function make(tasks, idleSeconds = 30) {
    for (const folder of ['tmp', 'checkout/tests', 'checkout/work'])
      mkdirSync(at(folder), { recursive: true });
    writeFileSync(at('gitconfig'), '[user]\nname = Simulator\nemail = simulator@localhost\n[gc]\nauto = 0\n');
    writeFileSync(at('diary'), '');
    writeFileSync(at('checkout/swarm.config.yaml'), configOf(idleSeconds));
    writeFileSync(at('checkout/kept.txt'), 'kept\n');
    writeFileSync(at('checkout/work/README'), 'a file for each task\n');
    writeFileSync(at('checkout/tests/kept.sh'), 'test "$(cat kept.txt)" = kept\n');
    await initHub(at('hub.git'));
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message=Begin');
    git('remote', 'add', 'origin', at('hub.git'));
    git('push', '--quiet', 'origin', 'main');
    const hub = await openHub({ dir: at('checkout'), random: Math.random, env });
    const drafts = Array.from({ length: tasks }, (_, n) => ({
      id: `t${n}`,
      title: `write ${n}`,
      verify: `test "$(cat work/t${n}.txt)" = ${n}`,
    }));
    await hub.store.change((known) =>
      addTasks(
        known,
        drafts.map((draft) => ({ draft })),
      ),
    );
  }

  /** Start a supervisor. `script`: the agents' program and its arguments. */
  function start(agents, script) {
    const words = ['run', '-n', String(agents), '--backend', 'script', '--until', 'empty', '--json'];
    return spawn(process.execPath, [SWARM, ...words, '--', ...script], {
      cwd: at('checkout'),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  return { place, at, env, git, make, start, exists: () => existsSync(at('hub.git', 'HEAD')) };
}
