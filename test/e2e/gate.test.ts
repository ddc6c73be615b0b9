// The gate on a real program with a real suite: what it must refuse, each with its reason, and what it must not.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type GatedProject, gatedProject } from '../kit/gated-project.ts';
import { needs } from '../kit/needs.ts';

interface Document {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly reused?: boolean;
  readonly baseline: { readonly measured: boolean };
  readonly candidate: { readonly name: string };
}

describe.runIf(needs('make', 'tcc', 'git'))('the gate', () => {
  let place: GatedProject;
  const check = (commit: string, ...more: string[]) =>
    place.gate(['check', '--commit', commit, '--base', 'main', ...more]);
  /** Refused, with a line that says this. */
  const refused = async (commit: string, reason: RegExp) => {
    const ended = await check(commit);
    expect(ended.stdout).toMatch(reason);
    expect(ended.code).toBe(1);
    expect(ended.stdout.split('\n').length).toBeLessThanOrEqual(11);
    return ended;
  };

  beforeAll(async () => {
    place = gatedProject();
    const measured = await place.gate(['baseline', '--base', 'main']);
    expect(measured.stdout).toMatch(
      /^FAILS tests\/red\.calc: .*\nBASELINE main: 12 tests, 11 pass, 1 fail\n$/,
    );
  });

  test('refuses a change that breaks what passed, and can say all about it', async () => {
    const { edited, change } = place;
    const commit = change('breaks', { 'src/units.c': edited('src/units.c', 'return 3600', 'return 3601') });
    const junit = place.path('..', `${commit}.xml`);
    const sarif = place.path('..', `${commit}.sarif`);
    const ended = await place.gate(
      ['check', '--commit', commit, '--base', 'main', '--junit', junit, '--sarif', sarif],
      { env: { GITHUB_ACTIONS: 'true' } },
    );
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /^ERROR tests\/units\.calc: regressed: passes on the base, failed 3 of 3 reruns here, 0 of 3 on the base: .*\nREFUSED /,
    );
    expect(ended.stderr).toMatch(/^::error file=tests\/units\.calc,title=swarm gate%3A regressed::/m);
    expect(place.read(join('..', `${commit}.xml`))).toMatch(/<failure/);
    expect(JSON.parse(place.read(join('..', `${commit}.sarif`)))).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'regressed', level: 'error' }] }],
    });
    const explained = await place.gate(['explain', 'units', '--json']);
    expect(documentOf(explained, 'swarm.explanation/1')).toMatchObject({
      test: 'tests/units.calc',
      difference: { kind: 'regressed', effect: 'blocks' },
    });
    expect((await place.gate(['explain', 'nonsense'])).code).toBe(2);
  });

  test('refuses a change that cannot be built, in one line', async () => {
    const commit = place.change('unbuildable', { 'src/units.c': 'int x' });
    const ended = await refused(commit, /^ERROR build: `make .*` failed: exit status 2: .*; 11 tests/);
    expect(ended.stdout.split('\n')).toHaveLength(4);
  });

  test('refuses what meddles with tests, lists, config, hooks, each with its reason', async () => {
    const { change, edited, read } = place;
    const cases: [string, Record<string, string | undefined>, RegExp][] = [
      [
        'deletes',
        { 'tests/units.calc': undefined },
        /tests\/units\.calc: the change deletes it, .* the tests$/m,
      ],
      [
        'renames',
        { 'tests/units.calc': undefined, 'tests/measures.calc': read('tests/units.calc') },
        /ERROR tests\/units\.calc: the change renames it to tests\/measures\.calc/,
      ],
      [
        'skips',
        { 'tests/units.calc': '# swarm: skip=slow\n2 h\n' },
        /tests\/units\.calc: the change edits it/,
      ],
      [
        'marks',
        { 'tests/units.calc': '# swarm: expect=fail\n2 h\n' },
        /tests\/units\.calc: the change edits it/,
      ],
      ['expects', { 'tests/red.expected': '2\n' }, /tests\/red\.expected: the change edits it/],
      [
        'declares',
        { 'swarm/fails.txt': 'tests/units.calc until 2099-01-01: hard\n' },
        /ERROR swarm\/fails\.txt: the change adds it, and it is part of the declared lists/,
      ],
      [
        'verifier',
        { 'tests/run.sh': '#!/bin/sh\nexit 0\n' },
        /ERROR tests\/run\.sh: the change edits it, and it is part of what runs the tests/,
      ],
      [
        'config',
        { 'swarm.config.yaml': edited('swarm.config.yaml', 'sh tests/run.sh {}', 'true {}') },
        /ERROR swarm\.config\.yaml: the change edits it, and it is part of the gate's config/,
      ],
      [
        'baseline',
        { '.swarm/gate/baselines/all.json': '[]\n' },
        /\.swarm\/gate\/baselines\/all\.json: the change adds it, .* the gate's own state$/m,
      ],
      [
        'hook',
        { '.husky/pre-commit': 'exit 0\n' },
        /\.husky\/pre-commit: the change adds it, .* the hooks$/m,
      ],
    ];
    const commits = cases.map(([name, files]) => change(name, files));
    for (let i = 0; i < cases.length; i += 3)
      await Promise.all(cases.slice(i, i + 3).map(([, , reason], j) => refused(commits[i + j]!, reason)));
  });

  test('refuses a change that makes a test flaky, and a new test that fails', async () => {
    const { change, read } = place;
    const counter = place.path('.git', 'runs');
    writeFileSync(counter, '0\n');
    const main = `#define main calc_main
${read('src/main.c')}
#undef main
#include <stdio.h>
/* Every second run in all fails. */
int main(void) {
    int n = 0;
    FILE *file = fopen("${counter}", "r+");
    if (file && fscanf(file, "%d", &n) == 1) { rewind(file); fprintf(file, "%d\\n", n + 1); }
    if (file) fclose(file);
    return n % 2 == 0 ? 3 : calc_main();
}
`;
    const commit = change('flaky', { 'src/main.c': main });
    const ended = await refused(
      commit,
      /made-flaky: steady on the base, flaky now: failed \d+ of \d+ reruns here, 0 of \d+ on the base/,
    );
    expect(ended.stdout).toMatch(/REFUSED/);
    await refused(
      change('new', { 'tests/new.calc': '1 + 1\n', 'tests/new.expected': '7\n' }),
      /ERROR tests\/new\.calc: new-failing: new, and fails: /,
    );
  });

  test('refuses to run with other tools than those of the baseline', async () => {
    const { change, edited } = place;
    const honest = change('tools', { 'src/units.c': edited('src/units.c', 'return 60;', 'return 30 + 30;') });
    const fake = (folder: string) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'sh'), '#!/bin/sh\nexit 0\n');
      chmodSync(join(folder, 'sh'), 0o755);
      return { env: { PATH: `${folder}:${process.env.PATH}` } };
    };
    const args = ['check', '--commit', honest, '--base', 'main'];
    const inside = await place.gate(args, fake(place.path('.git', 'tools')));
    expect(inside.stdout).toMatch(
      /^ERROR sh: .*\.git\/tools\/sh shadows .*: PATH has a folder of the working tree/,
    );
    const outside = await place.gate(args, fake(`${place.dir}-tools`));
    expect(outside.stdout).toMatch(/^ERROR sh: .*-tools\/sh is found first; the baseline was measured with /);
    expect([inside.code, outside.code]).toEqual([1, 1]);
  });

  test('lets the owner approve a change of the tests, and agents not', async () => {
    const commit = place.change('wiser', { 'tests/red.expected': '2\n', 'tests/units.calc': undefined });
    const args = ['--commit', commit, '--base', 'main'];
    const byAgent = await place.gate(['approve', ...args, '--reason', 'x'], { env: { SWARM_AGENT: 'bob' } });
    expect(byAgent.code).toBe(1);
    const approved = await place.gate(['approve', ...args, '--reason', 'red was wrong', '--json']);
    expect(documentOf(approved, 'swarm.approval/1')).toMatchObject({ by: 'Ann <ann@example.com>' });
    const allowed = documentOf<Document>(await check(commit, '--json'), 'swarm.gate/1');
    expect(allowed).toMatchObject({ verdict: 'allow', counts: { lost: 1, fixed: 1 } });
    const other = place.change('other', { 'tests/red.expected': '2\n' });
    await refused(other, /tests\/red\.expected: the change edits it/);
    const nothing = place.change('plain', { 'README.md': 'x\n' });
    expect((await place.gate(['approve', '--commit', nothing, '--base', 'main', '--reason', 'x'])).code).toBe(
      4,
    );
  });

  test('allows ten honest changes, and does not gate a tree twice', async () => {
    const { change, edited, read } = place;
    const unit = (from: string, to: string) => ({ 'src/units.c': edited('src/units.c', from, to) });
    const honest: [string, Record<string, string | undefined>][] = [
      ['comment', unit('static long seconds_in', '/* Time. */\nstatic long seconds_in')],
      ['constant', unit('return 604800', 'return 7 * 86400')],
      [
        'feature',
        unit(
          'if (strcmp(name, "ft")',
          'if (strcmp(name, "yd") == 0) return 9144;\n    if (strcmp(name, "ft")',
        ),
      ],
      ['flags', { Makefile: edited('Makefile', '-O1', '-O0') }],
      ['document', { 'README.md': 'A calculator.\n' }],
      ['test', { 'tests/new/seven.calc': '3 + 4\n', 'tests/new/seven.expected': '7\n' }],
      ['rename', { 'src/factor.c': undefined, 'src/primes.c': read('src/factor.c') }],
      ['file', { 'src/unused.c': 'int unused_number(void) { return 1; }\n' }],
      ['ignore', { '.gitignore': 'build\n*.o\n' }],
      ['whitespace', { 'src/report.c': `${read('src/report.c')}\n` }],
    ];
    const commits = honest.map(([name, files]) => change(name, files));
    const gated = async (commit: string) =>
      documentOf<Document>(await check(commit, '--json'), 'swarm.gate/1');
    // Two at a time, as agents would.
    for (let i = 0; i < commits.length; i += 2)
      for (const document of await Promise.all(commits.slice(i, i + 2).map(gated)))
        expect([document.candidate.name, document.verdict, document.baseline.measured]).toEqual([
          document.candidate.name,
          'allow',
          false,
        ]);
    const again = documentOf<Document>(await check('comment', '--json'), 'swarm.gate/1');
    expect(again.reused).toBe(true);
  });
});
