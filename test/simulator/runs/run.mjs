// The real `swarm run` on real git, with agents that crash, hang, are refused, break things and tamper, and a supervisor that is killed:
// `pnpm sim:fleet [--agents N] [--tasks N] [--kills N] [--seconds S] [--session MS] [--seed N] [--place DIR] [--for S] [--json]`.
//
// Every S seconds the supervisor is killed with -9, until it was killed N times; then it works to the end, and a judge looks at what is left.
// With --place and --for it can be done in parts: after so many seconds it is killed once more, and the next call with the same place goes on.
// Prints what happened; exits with 1 when a rule was broken.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judge } from './judge.mjs';
import { watchMemory } from './memory.mjs';
import { projectAt } from './project.mjs';

const AGENT = fileURLToPath(new URL('./agent.mjs', import.meta.url));
const SHARES = { crash: 0.1, hang: 0.05, 'rate-limit': 0.05, bad: 0.05, tamper: 0.03 };

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '4' },
    tasks: { type: 'string', default: '20' },
    kills: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '10' },
    session: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    place: { type: 'string' },
    for: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [agents, tasks, kills, seconds, mostMs, seed] = [
  'agents',
  'tasks',
  'kills',
  'seconds',
  'session',
  'seed',
].map((name) => Number(values[name]));

const place = values.place === undefined ? mkdtempSync(join(tmpdir(), 'swarm-runs-')) : resolve(values.place);
mkdirSync(place, { recursive: true });
const project = projectAt(place);
const stateFile = join(place, 'state.json');
const state = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : { kills: 0, seconds: 0, mostBytes: 0 };
if (!project.exists()) await project.make(tasks);

const untilMs =
  values.for === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * Number(values.for);
let ended;
do {
  const startedMs = performance.now();
  const killAfterMs = state.kills < kills ? seconds * 1000 : Number.POSITIVE_INFINITY;
  ended = await supervise(Math.min(killAfterMs, untilMs - startedMs));
  state.seconds += (performance.now() - startedMs) / 1000;
  state.mostBytes = Math.max(state.mostBytes, ended.mostBytes);
  if (ended.killed) state.kills += 1;
  writeFileSync(stateFile, JSON.stringify(state));
} while (ended.killed && performance.now() < untilMs);

if (ended.killed)
  console.log(`killed ${state.kills} times in ${Math.round(state.seconds)} s; the same command goes on`);
else await finish(ended);

/** One supervisor until its end, or its kill. */
async function supervise(killAfterMs) {
  const child = project.start(agents, [
    AGENT,
    project.at('diary'),
    String(seed),
    String(mostMs),
    JSON.stringify(SHARES),
  ]);
  const memory = watchMemory(child.pid);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr = (stderr + data).slice(-4000);
  });
  let killed = false;
  const timer =
    killAfterMs === Number.POSITIVE_INFINITY
      ? undefined
      : setTimeout(() => {
          killed = child.kill('SIGKILL');
        }, killAfterMs);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { killed, code, stdout, stderr, mostBytes: memory.stop() };
}

async function finish({ code, stdout, stderr }) {
  const { figures, problems } = await judge(project, tasks);
  // 4: all was done already when it began.
  if (code !== 0 && code !== 4) problems.push(`the last run ended with ${code}: ${stderr}`);
  const all = {
    ...figures,
    kills: state.kills,
    seconds: Math.round(state.seconds),
    mostMemoryMB: Math.round(state.mostBytes / 1e6),
    why: stdout === '' ? '' : JSON.parse(stdout).why,
  };
  if (values.json) console.log(JSON.stringify({ figures: all, problems }));
  else {
    for (const [name, value] of Object.entries(all))
      console.log(`${name.padEnd(13)} ${JSON.stringify(value)}`);
    for (const problem of problems.slice(0, 20)) console.log(`ERROR simulation: ${problem}`);
  }
  if (values.place === undefined) rmSync(place, { recursive: true, force: true });
  process.exitCode = problems.length > 0 ? 1 : 0;
}
