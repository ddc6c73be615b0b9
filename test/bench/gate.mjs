// How sure the gate is where tests flake: false refusals of good changes, and real breakage that it lets through.
// `--write` puts the table into docs/bench-gate.md. Exits with 1 where it is worse than the design asks for.

import { writeFile } from 'node:fs/promises';
import { judgeChanges } from './gate-stream.mjs';

const CHANGES = 200;
const SEEDS = [1, 2, 3, 4, 5];
const SUITES = [
  { tests: 200, flakes: 0.01 },
  { tests: 200, flakes: 0.05 },
  { tests: 1000, flakes: 0.01 },
  { tests: 1000, flakes: 0.05 },
];
const INTERMITTENT = [0.75, 0.5, 0.25];

const percent = (share) => `${Math.round(100 * share)}%`;
const runs = (suite, breaks) =>
  SEEDS.map((seed) => judgeChanges({ ...suite, breaks, changes: CHANGES, seed }));
const refusals = (list) => list.map(({ refused }) => refused);
const missed = [];
const rows = [];
for (const suite of SUITES) {
  const good = runs(suite, 0);
  const bad = runs(suite, 1);
  const through = refusals(bad).map((refused) => CHANGES - refused);
  if (Math.max(...refusals(good)) > 1) missed.push(`${suite.tests} tests at ${suite.flakes}: false refusals`);
  if (Math.max(...through) > 0) missed.push(`${suite.tests} tests at ${suite.flakes}: breakage let through`);
  const worse = INTERMITTENT.map((breaks) => {
    const [{ refused }] = [judgeChanges({ ...suite, breaks, changes: CHANGES, seed: 9 })];
    return percent(refused / CHANGES);
  });
  const reruns = good.reduce((sum, it) => sum + it.reruns, 0) / good.length;
  rows.push([
    suite.tests,
    percent(suite.flakes),
    refusals(good).join(', '),
    through.join(', '),
    ...worse,
    reruns.toFixed(0),
  ]);
}
const head = [
  'tests',
  'flake at',
  'good refused',
  'broken let through',
  ...INTERMITTENT.map((b) => `fails ${percent(b)}`),
  'reruns',
];
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const text = `# How sure the gate is where tests flake

Printed by \`pnpm bench:gate --write\`. Every test of the suite flakes at the given rate, on the base and on the candidate. A
change is judged on one full run and the flake rule's reruns; of ${CHANGES} good changes, how many are refused, and of ${CHANGES} that break
one test for good, how many are let through (to reach: at most 1, and 0), for ${SEEDS.length} seeds each. Then: how many of ${CHANGES} changes are refused
that make one test fail sometimes; its first run often passes, and then nobody asks. Last: reruns of single tests per good change.

${table}
`;
console.log(text);
if (process.argv.includes('--write'))
  await writeFile(new URL('../../docs/bench-gate.md', import.meta.url), text);
for (const miss of missed) console.error(`ERROR bench: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;
