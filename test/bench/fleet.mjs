// Throughput of a fleet beside the ideal, at which N agents never wait: `pnpm bench:fleet [--agents 1,4,16,64] [--session SECONDS]
// [--turns N] [--write]`.
//
// Real `swarm run` processes on real git, with the gate; sessions are sleeps of a fixed length that write one file. Everything between the end of
// one session and the start of the next is what a fleet costs: landing the work and claiming, preparing and verifying the next task. Measured from the
// start of each agent's second session until it has had as many as asked: the first one's length is by chance, so that agents don't work in step. `--write` puts the table into docs/bench-fleet.md.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { projectAt } from '../simulator/runs/project.mjs';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '1,4,16,64' },
    session: { type: 'string', default: '120' },
    turns: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const AGENT = fileURLToPath(new URL('./fleet-agent.mjs', import.meta.url));
const sessionMs = 1000 * Number(values.session);
const turns = Number(values.turns);
const WANTED = { 1: 0.95, 4: 0.95, 16: 0.9, 64: 0.8 };

/** Start and end of each session, by agent, in seconds since the run's start. */
function sessionsOf(project) {
  const fleet = project.at('checkout/.swarm/fleet');
  const [run] = existsSync(fleet) ? readdirSync(fleet) : [];
  if (run === undefined) return [];
  const agents = new Map();
  for (const line of readFileSync(join(fleet, run, 'log.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)) {
    const { kind, agent, atMs } = JSON.parse(line);
    if (kind !== 'session-started' && kind !== 'session-ended') continue;
    const times = agents.get(agent) ?? { started: [], ended: [] };
    times[kind === 'session-started' ? 'started' : 'ended'].push(atMs / 1000);
    agents.set(agent, times);
  }
  return [...agents.values()];
}

async function measure(agents) {
  const place = mkdtempSync(join(tmpdir(), 'swarm-bench-fleet-'));
  const project = projectAt(place);
  await project.make(agents * (turns + 4), 2 * Number(values.session) + 60);
  const marks = project.at('marks');
  mkdirSync(marks);
  const child = project.start(agents, [AGENT, marks, String(sessionMs)]);
  child.stdout.resume();
  child.stderr.resume();
  const ended = new Promise((resolve) => child.once('close', resolve));
  let load = 0;
  for (;;) {
    await sleep(1000);
    load = Math.max(load, loadavg()[0]);
    const sessions = sessionsOf(project);
    if (sessions.length === agents && sessions.every(({ started }) => started.length > turns + 1)) break;
    if (child.exitCode !== null) throw new Error(`swarm run ended early with ${child.exitCode}`);
  }
  child.kill('SIGTERM');
  child.kill('SIGINT');
  const stopping = setInterval(() => child.kill('SIGTERM'), 1000);
  await ended;
  clearInterval(stopping);
  const each = sessionsOf(project).map(
    ({ started }) => (turns * sessionMs) / 1000 / (started[turns + 1] - started[1]),
  );
  rmSync(place, { recursive: true, force: true });
  const share = each.reduce((sum, one) => sum + one, 0) / each.length;
  return { agents, share, between: (sessionMs / 1000) * (1 / share - 1), load };
}

const rows = [];
for (const agents of values.agents.split(',').map(Number)) {
  const row = await measure(agents);
  rows.push(row);
  console.error(`${agents} agents: ${row.share.toFixed(3)} of the ideal`);
}
const table = [
  '| agents | landings an hour, ideal | of it reached | wanted | between two sessions, s | load of the machine, most |',
  '|---|---|---|---|---|---|',
  ...rows.map(
    ({ agents, share, between, load }) =>
      `| ${agents} | ${Math.round((3_600_000 * agents) / sessionMs)} | ${share.toFixed(3)} | ${WANTED[agents] ?? ''} | ${between.toFixed(1)} | ${load.toFixed(1)} |`,
  ),
].join('\n');
console.log(table);
if (values.write)
  writeFileSync(
    new URL('../../docs/bench-fleet.md', import.meta.url),
    `# Throughput of a fleet

Printed by \`pnpm bench:fleet --write\`: sessions are sleeps of ${values.session} s, ${turns} in a row for each agent, on one machine with
${availableParallelism()} cores, which was not idle (its load is in the table). Ideal: agents never wait between sessions. What they wait for is landing the work of one task (rebase, gate,
push) and the start of the next (claim, checkout, verify); the gate runs one test.

${table}
`,
  );
