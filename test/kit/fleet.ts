// A hub, and agents that use it by the command line, each in a clone of its own.

import assert from 'node:assert/strict';
import { type Workplace, workplace } from '../../packages/tasks/test/workplace.ts';
import { type Ended, type SwarmOptions, swarm } from './swarm.ts';

export interface Fleet extends Workplace {
  /** Run swarm as an agent in its clone. */
  as(agent: string, args: readonly string[], options?: SwarmOptions): Promise<Ended>;
  /** The same, with its exit status known: standard output. Lines, bytes and safety of the output are checked. */
  said(agent: string, code: number, ...args: readonly string[]): Promise<string>;
}

/** A new hub and clones; the first agent has pushed an empty commit, and `files` when there are some. */
export async function fleet(
  agents: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Fleet> {
  const place = await workplace(...agents);
  const first = agents[0]!;
  for (const [name, text] of Object.entries(files)) place.write(`${first}/${name}`, text);
  if (Object.keys(files).length > 0) {
    place.git(first, 'add', '--all');
    place.git(first, 'commit', '--quiet', '-m', 'files');
    place.git(first, 'push', '--quiet', 'origin', 'HEAD:main');
    for (const agent of agents.slice(1)) place.git(agent, 'pull', '--quiet');
  }
  const as: Fleet['as'] = (agent, args, options) =>
    swarm(args, { cwd: place.clone(agent), ...options, env: { SWARM_AGENT: agent, ...options?.env } });
  return {
    ...place,
    as,
    async said(agent, code, ...args) {
      const ended = await as(agent, args);
      const all = `swarm ${args.join(' ')}\n${ended.stdout}\n${ended.stderr}`;
      assert.equal(ended.code, code, all);
      for (const text of [ended.stdout, ended.stderr]) {
        assert.ok(text.split('\n').length <= 11, `more than ten lines: ${all}`);
        assert.ok(Buffer.byteLength(text) <= 2048, `more than 2 KB: ${all}`);
        assert.doesNotMatch(text, /[^\P{Cc}\n]/u, `control characters: ${JSON.stringify(all)}`);
      }
      return code === 0 ? ended.stdout : ended.stdout + ended.stderr;
    },
  };
}
