// How many probes the search needs, beside the least that any search could do with.
//
// Plants culprits at random among 1,000 units, runs the search against them, and counts everything: sanity probes,
// certificates, repeats, probes asked ahead. Prints Markdown tables; `--write` puts them into docs/bench-search.md.
// Exits with 1 if a mean is over what the design asks for or an answer is wrong too often.

import { writeFile } from 'node:fs/promises';
import { PASS, probeId, Selection, search } from '../../packages/core/dist/index.js';

const UNITS = 1000;
const FAIL = { kind: 'fail', failure: 'crash', detail: 'planted' };

const singles = (count) => Array(count).fill(1);

const CASES = [
  { name: '1 single', sizes: [1], reach: 13, seeds: 100 },
  { name: '5 singles', sizes: singles(5), reach: 54, seeds: 60 },
  { name: '20 singles', sizes: singles(20), reach: 185, seeds: 20 },
  { name: '1 pair', sizes: [2], reach: 24, seeds: 100 },
  { name: '1 triple', sizes: [3], reach: 35, seeds: 60 },
  { name: '3 singles + 2 pairs', sizes: [1, 1, 1, 2, 2], reach: 78, seeds: 40 },
  { name: '400 singles', sizes: singles(400), reach: 1200, seeds: 20 },
];

const ROUNDS = [
  { name: '1 single', sizes: [1], reach: { 2: 8.5, 4: 7, 8: 5.5 }, seeds: 40 },
  { name: '1 pair', sizes: [2], reach: { 2: 15.5, 4: 12, 8: 10 }, seeds: 40 },
  { name: '5 singles', sizes: singles(5), reach: { 2: 36, 4: 23, 8: 17 }, seeds: 30 },
];

const NOISE = [
  { name: '1 single, q = 0.1', sizes: [1], falsePass: 0.1, repeat: 4, right: 0.99, reach: 30, seeds: 100 },
  { name: '1 single, q = 0.3', sizes: [1], falsePass: 0.3, repeat: 6, right: 0.99, reach: 60, seeds: 100 },
  { name: '5 singles, q = 0.1', sizes: singles(5), falsePass: 0.1, repeat: 5, right: 0.98, seeds: 100 },
  { name: '1 pair, q = 0.1', sizes: [2], falsePass: 0.1, repeat: 5, seeds: 40 },
  { name: '1 single, 0.1 both ways', sizes: [1], falsePass: 0.1, falseFail: 0.1, repeat: 5, seeds: 40 },
];

const COSTS = [1, 2, 5, 10, 20];

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Disjoint sets of the given sizes, ordered as the report orders culprits. */
function plant(sizes, seed) {
  const next = random(seed);
  const used = new Set();
  const draw = () => {
    for (;;) {
      const unit = Math.floor(next() * UNITS);
      if (used.has(unit)) continue;
      used.add(unit);
      return unit;
    }
  };
  return sizes
    .map((size) => Array.from({ length: size }, draw).sort((a, b) => a - b))
    .sort((a, b) => a[0] - b[0]);
}

/** One search against planted sets. A round runs the first `width` probes wanted at once. */
function run({ sizes, seed, width = 1, repeat = 1, falsePass = 0, falseFail = 0, failMs = 100 }) {
  const sets = plant(sizes, seed);
  const planted = sets.map((set) => Selection.of(UNITS, set));
  const next = random(seed * 7919 + 13);
  const units = Array.from({ length: UNITS }, (_, i) => ({ id: String(i) }));
  const seen = new Set();
  const answer = (probe) => {
    const id = probeId(probe);
    if (seen.has(id)) throw new Error(`asked twice: ${id}`);
    seen.add(id);
    const bad = planted.some((set) => set.isSubsetOf(probe.selection));
    const fails = bad ? next() >= falsePass : next() < falseFail;
    return { probe, outcome: fails ? FAIL : PASS, costMs: fails ? failMs : 100 };
  };
  const going = search(units, { width, confidence: 0.999, repeat, enumerate: 0 });
  let step = going.next([]);
  let [rounds, cost] = [0, 0];
  while (!step.done) {
    const answers = [...step.value.needs, ...step.value.may].slice(0, width).map(answer);
    for (const { costMs } of answers) cost += costMs / 100;
    rounds++;
    step = going.next(answers);
  }
  const { verdict, culprits, stats } = step.value;
  const found = JSON.stringify(culprits.map((culprit) => culprit.members.map(Number)));
  const right = verdict === 'culprits' && found === JSON.stringify(sets);
  return { probes: stats.probes, rounds, cost, right, bound: stats.bound };
}

function many(options) {
  const runs = Array.from({ length: options.seeds }, (_, i) => run({ ...options, seed: i + 1 }));
  const mean = (pick) => runs.reduce((sum, r) => sum + pick(r), 0) / runs.length;
  return {
    probes: mean((r) => r.probes),
    worst: Math.max(...runs.map((r) => r.probes)),
    rounds: mean((r) => r.rounds),
    cost: mean((r) => r.cost),
    right: runs.filter((r) => r.right).length,
    bound: runs[0].bound,
    seeds: runs.length,
  };
}

const missed = [];
const check = (ok, text) => {
  if (!ok) missed.push(text);
};

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function probesTable() {
  const rows = CASES.map((test) => {
    const got = many(test);
    check(got.probes <= test.reach, `${test.name}: ${got.probes.toFixed(2)} probes, not ${test.reach}`);
    check(got.right === got.seeds, `${test.name}: right in ${got.right} of ${got.seeds}`);
    const right = `${got.right} of ${got.seeds}`;
    return [test.name, got.bound.toFixed(1), test.reach, got.probes.toFixed(1), got.worst, right];
  });
  return table(['hidden', 'bound', 'to reach', 'ours, mean', 'worst', 'right'], rows);
}

function roundsTable() {
  const rows = ROUNDS.map((test) => [
    test.name,
    ...[2, 4, 8].map((width) => {
      const got = many({ ...test, width });
      check(got.rounds <= test.reach[width], `${test.name}, p = ${width}: ${got.rounds.toFixed(2)} rounds`);
      check(got.right === got.seeds, `${test.name}, p = ${width}: right in ${got.right} of ${got.seeds}`);
      return `${got.rounds.toFixed(1)} (${test.reach[width]})`;
    }),
  ]);
  return table(['hidden', 'p = 2', 'p = 4', 'p = 8'], rows);
}

function noiseTable() {
  const rows = NOISE.map((test) => {
    const got = many(test);
    check(got.right >= (test.right ?? 0) * got.seeds, `${test.name}: right in ${got.right} of ${got.seeds}`);
    check(
      got.probes <= (test.reach ?? Number.POSITIVE_INFINITY),
      `${test.name}: ${got.probes.toFixed(1)} probes`,
    );
    const right = `${got.right} of ${got.seeds}`;
    return [test.name, test.repeat, test.reach ?? '', got.probes.toFixed(1), got.worst, right];
  });
  return table(['hidden, noise', 'repeat', 'to reach', 'ours, mean', 'worst', 'right'], rows);
}

function costTable() {
  const rows = COSTS.map((ratio) => {
    const got = many({ sizes: [1], seeds: 40, failMs: 100 * ratio });
    check(got.right === got.seeds, `cost ${ratio}: right in ${got.right} of ${got.seeds}`);
    return [ratio, got.probes.toFixed(1), got.cost.toFixed(1)];
  });
  return table(['a fail costs', 'probes', 'cost in passes'], rows);
}

const text = `# Probes that the search needs

Printed by \`pnpm bench:search --write\`. ${UNITS} units, culprits hidden at random, every probe counted: sanity, narrowing,
certificates, repeats, the closing probe. \`bound\` is log2 of the number of hypotheses: what the search alone must cost
on average, without any certificate.

${probesTable()}

Rounds with p probes in flight (to reach), speculation counted as run:

${roundsTable()}

Noise: q is the rate at which a bad selection passes. \`repeat\` is how often both sanity probes are asked first.

${noiseTable()}

Costs: one single; a failing probe costs so many times as much as a passing one, which the search learns as it goes.

${costTable()}
`;

console.log(text);
if (process.argv.includes('--write'))
  await writeFile(new URL('../../docs/bench-search.md', import.meta.url), text);
for (const miss of missed) console.error(`ERROR bench: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;
