// Paired timing: two commands in turn, A B A B ..., and the ratio pair by pair, so that a comparison holds while the
// machine's speed drifts.
import { spawnSync } from 'node:child_process';

const once = (argv, options) => {
  const start = process.hrtime.bigint();
  const done = spawnSync(argv[0], argv.slice(1), { stdio: 'ignore', ...options });
  if (done.status !== 0) throw new Error(`${argv.join(' ')}: exit ${done.status ?? done.signal}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
};

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Milliseconds of A and B and the ratio A/B, each the median over `pairs` pairs after one warm-up. */
export const compare = (a, b, { pairs = 7, before = () => {}, ...options } = {}) => {
  const rows = [];
  for (let i = -1; i < pairs; i++) {
    before();
    const aMs = once(a, options);
    before();
    const bMs = once(b, options);
    if (i >= 0) rows.push({ aMs, bMs, ratio: aMs / bMs });
  }
  return {
    aMs: median(rows.map((row) => row.aMs)),
    bMs: median(rows.map((row) => row.bMs)),
    ratio: median(rows.map((row) => row.ratio)),
  };
};

/** One line of a bench: what, the figure, the limit, and whether it is met. A limit that isn't met ends the bench with 1. */
export const verdict = (what, figure, limit, unit = '') => {
  const met = figure <= limit;
  console.log(`${met ? 'met    ' : 'NOT MET'} ${what}: ${figure.toFixed(2)}${unit} (limit ${limit}${unit})`);
  if (!met) process.exitCode = 1;
  return met;
};

/** The same for a figure that could not be had here. */
export const missing = (what, reason) => {
  console.log(`MISSING ${what}: ${reason}`);
  process.exitCode = 1;
};
