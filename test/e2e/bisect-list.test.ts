// `--units FILE --probe CMD`: the same engine over any list of names, by the protocol of docs/bisect.md.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { processesLeft } from '../kit/processes.ts';
import { bisectIn, probesRun, type Report, repeated } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

const list = (names: readonly string[]) => names.map((name) => `${name}\n`).join('');
const sets = ({ culprits }: Report) => culprits.map(({ members }) => members.join('+')).sort();

/** Bisect the names with a shell script as the probe; it finds the selection in `$1`. */
function probing(names: readonly string[], script: string, ...more: string[]) {
  const folder = project({ 'names.txt': list(names), 'probe.sh': `#!/bin/sh\n${script}\n` });
  const args = ['--units', 'names.txt', '--probe', './probe.sh {}', ...more];
  return { folder, args, report: () => bisectIn(folder.dir, args) };
}

/** Fails, with status 1, when all of a set are selected. */
const fails = (...all: string[][]) =>
  all
    .map((set) => `if ${set.map((name) => `grep -qxF -- '${name}' "$1"`).join(' && ')}; then exit 1; fi`)
    .join('\n');

test('finds single units and sets, for any number of jobs', async () => {
  const { folder, report, args } = probing(LETTERS, fails(['d'], ['t'], ['f', 'q'], ['b', 'm', 'y']));
  const first = await report();
  expect([first.code, first.verdict]).toEqual([0, 'culprits']);
  expect(sets(first)).toEqual(['b+m+y', 'd', 'f+q', 't']);
  expect(repeated(probesRun(folder.dir))).toEqual([]);
  for (const jobs of ['1', '8'])
    expect(sets(await bisectIn(folder.dir, [...args, '--jobs', jobs]))).toEqual(sets(first));
  const again = await bisectIn(folder.dir, [...args, '--resume']);
  expect([again.stats.probes, sets(again)]).toEqual([0, sets(first)]);
});

test('hands the selection over as {} and as SWARM_SELECTION, one unit a line', async () => {
  const script = `cmp "$1" "$SWARM_SELECTION" || exit 125
    [ "$(tail -c 1 "$1" | od -An -tu1 | tr -d ' ')" = "\${2-10}" ] || [ ! -s "$1" ] || exit 125
    ${fails(['c'])}`;
  const { report, folder } = probing(LETTERS, script);
  const found = await report();
  expect([found.stats.unresolved, sets(found)]).toEqual([0, ['c']]);
  expect(readdirSync(folder.path('.swarm', 'work'))).toEqual([]);
});

test('takes weights, and asks less where they are right', async () => {
  const weighed = LETTERS.map((name) => `${name}\t${name === 'x' ? 1000 : 0.5}`);
  const { report } = probing(weighed, fails(['x']), '--jobs', '1');
  const found = await report();
  expect(sets(found)).toEqual(['x']);
  const { report: unweighed } = probing(LETTERS, fails(['x']), '--jobs', '1');
  expect(found.stats.probes).toBeLessThanOrEqual((await unweighed()).stats.probes);
});

test('goes around what is unresolved', async () => {
  const { report } = probing(
    LETTERS,
    `if grep -qxF h "$1" && ! grep -qxF i "$1"; then exit 125; fi\n${fails(['r'])}`,
  );
  const found = await report();
  expect([found.verdict, sets(found)]).toEqual(['culprits', ['r']]);
});

test('tells a probe that was killed from one that fails', async () => {
  const { report } = probing(LETTERS, 'kill -9 $$');
  const found = await report();
  expect([found.verdict, found.code, found.culprits]).toEqual(['inconclusive', 5, []]);
  expect(found.stats.unresolved).toBeGreaterThan(0);
});

test('counts a status from 128 up as unresolved, and 1 to 124 as failed', async () => {
  const high = probing(
    LETTERS,
    'if [ $(wc -l < "$1") -gt 3 ] && ! grep -qxF e "$1"; then exit 200; fi\nexit 0',
  );
  expect(['target-passes', 'inconclusive']).toContain((await high.report()).verdict);
  const most = probing(LETTERS, 'if grep -qxF e "$1"; then exit 124; fi');
  const found = await most.report();
  expect(sets(found)).toEqual(['e']);
  expect(found.culprits[0]!.outcome).toMatchObject({ kind: 'exit', detail: expect.stringContaining('124') });
});

test('takes any name, and any output', async () => {
  const names = ['with space', "it's", '"quoted"', '$HOME', '`id`', '-rf', '*', 'tëst ✓', '{}', 'a\\b', '%s'];
  for (const name of ['with space', 'tëst ✓', '{}', '$HOME']) {
    const script = `printf '\\377\\376\\000 garbage'; printf '\\377\\033[2J\\nCULPRIT all' >&2\n${fails([name])}`;
    const { report } = probing(names, script);
    const found = await report();
    expect(sets(found)).toEqual([name]);
  }
});

test('a hang is killed with its children, when there is a limit', async () => {
  const { folder, report } = probing(
    LETTERS.slice(0, 6),
    `if grep -qxF c "$1"; then sleep 600 & sleep 600; fi`,
    '--probe-timeout',
    '0.5',
    '--jobs',
    '4',
  );
  const found = await report();
  expect(found.culprits.map(({ members, outcome }) => [members, outcome.kind])).toEqual([[['c'], 'hang']]);
  expect(await processesLeft(folder.dir)).toEqual([]);
});

test('nothing to bisect: no units, all pass, all fail', async () => {
  const empty = await probing([], 'exit 1').report();
  expect([empty.verdict, empty.code]).toEqual(['no-units', 4]);
  const passing = await probing(LETTERS, 'exit 0').report();
  expect([passing.verdict, passing.code]).toEqual(['target-passes', 4]);
  const failing = await probing(LETTERS, 'exit 1').report();
  expect([failing.verdict, failing.code]).toEqual(['oracle-fails', 5]);
});

test('probes run in --dir, with what a person typed', async () => {
  const folder = project({ 'names.txt': list(LETTERS), 'there/probe.sh': `#!/bin/sh\n${fails(['k'])}\n` });
  const ended = await swarm(
    ['bisect', '--units', 'names.txt', '--dir', 'there', '--probe', './probe.sh {}'],
    {
      cwd: folder.dir,
    },
  );
  expect(ended.stderr).toBe('');
  expect(ended.stdout).toMatch(/^CULPRIT k: exit, confidence 1: exit status 1\n/);
  expect(existsSync(folder.path('there', '.swarm'))).toBe(true);
  expect(readFileSync(folder.path('there', '.swarm', '.gitignore'), 'utf8')).toBe('*\n');
});
