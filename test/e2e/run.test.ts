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
  }, 180_000);

  test('tells of a session that took git away, and goes on in a new workspace', async () => {
    const project = agentsProject({ 'one.txt': '0\n', 'two.txt': '0\n' });
    await addTasks(project, { one: 1, two: 2 });
    const script = project.write(
      'agent.yaml',
      `- { when: "mend one", run: "mv .git ../stolen" }
- { when: "mend two", edit: two.txt, text: "2\\n" }
`,
    );
    const words = ['run', '--backend', 'script', '--until', 'empty', '--json', '--', script];
    const ended = await project.swarm(words, { timeoutMs: 120_000 });
    expect(documentOf<Run>(ended, 'swarm.run/1'), ended.stderr).toMatchObject({ landed: 1, handedBack: 3 });
    expect(ended.stderr).toContain('tampered: workspace agent-1: its .git was tampered with from inside');
    expect(git(project.checkout, 'ls-remote', 'origin', 'refs/swarm/claims/*')).toBe('');
    expect(readdirSync(`${project.checkout}/.swarm/workspaces/at`)).toEqual([]);
  });

  test('gives roles their tasks, their pages and their rounds', async () => {
    const project = agentsProject({
      'swarm.config.yaml': `run:
  backend: script
  roles:
    - { name: developer }
    - { name: writer, takes: { paths: ['docs/**'] } }
    - { name: critic, every: 1 landing, maxSessions: 2 }
tasks: { branch: main }
`,
      'AGENT_PROMPT.md': 'the page for all\n',
      'swarm/roles/writer.md': 'a page for writers\n',
      'swarm/roles/critic.md': 'a page for critics\n',
      'one.txt': '0\n',
    });
    await addTasks(project, { one: 1 });
    const about = ['--id', 'docs', '--touches', 'docs/a.md', '--verify', 'test -e docs/a.md'];
    await project.swarm(['task', 'add', 'describe it', ...about]);
    const script = project.write(
      'agent.yaml',
      `- { when: "page for all[^]*mend one", edit: one.txt, text: "1\\n" }
- { when: "page for all[^]*a page for writers[^]*describe it", edit: docs/a.md, text: "A\\n" }
- { when: "page for all[^]*a page for critics[^]*a round of the critic", edit: seen.txt, text: "seen\\n" }
`,
    );
    const ended = await project.swarm(['run', '--until', 'empty', '--json', '--', script], {
      timeoutMs: 120_000,
    });
    expect(ended.code, ended.stderr).toBe(0);
    const run = documentOf<Run>(ended, 'swarm.run/1');
    expect(run.sessions).toBeGreaterThanOrEqual(3);
    expect(run.landed).toBe(3);
    const { tasks } = (await project.swarm(['task', 'list', '--json', '--state', 'all'])).json<Tasks>();
    const states = Object.fromEntries(tasks.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({ one: 'landed', docs: 'landed' });
    // The first round lands a file; a second one finds it there already.
    expect(states['round-critic']).toMatch(/^(landed|superseded)$/);
    expect(ended.stderr).toMatch(/^writer-1 CLAIMED docs/m);
    expect(ended.stderr).not.toMatch(/^(developer-\d|critic-1) CLAIMED docs/m);
    const flags = await Promise.all(
      [
        ['-n', '2', '--role', 'critic'],
        ['--role', 'critik'],
        ['--role', 'developer=3', '--dry-run', '--json'],
      ].map((words) => project.swarm(['run', ...words, '--', script])),
    );
    expect(flags[0]!.stderr).toContain('--role critic=2');
    expect(flags[1]!.stderr).toContain('did you mean critic?');
    expect(documentOf<object>(flags[2]!, 'swarm.run-plan/1')).toMatchObject({
      agents: 3,
      roles: [{ role: 'developer', agents: 3, rounds: false }],
      open: 0,
    });
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
