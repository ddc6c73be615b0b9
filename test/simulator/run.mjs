// A simulated fleet with everything going wrong: `node test/simulator/run.mjs [--agents N] [--tasks N] [--seed N] [--faults a,b] [--json]`.
// Faults are: kill (one claim in seven), cut (one push in eight loses its connection or its answer), slow (the hub), away (the hub,
// twice for half an hour), clock (wall clocks go back by an hour), disk (one agent's is full for half an hour), name (two
// agents have one). All of them unless told otherwise. Prints what happened; exits with 1 when a rule was broken.

import { parseArgs } from 'node:util';
import { figuresOf } from './figures.mjs';
import { simulate } from './fleet.mjs';
import { randomFrom } from './random.mjs';

const MINUTE = 60_000;

const FAULTS = {
  kill: { killEvery: 7 },
  cut: { cutEvery: 8 },
  slow: { slowMs: 30 },
  away: { away: [1, 2.5] },
  clock: { clockBack: 1.75 },
  disk: { diskFull: [2] },
  name: { sameName: true },
};
/** Not among the defaults: the simulation must fail. */
const VANDAL = { vandal: true };

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '8' },
    tasks: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: Object.keys(FAULTS).join(',') },
    json: { type: 'boolean', default: false },
  },
});

const known = { ...FAULTS, vandal: VANDAL };
const random = randomFrom(Number(values.seed));
const wanted = values.faults.split(',').filter((name) => name !== '');
const unknown = wanted.filter((name) => !(name in known));
if (unknown.length > 0) {
  console.error(
    `ERROR simulator: no fault ${unknown.join(', ')}; known are ${Object.keys(known).join(', ')}`,
  );
  process.exit(2);
}
const result = await simulate({
  jobs: plannedJobs(Number(values.tasks)),
  agents: Number(values.agents),
  ttlMs: 30 * MINUTE,
  gridMs: 2 * MINUTE,
  faults: Object.assign({}, ...wanted.map((name) => known[name])),
  random,
});
const figures = figuresOf(result);
if (values.json) console.log(JSON.stringify({ figures, problems: result.problems }));
else {
  for (const [name, value] of Object.entries(figures))
    console.log(
      `${name.padEnd(14)} ${typeof value === 'object' ? JSON.stringify(value) : Math.round(100 * value) / 100}`,
    );
  for (const problem of result.problems.slice(0, 20)) console.log(`ERROR simulator: ${problem}`);
}
process.exitCode = result.problems.length > 0 ? 1 : 0;

/** Over four hours; a third is wanted by two agents at once, a tenth is fixed already, a twentieth is dropped without a word. */
function plannedJobs(count) {
  return Array.from({ length: count }, (_, i) => {
    const lot = random();
    const end = lot < 0.05 ? 'die' : lot < 0.15 ? 'supersede' : 'land';
    const atMs = Math.floor((i * 240 * MINUTE) / count);
    const holdMs = Math.floor((4 + 30 * random()) * MINUTE);
    const job = { task: `task-${i + 1}`, atMs, holdMs, end };
    return end === 'land' && random() < 0.33
      ? [
          { ...job, rival: true },
          { ...job, rival: true },
        ]
      : [job];
  }).flat();
}
