// Replays the lock history of a real project: `node test/simulator/trace-replay.mjs [--every N] [--only NAME] [--json FILE] [--write]`.
// Prints its figures beside the project's own; `--write` puts them into docs/simulator.md, from the files of `--json` runs where
// they are named with `--from`. `--piece SECONDS`: after so long the process stops itself, until it gets SIGCONT.
// Exits with 1 when a rule was broken.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { figuresOf, traceTable } from './figures.mjs';
import { simulate } from './fleet.mjs';
import { randomFrom } from './random.mjs';
import { traceJobs } from './trace.mjs';

const RUNS = {
  plain: { title: '16 agents', agents: 16, faults: {} },
  killed: { title: '16 agents, a kill every 20 claims', agents: 16, faults: { killEvery: 20 } },
  many: { title: '64 agents', agents: 64, faults: {} },
};
const TTL_MS = 2 * 3_600_000;
const GRID_MS = 10 * 60_000;
const SAY_MS = 30_000;

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string' },
    from: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    piece: { type: 'string', default: 'Infinity' },
  },
});

const runs =
  values.from === undefined
    ? await replayAll()
    : values.from.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
const table = traceTable(runs);
console.log(table);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(runs));
if (values.write) writeTable(table);
process.exitCode = runs.some(({ figures }) => figures.problems > 0) ? 1 : 0;

async function replayAll() {
  const done = [];
  for (const [name, run] of Object.entries(RUNS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const jobs = traceJobs({ every: Number(values.every) });
    const say = progress(run.title);
    const pieces = inPieces(1000 * Number(values.piece));
    const result = await simulate({
      jobs,
      ...run,
      ttlMs: TTL_MS,
      gridMs: GRID_MS,
      quick: true,
      random: randomFrom(Number(values.seed)),
      onStep: (step) => {
        say(step);
        pieces.stop();
      },
    });
    result.wallMs -= pieces.stoppedMs;
    for (const problem of result.problems.slice(0, 10)) console.error(`ERROR ${run.title}: ${problem}`);
    done.push({ title: run.title, figures: figuresOf(result) });
  }
  return done;
}

function progress(title) {
  let saidMs = performance.now();
  return ({ nowMs, diary }) => {
    if (performance.now() - saidMs < SAY_MS) return;
    saidMs = performance.now();
    console.error(`${title}: day ${(nowMs / 86_400_000).toFixed(1)}, ${diary.holds.length} claims`);
  };
}

/** Stops between two moments of virtual time, where everybody sleeps and no git runs, so that nothing depends on when. */
function inPieces(pieceMs) {
  let beganMs = performance.now();
  return {
    stoppedMs: 0,
    stop() {
      const nowMs = performance.now();
      if (nowMs - beganMs < pieceMs) return;
      console.error(`stopped; \`kill -CONT ${process.pid}\` goes on`);
      process.kill(process.pid, 'SIGSTOP');
      beganMs = performance.now();
      this.stoppedMs += beganMs - nowMs;
    },
  };
}

function writeTable(text) {
  const file = new URL('../../docs/simulator.md', import.meta.url);
  const [before, , after] = readFileSync(file, 'utf8').split(/<!-- (?:begin|end) trace -->/);
  writeFileSync(file, `${before}<!-- begin trace -->\n${text}\n<!-- end trace -->${after}`);
}
