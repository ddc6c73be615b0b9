// A hub with agents' clones around it, for tests: real git, real files.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addTasks, type Task, type TaskDraft } from '@swarm/core';
import { type Hub, type HubOptions, initHub, openHub } from '@swarm/tasks';
import { project } from '../../../test/kit/folder.ts';

export interface Workplace {
  readonly dir: string;
  readonly hubDir: string;
  /** The folder of an agent's clone. */
  clone(agent: string): string;
  hub(agent: string, options?: Partial<HubOptions>): Promise<Hub>;
  /** Run git: in a clone, or in the hub for `hub.git`. */
  git(where: string, ...words: string[]): string;
  /** Commit a change of a file in an agent's clone; the commit's id. */
  work(agent: string, file: string, text: string): string;
  /** Write a file, relative to the place; text that begins with `#!` becomes a program. */
  write(file: string, text: string): void;
  addTasks(...drafts: readonly (TaskDraft | string)[]): Promise<void>;
  /** Ids of tasks with a claim at the hub, by what the hub itself says. */
  claims(): Record<string, string>;
  /** What the hub's own repository says of a task. */
  stored(task: string): Task;
  /** What git left behind in an agent's store: locks and drafts. */
  leftovers(agent: string): string[];
  remove(): void;
}

export async function workplace(...agents: readonly string[]): Promise<Workplace> {
  const folder = project({}, 'swarm-tasks-');
  const hubDir = folder.path('hub.git');
  const clone = (agent: string) => folder.path(agent);
  const git = (where: string, ...words: string[]) =>
    execFileSync('git', words, {
      cwd: folder.path(where),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  await initHub(hubDir);
  appendFileSync(
    join(hubDir, 'config'),
    '[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n',
  );
  for (const [i, agent] of agents.entries()) {
    git('.', 'clone', '--quiet', 'hub.git', agent);
    appendFileSync(
      folder.path(agent, '.git', 'config'),
      `[user]\n\tname = ${agent}\n\temail = ${agent}@example.com\n`,
    );
    if (i > 0) continue;
    git(agent, 'commit', '--quiet', '--allow-empty', '-m', 'begin');
    git(agent, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  }
  const hub = (agent: string, options: Partial<HubOptions> = {}) =>
    openHub({ dir: clone(agent), random: Math.random, ...options });
  return {
    dir: folder.dir,
    hubDir,
    clone,
    hub,
    git,
    work(agent, file, text) {
      folder.write(join(agent, file), text);
      git(agent, 'add', '--', file);
      git(agent, 'commit', '--quiet', '-m', `change ${file}`);
      return git(agent, 'rev-parse', 'HEAD').trim();
    },
    write: (file, text) => void folder.write(file, text),
    async addTasks(...drafts) {
      const added = drafts.map((it) => ({ draft: typeof it === 'string' ? { id: it, title: it } : it }));
      const { store } = await hub(agents[0]!);
      await store.change((tasks) => addTasks(tasks, added));
    },
    claims() {
      const refs = git(
        'hub.git',
        'for-each-ref',
        '--format=%(refname:lstrip=3) %(objectname)',
        'refs/swarm/claims',
      );
      return Object.fromEntries(refs.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')])));
    },
    stored(task) {
      const shard = createHash('sha1').update(task).digest('hex').slice(0, 2);
      return JSON.parse(git('hub.git', 'show', `refs/swarm/tasks:${shard}/${task}.json`)) as Task;
    },
    leftovers(agent) {
      const state = join(clone(agent), '.swarm');
      if (!existsSync(state)) return [];
      const files = readdirSync(state, { recursive: true }) as string[];
      return files.filter((file) => /\.lock$|refs\/draft\/.|\.draft$|\/tmp_/.test(file));
    },
    remove: () => folder.remove(),
  };
}
