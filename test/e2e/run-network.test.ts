// What a session and its checks can reach where workspaces.network is a list of hosts: these, and nothing else, whatever a hostile script
// tries. Servers are on loopback. docs/run.md has the table for people.

import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { containerEngine } from '../kit/container-engine.ts';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft, processesWith } from '../kit/processes.ts';
import type { SwarmOptions } from '../kit/swarm.ts';

const engine = containerEngine(project({}, 'swarm-podman-'));
/** One is in the list. */
const [model, other] = ['model', 'other'].map((name) => createServer((_, answer) => answer.end(`${name}\n`)));
const portOf = (server: Server) => (server.address() as { port: number }).port;
let reached = 0;

beforeAll(async () => {
  other!.on('connection', () => reached++);
  for (const server of [model!, other!])
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  for (const server of [model!, other!]) server.close().closeAllConnections();
});

/** What sessions, the task's command and a test try; all that they get hold of is a line with GOT. */
const tries = (place: AgentsProject) => `
exec 2>/dev/null
got() { echo "GOT $*"; exit 1; }
# The first line of what a server answers, and the last one where it ends.
ask() {
  (
    exec 3<>/dev/tcp/127.0.0.1/$1 && printf '%s HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n' "$2" >&3
    IFS= read -r -t 9 line <&3; echo "$line"
    [[ $2 == CONNECT* ]] || while IFS= read -r -t 9 line; do last=$line; done <&3; echo "$last"
  )
}
proxy=\${HTTP_PROXY##*:}
[[ $HTTPS_PROXY$https_proxy$ALL_PROXY == http://127.0.0.1:$proxy*:$proxy*:$proxy && $NO_PROXY == localhost,* ]] || got other variables
[[ $(ask ${portOf(model!)} 'GET /direct') == *model ]] || got no model by its port
[[ $(ask "$proxy" 'GET http://localhost:${portOf(model!)}/') == *model ]] || got no model by the proxy
[[ $(ask "$proxy" 'CONNECT 127.0.0.1:${portOf(model!)}') == *' 200 '* ]] || got no tunnel
for host in 127.0.0.1:${portOf(other!)} [::1]:${portOf(other!)} 0.0.0.0:${portOf(model!)} 127.1:${portOf(model!)} \\
    [::ffff:127.0.0.1]:${portOf(other!)} 169.254.169.254:80 example.org:443; do
  said=$(ask "$proxy" "CONNECT $host")
  [[ $said == *' 403 '*workspaces.network* || $said == *' 400 '* ]] || got "$host by the proxy"
done
[[ $(ask "$proxy" 'GET http://localhost:${portOf(other!)}/') == *other* ]] && got another port by the proxy
(exec 3<>/dev/tcp/127.0.0.1/${portOf(other!)}) && got another port by itself
(exec 3<>/dev/tcp/169.254.169.254/80) && got another address by itself
(exec 3<>/dev/tcp/example.org/443) && got another name by itself
[[ -n $(ls '${place.checkout}'/.swarm/workspaces/at/*/runs/*/sockets) ]] && got the way out of another workspace
: >/swarm-network/sockets/new && got a place for sockets
rm -f /swarm-network/sockets/* && got rid of the way out
:
`;

const agent = (place: AgentsProject) => `cat >/dev/null
${tries(place)}
task=one; [[ $SWARM_WORKSPACE == agent-2 ]] && task=two
echo done >"$task.txt"
for dir in /proc/[0-9]*; do [[ $(<$dir/comm) == swarm-relay ]] && kill -9 "\${dir#/proc/}"; done
for try in {1..50}; do (exec 3<>/dev/tcp/127.0.0.1/$proxy) || break; sleep .1; done
[[ $try == 50 ]] && echo GOT out without a relay
echo TRIED
`;

const sandboxes = [
  ...(needs('bwrap') ? [{ isolation: 'bubblewrap', isFull: true, more: '', env: {} }] : []),
  ...(engine === undefined
    ? []
    : [
        {
          isolation: 'container',
          isFull: false,
          more: `, image: '${engine.image}', engine: podman`,
          env: { ...engine.env },
        },
      ]),
];

const sockets = (place: AgentsProject): string[] =>
  readdirSync(place.path('checkout/.swarm/workspaces'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSocket())
    .map(({ name }) => name);

/** One that is killed in the middle of a session: its sockets stay, for the next run to sweep. */
async function killedRun(place: AgentsProject, words: readonly string[], options: SwarmOptions) {
  const killed = place.start(words, options);
  const asleep = () => processesWith(place.dir).some(({ command }) => command === 'sleep 983');
  while (!asleep()) await sleep(50);
  expect(sockets(place)).toContain('proxy');
  killed.kill('SIGKILL');
  await killed.ended;
  expect(await processesLeft(place.dir, 5_000)).toEqual([]);
}

describe.each(sandboxes)('with a list of hosts, in $isolation', ({ isolation, isFull, more, env }) => {
  test('a hostile script reaches these and no others, and leaves no socket', {
    timeout: 120_000,
  }, async () => {
    const place = agentsProject({
      'swarm.config.yaml': `run: { attempts: 1, gate: ${isFull}, pass: [HTTPS_PROXY] }
workspaces: { isolation: ${isolation}${more}, network: ['127.0.0.1:${portOf(model!)}'] }
tasks: { branch: main }
tests: { suites: [ { glob: 'tests/*.sh', run: 'bash {}', leaks: allow } ] }
`,
      'tests/reaches.sh': 'bash tries.sh\n',
      '.gitignore': '.swarm\n',
    });
    place.write('checkout/tries.sh', tries(place));
    place.write('checkout/agent.sh', agent(place));
    git(place.checkout, 'add', '.');
    git(place.checkout, 'commit', '--quiet', '-m', 'an agent');
    git(place.checkout, 'push', '--quiet', 'origin', 'main');
    for (const id of ['one', 'two'])
      await place.swarm(['task', 'add', id, '--id', id, '--verify', `bash tries.sh && test -e ${id}.txt`]);
    const options = { timeoutMs: 100_000, env: { ...env, HTTPS_PROXY: 'http://outside.invalid:1' } };
    const run = ['run', '--backend', 'command', '--until', 'empty', '--json'];

    if (isFull) await killedRun(place, [...run, '--', 'sleep', '983'], options);
    const ended = await place.swarm([...run, '-n', '2', '--', 'bash', 'agent.sh'], options);
    expect(ended.code, ended.stderr).toBe(0);
    const { log, landed } = documentOf<{ log: string; landed: number }>(ended, 'swarm.run/1');
    const told = readFileSync(log, 'utf8');
    const folder = join(log, '..', 'sessions');
    const said = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(
      said.every((text) => text.endsWith('TRIED\n')),
      said.join(''),
    ).toBe(true);
    expect(said.join('')).not.toContain('GOT');
    expect(landed, told).toBe(2);
    expect(reached).toBe(0);
    const events = told.split('\n').filter((line) => line.includes('"host-refused"'));
    expect(events.filter((line) => line.includes(`"127.0.0.1:${portOf(other!)}"`))).toHaveLength(1);
    expect(ended.stderr).toContain('REFUSED example.org:443 is not in the list workspaces.network\n');
    expect(sockets(place)).toEqual([]);
    expect(readdirSync(place.path('checkout/.swarm/workspaces/at'))).toEqual([]);
  });
});
