// `pnpm bench:search`: how many probes the search needs, beside the information-theoretic bound and the limits that the
// project holds itself to. Everything is counted: sanity probes, certificates, the closing probe. Deterministic: the same
// table on every machine. `--write` puts it into docs/bench-search.md, `--check` fails when that page is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeId, search } from '../../packages/core/dist/index.js';
import { noisy, plant, randomFrom } from './planted-search.mjs';

const UNITS = 1000;
const SEEDS = 20;
const NOISE_SEEDS = 100;
const page = join(import.meta.dirname, '../../docs/bench-search.md');

/** Runs a search in rounds: each runs the first `width` wanted probes at once. */
const runRounds = (answer, { width, repeat = 1 }) => {
  const units = Array.from({ length: UNITS }, (_, i) => ({ id: `u${i}` }));
  const engine = search(units, { width, confidence: 0.999, repeat, enumerate: 0 });
  const asked = new Set();
  let rounds = 0;
  let step = engine.next([]);
  while (!step.done) {
    const wanted = [...step.value.needs, ...step.value.may].slice(0, width);
    const answers = wanted.map((probe) => {
      if (asked.has(probeId(probe))) throw new Error('a probe was asked twice');
      asked.add(probeId(probe));
      return { probe, outcome: answer(probe.selection), costMs: 1 };
    });
    rounds += 1;
    step = engine.next(answers);
  }
  return { rounds, probes: asked.size, report: step.value };
};

const found = (report) =>
  report.culprits
    .map(({ members }) => members.join('+'))
    .sort()
    .join(' ');
const truth = (sets) =>
  sets
    .map((set) => set.map((i) => `u${i}`).join('+'))
    .sort()
    .join(' ');
const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const isRight = ({ report }, sets) => report.verdict === 'culprits' && found(report) === truth(sets);

/** log2 of the number of ways in which sets of these sizes can be hidden. */
const bound = (sizes) => {
  const log2Choose = (n, k) => {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += Math.log2((n - i) / (i + 1));
    return sum;
  };
  let free = UNITS;
  let bits = 0;
  for (const size of new Set(sizes)) {
    const count = sizes.filter((other) => other === size).length;
    for (let i = 0; i < count; i++) {
      bits += log2Choose(free, size) - Math.log2(i + 1);
      free -= size;
    }
  }
  return bits;
};

const probesTable = () => {
  const cases = [
    ['1 single', [1], 13],
    ['5 singles', Array(5).fill(1), 54],
    ['20 singles', Array(20).fill(1), 185],
    ['1 pair', [2], 24],
    ['1 triple', [3], 35],
    ['3 singles + 2 pairs', [1, 1, 1, 2, 2], 78],
    ['400 singles', Array(400).fill(1), 1200],
  ];
  return cases.map(([name, sizes, limit]) => {
    const runs = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const { sets, answer } = plant(UNITS, sizes, seed);
      const run = runRounds(answer, { width: 1 });
      runs.push({ probes: run.probes, right: isRight(run, sets) });
    }
    const counts = runs.map(({ probes }) => probes);
    const right = runs.filter((run) => run.right).length;
    return {
      cells: [
        name,
        bound(sizes).toFixed(1),
        limit,
        mean(counts).toFixed(1),
        Math.max(...counts),
        `${right}/${SEEDS}`,
      ],
      ok: mean(counts) <= limit && right === SEEDS,
    };
  });
};

const roundsTable = () => {
  const cases = [
    ['1 single', [1], [8.5, 7, 5.5]],
    ['1 pair', [2], [15.5, 12, 10]],
    ['5 singles', Array(5).fill(1), [36, 23, 17]],
  ];
  return cases.map(([name, sizes, limits]) => {
    const cells = [name];
    let ok = true;
    for (const [i, width] of [2, 4, 8].entries()) {
      const rounds = [];
      for (let seed = 0; seed < SEEDS; seed++) {
        const { sets, answer } = plant(UNITS, sizes, seed);
        const run = runRounds(answer, { width });
        ok &&= isRight(run, sets);
        rounds.push(run.rounds);
      }
      ok &&= mean(rounds) <= limits[i];
      cells.push(`${mean(rounds).toFixed(1)} (${limits[i]})`);
    }
    return { cells, ok };
  });
};

const noiseTable = () => {
  const cases = [
    ['1 single, q = 0.1', [1], 0.1, 99, 30],
    ['1 single, q = 0.3', [1], 0.3, 99, 60],
    ['5 singles, q = 0.1', Array(5).fill(1), 0.1, 98, Number.POSITIVE_INFINITY],
  ];
  return cases.map(([name, sizes, rate, leastRight, limit]) => {
    const counts = [];
    let right = 0;
    for (let seed = 0; seed < NOISE_SEEDS; seed++) {
      const { sets, answer } = plant(UNITS, sizes, seed);
      const run = runRounds(noisy(answer, rate, randomFrom(seed + 1_000_003)), { width: 1, repeat: 5 });
      counts.push(run.probes);
      if (isRight(run, sets)) right += 1;
    }
    const shown = Number.isFinite(limit) ? limit : '-';
    return {
      cells: [
        name,
        `${right}/${NOISE_SEEDS}`,
        leastRight,
        mean(counts).toFixed(1),
        shown,
        Math.max(...counts),
      ],
      ok: right >= leastRight && mean(counts) <= limit,
    };
  });
};

const table = (head, rows) => [
  `| ${head.join(' | ')} | |`,
  `|${head.map(() => '---|').join('')}---|`,
  ...rows.map(({ cells, ok }) => `| ${cells.join(' | ')} | ${ok ? 'ok' : 'OVER'} |`),
];

const rows = { probes: probesTable(), rounds: roundsTable(), noise: noiseTable() };
const text = [
  '# Probes needed by the search',
  '',
  'Generated by `pnpm bench:search -- --write`. Everything is counted: sanity probes, certificates, the closing probe.',
  '',
  `## Probes, one at a time: ${UNITS} units, ${SEEDS} seeds`,
  '',
  ...table(['hidden', 'bound', 'limit', 'mean', 'worst', 'right'], rows.probes),
  '',
  `## Rounds with p probes at once, mean of ${SEEDS} seeds (limit)`,
  '',
  ...table(['hidden', 'p = 2', 'p = 4', 'p = 8'], rows.rounds),
  '',
  `## Noise: a bad selection passes with rate q; ${NOISE_SEEDS} seeds, calibrated with 5 repeats`,
  '',
  ...table(['hidden', 'right', 'at least', 'mean probes', 'limit', 'worst'], rows.noise),
  '',
].join('\n');

console.log(text);
if (process.argv.includes('--write')) writeFileSync(page, text);
if (process.argv.includes('--check') && readFileSync(page, 'utf8') !== text) {
  console.error('ERROR docs/bench-search.md: stale; run pnpm bench:search -- --write');
  process.exitCode = 1;
}
if (
  Object.values(rows)
    .flat()
    .some(({ ok }) => !ok)
)
  process.exitCode = 1;
