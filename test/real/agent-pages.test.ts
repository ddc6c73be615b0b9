// What the pages that `swarm init` writes make a real agent see, and do: pi, on a scripted model, under `swarm run` and `swarm plan`. The
// commands that the page names are run by it from its session, and answer as the page says.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import type { Step } from '../kit/model-server/script.ts';
import { startModelServer } from '../kit/model-server/server.ts';
import { needs, needsValue } from '../kit/needs.ts';
import { fetchProgram, PROGRAMS } from './agent-programs.ts';

const pi = PROGRAMS.find(({ name }) => name === 'pi')!;
const fetched = fetchProgram(pi);
const bin = 'bin' in fetched ? fetched.bin : '';
/** The lead works in a sandbox, where there is one. */
const SANDBOX = needs('bwrap') ? ['--isolation', 'bubblewrap'] : [];
const MODEL = ['--backend', 'pi', '--model', pi.model];

/** Run swarm with a model that does these steps, in the workspace of that agent. What the model was asked is text, one a request. */
async function withModel(
  place: AgentsProject,
  agent: string,
  steps: readonly Step[],
  words: readonly string[],
) {
  const folder = place.path('checkout/.swarm/workspaces/at', agent, 'tree');
  const server = await startModelServer({ steps, folder });
  // Where there is a sandbox, the model is all that it can reach.
  place.write('checkout/swarm.config.yaml', config([new URL(server.url).host]));
  const home = project({}, 'swarm-home-');
  for (const [name, text] of Object.entries(pi.config(server.url, 'openai-completions'))) {
    mkdirSync(dirname(home.path(name)), { recursive: true });
    home.write(name, text);
  }
  const env = { HOME: home.dir, PATH: `${bin}:${process.env.PATH}` };
  const ended = await place.swarm(words, { timeoutMs: 240_000, env });
  await server.close();
  const asked = server.requests
    .filter(({ tools }) => tools.length > 0)
    .map(({ body }) => JSON.stringify(body));
  return { ended, asked };
}

const config = (network: readonly string[]) => `run: { login: ['.pi/agent'] }
workspaces: { network: ${JSON.stringify(network)}, readOnly: ['${join(bin, '..', '..')}'] }
tests: { suites: [{ glob: tests/*.sh, run: "sh {}" }] }
tasks: { branch: main }
`;
const shell = (command: string): Step => ({ kind: 'call', name: 'bash', arguments: { command } });
const DONE: Step = { kind: 'say', text: 'It is done.' };

describe.runIf(needsValue('missing' in fetched ? fetched.missing : undefined))('the pages', () => {
  it('are what an agent begins with, and their commands work from its session', async () => {
    const place = agentsProject({
      'swarm.config.yaml': config(['localhost:8080']),
      'tests/kept.sh': 'test -e one.txt\n',
      'one.txt': '0\n',
    });
    await place.swarm(['init', '--pages']);
    git(place.checkout, 'add', '.');
    git(place.checkout, 'commit', '--quiet', '-m', 'Pages for agents');
    git(place.checkout, 'push', '--quiet', 'origin', 'main');
    await place.swarm(['task', 'add', 'Mend one', '--id', 'one', '--verify', 'grep -q 1 one.txt']);
    const steps: Step[] = [
      shell('swarm task show one; echo "show: $?"'),
      shell('swarm sample-test </dev/null; echo "sample: $?"'),
      { kind: 'edit', file: 'one.txt', text: '1\n' },
      shell('swarm gate check; echo "gate: $?"; env | cut -d= -f1 | sort | tr "\\n" " "'),
      shell("swarm task add 'Two is missing' --id two --verify 'test -e two.txt'; echo \"add: $?\""),
      DONE,
    ];
    const { ended, asked } = await withModel(place, 'agent-1', steps, ['run', '--once', '--json', ...MODEL]);
    expect(documentOf<{ landed: number }>(ended, 'swarm.run/1').landed, ended.stderr).toBe(1);
    for (const words of [
      'How to work in this repository',
      'Your role: developer',
      'Your task: Mend one',
      'grep -q 1 one.txt',
    ])
      expect(asked[0]).toContain(words);
    const last = asked.at(-1)!;
    for (const answer of [
      'show: 0',
      'sample: 0',
      'gate: 0',
      'add: 0',
      'ALLOWED',
      'PASS 1/1',
      'claimed, held by agent-1',
    ])
      expect(last).toContain(answer);
    const { tasks } = (await place.swarm(['task', 'list', '--json'])).json<{ tasks: { id: string }[] }>();
    expect(tasks.map(({ id }) => id)).toEqual(['two']);

    const proposals = [
      { title: 'Write three', verify: 'test -e three.txt' },
      { title: 'One again', verify: 'grep -q 1 one.txt' },
    ];
    const lead: Step[] = [
      shell(`mkdir -p .swarm && printf '%s' '${JSON.stringify(proposals)}' > .swarm/proposals.json`),
      DONE,
    ];
    const planned = await withModel(place, 'lead-1', lead, [
      'plan',
      '--goal',
      'numbers',
      ...SANDBOX,
      '--json',
      ...MODEL,
    ]);
    const plan = documentOf<{ added: object[]; refused: object[] }>(planned.ended, 'swarm.plan/1');
    expect(plan.added, planned.ended.stderr).toMatchObject([{ id: 'write-three' }]);
    expect(plan.refused).toEqual([{ what: 'One again', reason: 'it is the same work as one' }]);
    for (const words of ['Your task: propose tasks', 'What they are for: numbers', 'Two is missing'])
      expect(planned.asked[0]).toContain(words);
  });
});
