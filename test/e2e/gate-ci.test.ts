// The CI recipes of docs/gate.md, run step by step; and a gated hub, which takes what the gate has certified and nothing else.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../packages/host/dist/index.js';
import { project } from '../kit/folder.ts';
import { gatedProject } from '../kit/gated-project.ts';
import { needs } from '../kit/needs.ts';
import { swarm, swarmArgv } from '../kit/swarm.ts';

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}
type Pipeline = Readonly<Record<string, { readonly script: readonly string[] }>>;

/** The recipe that follows these words in the page. */
async function recipe<T>(words: string): Promise<T> {
  const page = readFileSync(new URL('../../docs/gate.md', import.meta.url), 'utf8');
  const text = page.slice(page.indexOf(words));
  const begin = text.indexOf('```yaml\n') + 8;
  const folder = project({ 'recipe.yaml': text.slice(begin, text.indexOf('```\n', begin)) });
  return (await parseConfig(folder.path('recipe.yaml'))).value as T;
}

/** A project with a hub that has its main, and a good and a bad change there; and swarm on PATH. */
function hosted() {
  const place = gatedProject();
  const change = (name: string, from: string, to: string) =>
    place.change(name, { 'src/units.c': place.edited('src/units.c', from, to) });
  const changes = {
    good: change('good', 'return 604800', 'return 7 * 86400'),
    bad: change('bad', 'return 3600', 'return 3601'),
  };
  const bin = project();
  const word = (text: string) => `'${text}'`;
  bin.write('swarm', `#!/bin/sh\nexec ${swarmArgv([]).map(word).join(' ')} "$@"\n`);
  return { place, changes, path: `${bin.dir}:${process.env.PATH}` };
}

describe.runIf(needs('make', 'tcc', 'git', 'ssh-keygen'))('the gate in CI', () => {
  test('does what the recipes for GitHub Actions and GitLab CI say', async () => {
    const { place, changes, path } = hosted();
    const github = (await recipe<Workflow>('GitHub Actions, as')).jobs.gate!.steps.flatMap(
      (it) => it.run ?? [],
    );
    const gitlab = (await recipe<Pipeline>('GitLab CI, in')).gate!.script;
    expect([github.length, gitlab.length]).toEqual([1, 2]);
    const run = (name: string, steps: readonly string[], commit: string, env: Record<string, string>) => {
      const clone = join(`${place.dir}-${name}`);
      execFileSync('git', ['clone', '--quiet', place.dir, clone]);
      execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: clone });
      const done = spawnSync('bash', ['-eo', 'pipefail', '-c', steps.join('\n')], {
        cwd: clone,
        encoding: 'utf8',
        env: { ...process.env, PATH: path, ...env },
      });
      return { ...done, junit: readFileSync(join(clone, 'gate.xml'), 'utf8') };
    };
    const actions = { GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main' };
    const red = run('actions-bad', github, changes.bad, actions);
    expect([red.status, red.stderr]).toEqual([
      1,
      expect.stringMatching(/^::error file=tests\/units\.calc,/m),
    ]);
    expect(red.junit).toContain('failures="2"');
    const lab = (commit: string) => ({ CI_COMMIT_SHA: commit, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
    expect(run('gitlab-good', gitlab, changes.good, lab(changes.good)).status).toBe(0);
  });

  test('certifies what a gated hub then takes, and nothing else', async () => {
    const { place, changes } = hosted();
    const env = { SWARM_GATE_KEY: `${place.dir}-key` };
    const hub = `${place.dir}-hub.git`;
    expect((await swarm(['hub', 'init', hub, '--gate'], { env })).code).toBe(0);
    place.git('remote', 'add', 'origin', hub);
    place.git('push', '--quiet', 'origin', 'main');
    const push = (commit: string) =>
      spawnSync('git', ['push', '--no-verify', 'origin', `${commit}:refs/heads/main`], {
        cwd: place.dir,
        encoding: 'utf8',
      });
    expect(push(changes.good).stderr).toMatch(/swarm gate: no certificate for tree/);
    const certified = await place.gate(['check', '--commit', changes.good, '--certify'], { env });
    expect([certified.code, certified.stdout]).toEqual([
      0,
      expect.stringMatching(/^ALLOWED .*; certified$/m),
    ]);
    expect(push(changes.good).status).toBe(0);
    place.git('fetch', '--quiet', 'origin');
    expect((await place.gate(['check', '--commit', changes.bad, '--certify'], { env })).code).toBe(1);
    expect(push(changes.bad).status).toBe(1);

    // With a key on this machine an approval counts only when that key signed it.
    const commit = place.change('wiser', { 'tests/red.expected': '2\n' });
    const args = ['--commit', commit, '--base', 'main'];
    const approved = await place.gate(['approve', ...args, '--reason', 'red was wrong', '--json'], { env });
    const { file } = approved.json<{ file: string }>();
    expect((await place.gate(['check', ...args], { env })).code).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('red was wrong', 'red was bad'));
    expect((await place.gate(['check', ...args, '--fresh'], { env })).code).toBe(1);
  });
});
