// A small project with a hub, as agents work on it.

import { execFileSync } from 'node:child_process';
import { type Folder, project } from './folder.ts';
import { type Ended, type Running, type SwarmOptions, startSwarm } from './swarm.ts';

/** Git without anybody's settings, and with a name. */
const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.invalid',
  GIT_COMMITTER_NAME: 'Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.invalid',
};

/** What git prints in a folder, without the last line's end; throws with what it says when it fails. */
export const git = (dir: string, ...words: string[]): string =>
  execFileSync('git', words, {
    cwd: dir,
    env: { ...process.env, ...GIT_ENV },
    encoding: 'utf8',
    stdio: 'pipe',
  }).replace(/\n$/, '');

export interface AgentsProject extends Folder {
  readonly hub: string;
  /** The person's own checkout. */
  readonly checkout: string;
  /** Run swarm in the checkout. */
  swarm(args: readonly string[], options?: SwarmOptions): Promise<Ended>;
  start(args: readonly string[], options?: SwarmOptions): Running;
}

/** A bare hub, and a checkout with one commit on main. */
export function agentsProject(files: Readonly<Record<string, string>> = { 'a.txt': 'one\n' }): AgentsProject {
  const folder = project({}, 'swarm-agents-');
  const [hub, checkout] = [folder.path('hub.git'), folder.path('checkout')];
  git(folder.dir, 'init', '--quiet', '--bare', '--initial-branch=main', hub);
  git(folder.dir, 'init', '--quiet', '--initial-branch=main', checkout);
  for (const [name, text] of Object.entries(files)) folder.write(`checkout/${name}`, text);
  git(checkout, 'add', '.');
  git(checkout, 'commit', '--quiet', '--message=Begin');
  git(checkout, 'remote', 'add', 'origin', hub);
  git(checkout, 'push', '--quiet', 'origin', 'main');
  const env = { ...GIT_ENV, GIT_AUTHOR_NAME: undefined, GIT_AUTHOR_EMAIL: undefined };
  const start = (args: readonly string[], options: SwarmOptions = {}) =>
    startSwarm(args, { cwd: checkout, ...options, env: { ...env, ...options.env } });
  return { ...folder, hub, checkout, start, swarm: (args, options) => start(args, options).ended };
}
