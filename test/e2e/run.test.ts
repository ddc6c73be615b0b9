// `swarm run` with scripted agents over real git: good work lands, bad work doesn't, and nothing is left of it.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';

interface Run {
  readonly landed: number;
  readonly superseded: number;
  readonly handedBack: number;
  readonly sessions: number;
  readonly why: string;
}
interface Tasks {
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly reason?: string }[];
}

const TESTS = `tests:
  suites:
    - glob: tests/*.sh
      run: sh {}
tasks:
  branch: main
`;

/** A number is to be put right in each file; `tests/kept.sh` passes and has to. */
function numbers(): AgentsProject {
  return agentsProject({
    'swarm.config.yaml': TESTS,
    'tests/kept.sh': 'test "$(cat kept.txt)" = 1\n',
    'tests/one.sh': 'test "$(cat one.txt)" = 1\n',
    'tests/two.sh': 'test "$(cat two.txt)" = 2\n',
    'kept.txt': '1\n',
    'one.txt': '0\n',
    'two.txt': '0\n',
    'three.txt': '3\n',
    'four.txt': '0\n',
  });
}

async function addTasks(project: AgentsProject, wanted: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, value] of Object.entries(wanted)) {
    const verify = `test "$(cat ${name}.txt)" = ${value}`;
    const added = await project.swarm(['task', 'add', `mend ${name}`, '--id', name, '--verify', verify]);
    expect(added.stderr).toBe('');
  }
}

const SCRIPT = `
- { when: "mend one", edit: one.txt, text: "1\\n" }
- { when: "mend two", edit: two.txt, text: "2\\n" }
- { when: "mend four", edit: four.txt, text: "4\\n" }
- { when: "mend four", edit: kept.txt, text: "broken\\n" }
- { usage: { input: 100, output: 10, usd: 0.01 } }
`;

describe('swarm run', () => {
  test('lands what is right, closes what is done, hands back what breaks a test', async () => {
    const project = numbers();
    await addTasks(project, { one: 1, two: 2, three: 3, four: 4 });
    const script = project.write('agent.yaml', SCRIPT);
    const words = ['run', '-n', '2', '--backend', 'script', '--until', 'empty', '--json', '--', script];
    const ended = await project.swarm(words, { timeoutMs: 120_000 });
    expect(ended.code, ended.stderr).toBe(0);
    const run = documentOf<Run>(ended, 'swarm.run/1');
    expect(run).toMatchObject({ landed: 2, superseded: 1, handedBack: 3, sessions: 5 });
    const { tasks } = (await project.swarm(['task', 'list', '--json', '--state', 'all'])).json<Tasks>();
    const states = Object.fromEntries(tasks.map(({ id, state }) => [id, state]));
    expect(states).toEqual({ one: 'landed', two: 'landed', three: 'superseded', four: 'blocked' });
    git(project.checkout, 'fetch', '--quiet', 'origin');
    expect(git(project.checkout, 'show', 'origin/main:kept.txt')).toBe('1');
    expect(git(project.checkout, 'rev-list', '--count', 'origin/main')).toBe('3');
    expect(git(project.checkout, 'ls-remote', 'origin', 'refs/swarm/claims/*')).toBe('');
    expect(readdirSync(`${project.checkout}/.swarm/workspaces/at`)).toEqual([]);
    expect(ended.stderr).toContain('kept.sh');
  });

  test('stops at its limits, says what it would do, and what is missing', async () => {
    const project = numbers();
    await addTasks(project, { one: 1, two: 2 });
    const script = project.write('agent.yaml', SCRIPT);
    const run = (...words: string[]) =>
      project.swarm(['run', '--backend', 'script', '--no-gate', ...words, '--', script], {
        timeoutMs: 120_000,
      });
    const dry = await run('--dry-run', '--json');
    expect(documentOf<{ open: number }>(dry, 'swarm.run-plan/1')).toMatchObject({ open: 2, gate: false });
    const limited = await run('--max-sessions', '1', '--until', 'empty', '--json');
    expect(limited.code, limited.stderr).toBe(6);
    expect(documentOf<Run>(limited, 'swarm.run/1')).toMatchObject({ landed: 1, sessions: 1 });
    const unknown = await project.swarm(['run', '--backend', 'scripd']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean script?')]);
    const nameless = await project.swarm(['run']);
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('no backend is named')]);
  });
});
