// What landing costs in the queue, beside halving (as bors does it) and one by one. `--write` puts the table into
// docs/bench-queue.md. Exits with 1 where it costs more than the design asks for, or where anything landed or left wrongly.

import { writeFile } from 'node:fs/promises';
import { halve, landStream, plantChanges } from './queue-stream.mjs';

const RATES = [0.01, 0.05, 0.1, 0.2, 0.3];
const SIZES = [4, 8, 16];
const COUNT = 400;
const SEEDS = [1, 2, 3];
const REACH = 0.15;

const mean = (list) => list.reduce((sum, it) => sum + it, 0) / list.length;
const missed = [];
const rows = RATES.flatMap((bad) =>
  SIZES.map((most) => {
    const streams = SEEDS.map((seed) => plantChanges({ count: COUNT, bad, seed }));
    const steady = streams.map((changes, i) => landStream(changes, { most, seed: i }));
    const flaky = streams.map((changes, i) => landStream(changes, { most, flakes: 0.01, seed: i }));
    for (const { wrong } of [...steady, ...flaky])
      missed.push(...wrong.map((it) => `q = ${bad}, b = ${most}: ${it}`));
    const gates = mean(steady.map((it) => it.gates));
    if (bad === 0.1 && most === 16 && gates > REACH)
      missed.push(`q = 0.1, b = 16: ${gates} full gates, not ${REACH}`);
    return [
      `${100 * bad}%`,
      most,
      gates.toFixed(3),
      mean(steady.map((it) => it.full)).toFixed(3),
      mean(flaky.map((it) => it.gates)).toFixed(3),
      mean(streams.map((changes) => halve(changes, most))).toFixed(3),
      '1.000',
      mean(steady.map((it) => it.probes)).toFixed(1),
    ];
  }),
);
const head = ['bad', 'b', 'queue', 'with probes', 'tests flake', 'halving', 'one by one', 'probes'];
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const text = `# What landing costs

Printed by \`pnpm bench:queue --write\`. Streams of ${COUNT} changes, ${SEEDS.length} seeds: so many are bad by themselves; 2% break a test only together with an
earlier one, 2% don't apply on top of an earlier one. \`queue\`: full gates per change with batches of up to b (to reach at 10% and
16: ${REACH}). \`with probes\`: the same with every single test that probes and reruns ran, as part of a full gate. \`tests flake\`: full gates
where every test flakes at 1%. \`halving\`: a batch that fails is cut in two and each half gated. \`probes\`: per change. After every batch the
truth is asked: no bad change landed and no good one was evicted, in all of these runs.

${table}
`;
console.log(text);
if (process.argv.includes('--write'))
  await writeFile(new URL('../../docs/bench-queue.md', import.meta.url), text);
for (const miss of missed.slice(0, 10)) console.error(`ERROR bench: ${miss}`);
process.exitCode = missed.length > 0 ? 1 : 0;
