// What a run finds out before it pays for a session: programs and files that its sandbox doesn't have, and a base that can't be built there.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentsProject } from '../kit/agents-project.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';

const outside = project(
  {
    'agent.yaml': '- { edit: one.txt, text: "1\\n" }\n',
    'hidden-agent': '#!/bin/sh\necho 1 >one.txt\n',
    'bin/make-it': '#!/bin/sh\necho made >made\n',
  },
  'swarm-outside-',
);

/** One task, and a build that needs a program that the sandbox may not see. */
async function withTask(more: string) {
  const place = agentsProject({
    'swarm.config.yaml': `workspaces: { isolation: bubblewrap${more} }
tasks: { branch: main }
gate: { prepare: make-it }
`,
    '.gitignore': 'made\n',
  });
  await place.swarm([
    'task',
    'add',
    'write one',
    '--id',
    'one',
    '--verify',
    'test -e made && test -e one.txt',
  ]);
  return place;
}

describe.runIf(needs('bwrap'))('before a session is paid for, a run in a sandbox', () => {
  test('stops where the untouched base cannot be built there, and says what to do', async () => {
    const place = await withTask('');
    const words = ['run', '--backend', 'script', '--until', 'empty', '--', outside.path('agent.yaml')];
    const ended = await place.swarm(words);
    expect([ended.code, ended.stdout]).toEqual([
      5,
      expect.stringMatching(
        /^LANDED 0, .*, 0 sessions\nstopped: gate\.prepare fails on the untouched base inside the sandbox: make-it: could not be run: .*not found: name what it needs in workspaces\.readOnly .*\nlog: /,
      ),
    ]);
    const log = readFileSync(/^log: (.*)$/m.exec(ended.stdout)![1]!, 'utf8');
    expect(log).not.toContain('session-started');
    expect((await place.swarm(['task', 'list', '--json'])).json()).toMatchObject({
      tasks: [{ id: 'one', state: 'open', attempts: [] }],
    });
  });

  test('names a program and a script that are not there', async () => {
    const place = await withTask('');
    const hidden = await place.swarm(['run', '--backend', 'command', '--', outside.path('hidden-agent')]);
    expect([hidden.code, hidden.stderr]).toEqual([
      2,
      expect.stringContaining(
        `ERROR run: from inside the bubblewrap there is no program ${outside.path('hidden-agent')}\n  next: name the folder`,
      ),
    ]);
    const { runs } = (await place.swarm(['status', '--json'])).json<{ runs: object[] }>();
    expect(runs).toMatchObject([
      { state: 'over', why: expect.stringMatching(/^it could not begin: run: from inside /) },
    ]);
    const missing = await place.swarm(['run', '--backend', 'script', '--', 'agent.yaml']);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining(
        "ERROR run: in an agent's workspace there is no agent.yaml\n  next: name it by its full path",
      ),
    ]);
  });

  test('shows a script from elsewhere by itself, and what is named to be read', async () => {
    const place = await withTask(
      `, readOnly: ['${outside.path('bin')}'], network: [a.example.com, 'localhost:8080']`,
    );
    const dry = await place.swarm(['run', '--backend', 'script', '--dry-run']);
    expect(dry.stdout).toContain(
      'they reach: from inside a bubblewrap a.example.com, localhost:8080, and nothing else\n',
    );
    const words = [
      'run',
      '--backend',
      'script',
      '--until',
      'empty',
      '--json',
      '--',
      outside.path('agent.yaml'),
    ];
    const ended = await place.swarm(words);
    expect(ended.json(), ended.stderr).toMatchObject({ landed: 1, sessions: 1 });
  });
});
