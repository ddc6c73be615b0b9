// The gate's hooks: beside other tools' hooks, in linked worktrees, and gone without a trace.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type GatedProject, gatedProject } from '../kit/gated-project.ts';
import { needs } from '../kit/needs.ts';

/** Every file below a folder, with its mode and bytes. */
function bytesOf(dir: string): Record<string, string> {
  const files = existsSync(dir) ? (readdirSync(dir, { recursive: true }) as string[]) : [];
  return Object.fromEntries(
    files
      .filter((file) => statSync(join(dir, file)).isFile())
      .sort()
      .map((file) => [file, `${statSync(join(dir, file)).mode} ${readFileSync(join(dir, file), 'latin1')}`]),
  );
}

const state = (place: GatedProject) => ({
  config: place.read('.git/config'),
  hooks: bytesOf(place.path('.git', 'hooks')),
  own: bytesOf(place.path('.git', 'swarm-hooks')),
  husky: bytesOf(place.path('.husky')),
});

const git = (dir: string, ...words: string[]) => spawnSync('git', words, { cwd: dir, encoding: 'utf8' });
const noted = (name: string) =>
  `#!/bin/sh\necho "${name} $(basename "$0") $*" >>"$(git rev-parse --git-common-dir)/noted"\n`;
const GOOD = ['"week") == 0) return 604800', '"week") == 0) return 7 * 86400'] as const;
const BAD = ['return 3600', 'return 3601'] as const;

describe.runIf(needs('make', 'tcc', 'git'))('hooks of the gate', () => {
  test('stand beside a hook that was there, hold in a linked worktree, and leave no trace', async () => {
    const place = gatedProject();
    // As pre-commit and lefthook write theirs: into git's own folder.
    place.write('.git/hooks/pre-commit', noted('old'));
    const before = state(place);
    const worktree = `${place.dir}-linked`;
    place.git('worktree', 'add', '--quiet', '-b', 'linked', worktree);
    const installed = documentOf<{ hooks: unknown[]; notHeld: unknown[] }>(
      await place.gate(['install', '--json']),
      'swarm.hooks/1',
    );
    expect(installed).toMatchObject({ hooks: [{ hook: 'pre-commit' }, { hook: 'pre-push' }], notHeld: [] });
    expect((await place.gate(['install'])).code).toBe(0);

    for (const dir of [place.dir, worktree]) {
      const commit = (from: string, to: string) => {
        const file = join(dir, 'src/units.c');
        execFileSync('sed', ['-i', `s/${from.replaceAll('*', '\\*')}/${to.replaceAll('*', '\\*')}/`, file]);
        git(dir, 'add', '--all');
        return git(dir, 'commit', '-m', 'change');
      };
      if (dir === worktree) {
        const refused = commit(...BAD);
        expect(refused.stderr + refused.stdout).toMatch(/ERROR tests\/units\.calc: regressed/);
        expect(refused.status).toBe(1);
        git(dir, 'reset', '--quiet', '--hard');
      }
      const done = commit(...GOOD);
      expect([done.status, git(dir, 'log', '-1', '--format=%s').stdout.trim()]).toEqual([0, 'change']);
    }
    expect(place.read('.git/noted').match(/old pre-commit\.before-swarm/g)).toHaveLength(3);

    // A part of what is changed is committed: the gate judges that part, by the index that git made for it.
    place.write('src/units.c', place.edited('src/units.c', ...BAD));
    place.write('README.md', 'A calculator.\n');
    git(place.dir, 'add', 'README.md');
    expect(git(place.dir, 'commit', '--quiet', '-m', 'part', 'README.md').status).toBe(0);
    git(place.dir, 'checkout', '--quiet', '--', 'src/units.c');

    place.git('worktree', 'remove', '--force', worktree);
    expect((await place.gate(['uninstall'])).stdout).toMatch(/^REMOVED 2 hooks/);
    expect({ ...state(place), config: before.config }).toEqual(before);
    expect((await place.gate(['uninstall'])).stdout).toMatch(/^no hook of the gate/);
  });

  test('stand in front of a folder that core.hooksPath names, as husky has it', async () => {
    const place = gatedProject();
    // As husky 9 has it: a script of a name that says which hook of the person's to run.
    place.write(
      '.husky/_/h',
      'n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] || sh -e "$s" "$@"\n',
    );
    for (const hook of ['pre-commit', 'pre-push', 'commit-msg'])
      place.write(`.husky/_/${hook}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n');
    for (const hook of ['pre-commit', 'commit-msg', 'pre-push'])
      place.write(`.husky/${hook}`, noted(`husky-${hook}`));
    place.write('.husky/_/.gitignore', '*\n');
    place.git('add', '.husky');
    place.git('commit', '--quiet', '-m', 'hooks');
    place.git('config', 'core.hooksPath', '.husky/_');
    place.write('.git/config', place.read('.git/config').replace('hooksPath = ', 'hooksPath  =   '));
    const before = state(place);
    expect((await place.gate(['install'])).stdout).toMatch(
      /HOOK pre-commit: .*swarm-hooks.*; \.husky\/_\/pre-commit runs first/,
    );
    const during = state(place);
    expect(during.husky).toEqual(before.husky);

    place.write('src/units.c', place.edited('src/units.c', ...GOOD));
    git(place.dir, 'add', 'src');
    expect(git(place.dir, 'commit', '-m', 'good').status).toBe(0);
    expect(place.read('.git/noted')).toMatch(/husky-pre-commit .*\nhusky-commit-msg /);

    // A push: main is gated, other branches aren't, and the hook that was there is asked with what git says.
    const hub = `${place.dir}-hub.git`;
    execFileSync('git', ['init', '--quiet', '--bare', hub]);
    place.git('remote', 'add', 'origin', hub);
    expect(git(place.dir, 'push', '--quiet', 'origin', 'main~1:refs/heads/main').status).toBe(0);
    const bad = place.change('bad', { 'src/units.c': place.edited('src/units.c', ...BAD) });
    expect(git(place.dir, 'push', '--quiet', 'origin', `${bad}:refs/heads/topic`).status).toBe(0);
    const pushed = git(place.dir, 'push', 'origin', `${bad}:refs/heads/main`);
    expect([pushed.status, pushed.stderr + pushed.stdout]).toEqual([
      1,
      expect.stringMatching(/ERROR tests\/units\.calc: regressed/),
    ]);
    expect(git(place.dir, 'push', '--quiet', 'origin', 'main').status).toBe(0);
    expect(place.read('.git/noted').match(/husky-pre-push/g)?.length).toBeGreaterThanOrEqual(4);

    const config = place.read('.git/config');
    expect((await place.gate(['uninstall'])).code).toBe(0);
    // Git itself has written the remote meanwhile: then just the setting is put back.
    expect(place.git('config', 'core.hooksPath')).toBe('.husky/_');
    expect(config).toContain('[remote "origin"]');
    place.git('remote', 'remove', 'origin');
    place.git('config', 'core.hooksPath', '.husky/_');
    place.write('.git/config', before.config);
    await place.gate(['install']);
    await place.gate(['uninstall']);
    expect(state(place)).toEqual(before);
  });
});
