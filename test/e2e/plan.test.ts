// `swarm plan` with a scripted lead: what holds is stored, everything else is refused with its reason, and nothing is left of the lead.

import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentsProject } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';

interface Plan {
  readonly session: { readonly outcome: string };
  readonly added: readonly { readonly id: string }[];
  readonly refused: readonly { readonly what: string; readonly reason: string }[];
}

const PROPOSALS = [
  { title: 'Mend one', verify: 'test "$(cat one.txt)" = 1', touches: ['one.txt'] },
  { title: 'Mend two', verify: 'test "$(cat two.txt)" = 2' },
  { title: 'No such command', verify: './no-such-command' },
  { title: 'Known by another name', verify: 'test  -e three.txt' },
  { title: 'Outside', verify: 'false', touches: ['../../etc'] },
];

test('a lead proposes, and only what is red, new and inside becomes a task', async () => {
  const project = agentsProject({
    'swarm.config.yaml': 'run: { backend: script }\ntasks: { branch: main }\n',
    'AGENT_PROMPT.md': 'the page for all\n',
    'one.txt': '0\n',
    'two.txt': '2\n',
  });
  await project.swarm(['task', 'add', 'Write three', '--id', 'three', '--verify', 'test -e three.txt']);
  const script = project.write(
    'lead.json',
    JSON.stringify([
      {
        when: 'page for all[^]*What they are for: numbers[^]*`three` Write three',
        edit: '.swarm/proposals.json',
        text: JSON.stringify(PROPOSALS),
      },
      { edit: 'two.txt', text: 'spoilt by the lead\n' },
    ]),
  );
  const words = ['plan', '--goal', 'numbers', '--json'];
  const dry = await project.swarm([...words, '--dry-run', '--', script]);
  expect(documentOf<Plan>(dry, 'swarm.plan/1').added).toMatchObject([{ id: 'mend-one' }]);
  const planned = await project.swarm([...words, '--', script]);
  expect(planned.code, planned.stderr).toBe(0);
  const { added, refused } = documentOf<Plan>(planned, 'swarm.plan/1');
  expect(added).toMatchObject([{ id: 'mend-one' }]);
  expect(refused.map(({ what, reason }) => `${what}: ${reason}`)).toEqual([
    'Known by another name: it is the same work as three',
    'Outside: ../../etc is no path in the repository',
    'Mend two: its command passes already',
    expect.stringMatching(/^No such command: its command says nothing: could not be run: exit status 127/),
  ]);
  const { tasks } = (await project.swarm(['task', 'list', '--json'])).json<{ tasks: { id: string }[] }>();
  expect(tasks.map(({ id }) => id).sort()).toEqual(['mend-one', 'three']);
  expect(readdirSync(project.path('checkout/.swarm/workspaces/at'))).toEqual([]);

  const odd = project.write(
    'odd.json',
    JSON.stringify([{ run: 'mkdir -p .swarm; ln -s /etc/passwd .swarm/proposals.json' }]),
  );
  const trapped = await project.swarm(['plan', '--', odd]);
  expect([trapped.code, trapped.stdout]).toEqual([1, expect.stringContaining('it is no plain file')]);
  expect(existsSync(project.path('checkout/.swarm/proposals.json'))).toBe(false);

  // It is over, and no run that somebody killed: none goes on with what it took.
  const { runs } = (await project.swarm(['status', '--json'])).json<{ runs: object[] }>();
  expect(runs).toMatchObject([{ state: 'over', sessions: 1 }]);
});
