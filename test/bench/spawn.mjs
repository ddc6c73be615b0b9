// How many programs a second swarm starts, by its helper in C and by the one in bash, against `xargs -P2`, which does nothing else.
// Pairs, since machines are noisy; the median of the ratios counts. Aim: at least 0.8.
//
//   node test/bench/spawn.mjs [--runs 2000] [--pairs 5]

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { createRunner } from '@swarm/host';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, pairs: { type: 'string', default: '5' } },
  strict: false,
});
const [RUNS, PAIRS] = [Number(values.runs), Number(values.pairs)];
const AIM = 0.8;

function xargs() {
  const startedMs = performance.now();
  spawnSync('sh', ['-c', `seq ${RUNS} | xargs -P2 -n1 true`]);
  return (RUNS * 1000) / (performance.now() - startedMs);
}

/** @param {import('@swarm/host').RunnerOptions} options */
async function ours(options) {
  const runner = createRunner(options);
  const one = () => runner.run({ argv: ['true'], cwd: '/' });
  await Promise.all(Array.from({ length: 8 }, one)); // The helpers are there from now on.
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: RUNS }, one));
  const rate = (RUNS * 1000) / (performance.now() - startedMs);
  await runner.close();
  return rate;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const cases = [
  { name: 'swarm, 2 at once', options: { jobs: 2 } },
  { name: 'swarm, 4 at once', options: { jobs: 4 } },
  { name: 'by bash, 2 at once', options: { jobs: 2, helper: 'bash' } },
];
const base = [];
const rates = cases.map(() => []);
for (let pair = 0; pair < PAIRS; pair++) {
  base.push(xargs());
  for (const [i, { options }] of cases.entries()) rates[i].push(await ours(options));
}
console.log(`${RUNS} x true, median of ${PAIRS}:`);
console.log(`  xargs -P2          ${median(base).toFixed(0).padStart(6)}/s`);
for (const [i, { name }] of cases.entries()) {
  const ratio = median(rates[i].map((rate, pair) => rate / base[pair]));
  console.log(
    `  ${name.padEnd(19)}${median(rates[i]).toFixed(0).padStart(6)}/s   ${ratio.toFixed(2)} of xargs (aim ${AIM})`,
  );
}
