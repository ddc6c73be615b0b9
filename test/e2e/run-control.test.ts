// A run seen and stopped from outside, and killed: what its sessions did is taken up by the next one without a new session.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';

interface Status {
  readonly runs: readonly {
    readonly run: string;
    readonly state: string;
    readonly sessions: number;
    readonly agents: readonly {
      readonly agent: string;
      readonly task: string | null;
      readonly phase: string;
    }[];
  }[];
  readonly elsewhere: readonly { readonly holder: string; readonly task: string }[];
}

/** Ask until the newest run's first agent is in a phase. */
async function statusAt(project: AgentsProject, phase: string): Promise<Status> {
  for (;;) {
    const status = documentOf<Status>(await project.swarm(['status', '--json']), 'swarm.status/1');
    if (status.runs[0]?.agents[0]?.phase === phase) return status;
    await sleep(100);
  }
}

const pathsOf = (project: AgentsProject) => ({
  agent: project.write(
    'agent.yaml',
    '- { say: "I see" }\n- { usage: { input: 10, usd: 0.6 } }\n- { edit: one.txt, text: "1\\n" }\n',
  ),
  idler: project.write('idler.yaml', '- { hang: true }\n'),
  hanger: project.write('hanger.yaml', '- { edit: two.txt, text: "2\\n" }\n- { hang: true }\n'),
  gate: project.write('closed', ''),
});

test('is looked at, stopped, killed and gone on with', { timeout: 120_000 }, async () => {
  const project = agentsProject({ 'swarm.config.yaml': 'tasks: { branch: main }\n' });
  const { agent, idler, hanger, gate } = pathsOf(project);
  const verify = `test -e one.txt && while test -e ${gate}; do sleep 0.1; done`;
  await project.swarm(['task', 'add', 'write one', '--id', 'one', '--verify', verify]);
  const none = await Promise.all(
    [['status'], ['stop'], ['logs', 'agent-1']].map((words) => project.swarm(words)),
  );
  expect(none.map(({ code }) => code)).toEqual([0, 4, 2]);
  const temp = project.path('temp');
  mkdirSync(temp);
  const run = (script: string, ...words: string[]) =>
    project.start(['run', '--backend', 'script', '--until', 'empty', '--json', ...words, '--', script], {
      timeoutMs: 100_000,
      env: { TMPDIR: temp },
    });

  // Stopped twice: the session that would never end is ended, and its task is free again.
  const idle = run(idler);
  const working = await statusAt(project, 'working');
  expect(working.runs[0]).toMatchObject({ state: 'running', agents: [{ agent: 'agent-1', task: 'one' }] });
  expect(working.elsewhere).toEqual([]);
  const follow = () => project.start(['logs', 'agent-1', '--follow']).ended;
  const followed = follow();
  const gentle = await project.swarm(['stop', '--json']);
  expect(documentOf<object>(gentle, 'swarm.stop/1')).toMatchObject({
    how: 'finish',
    runs: [{ over: false }],
  });
  const logs = documentOf<{ lines: string[] }>(
    await project.swarm(['logs', 'agent-1', '--json']),
    'swarm.logs/1',
  );
  expect(logs.lines[0]).toMatch(/CLAIMED one: write one$/);
  expect((await statusAt(project, 'working')).runs[0]?.state).toBe('stopping');
  expect((await project.swarm(['stop', '--now', '--wait'])).stdout).toMatch(/^STOPPED /);
  expect((await idle.ended).stderr).toContain('killed');
  const lines = (await followed).stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/ CLAIMED one: write one$/);
  expect(lines.at(-2)).toMatch(/^run \S+ is over: it was stopped$/);
  expect(lines.at(-1)).toMatch(/^log: .*0001-agent-1\.log$/);

  // Killed when its session is over and its work is being checked.
  const killed = run(agent);
  await statusAt(project, 'checking');
  while (git(project.checkout, 'for-each-ref', 'refs/swarm-kept') === '') await sleep(100);
  const cut = follow();
  killed.kill('SIGKILL');
  await killed.ended;
  expect(readdirSync(temp)).not.toEqual([]);
  expect((await cut).stdout).toMatch(
    /SESSION 0001-agent-1 ended: ok.*[\s\S]* is over: its process is gone\n/,
  );
  const died = documentOf<Status>(await project.swarm(['status', '--json']), 'swarm.status/1');
  expect(died.runs).toMatchObject([{ state: 'died', sessions: 1 }]);
  const stop = await project.swarm(['stop']);
  expect([stop.code, stop.stdout]).toEqual([4, expect.stringContaining('is gone')]);
  expect((await project.swarm(['logs', '1'])).stdout).toContain('I see');

  // What it took counts for the one that goes on with it.
  const poor = await project.swarm(['run', '--backend', 'script', '--max-usd', '0.5', '--', agent]);
  expect([poor.code, poor.stdout]).toEqual([
    6,
    expect.stringContaining('the limit of $0.5 for the run is reached'),
  ]);

  rmSync(gate);
  const next = await run(agent).ended;
  expect(next.stderr).toContain('agent-1 RECALLED one');
  expect(next.json()).toMatchObject({ landed: 1, sessions: 0 });
  expect(readdirSync(temp)).toEqual([]);
  git(project.checkout, 'fetch', '--quiet', 'origin');
  expect(git(project.checkout, 'show', 'origin/main:one.txt')).toBe('1');
  expect(git(project.checkout, 'for-each-ref', 'refs/swarm-kept')).toBe('');

  // Killed before anybody took what its session had done.
  await project.swarm(['task', 'add', 'write two', '--id', 'two', '--verify', 'test -e two.txt']);
  const half = run(hanger, '--isolation', 'worktree');
  while (!existsSync(project.path('checkout/.swarm/workspaces/at/agent-1/tree/two.txt'))) await sleep(50);
  half.kill('SIGKILL');
  await half.ended;
  const last = await run(idler, '--isolation', 'worktree').ended;
  expect(last.stderr).toContain('agent-1 RECALLED two');
  expect(last.json()).toMatchObject({ landed: 1, sessions: 0 });
  git(project.checkout, 'fetch', '--quiet', 'origin');
  expect(git(project.checkout, 'log', '-1', '--format=%B', 'origin/main')).toBe('write two\n\nTask: two\n');
  expect(git(project.checkout, 'for-each-ref', 'refs/swarm-kept')).toBe('');
  expect(git(project.checkout, 'ls-remote', 'origin', 'refs/swarm/claims/*')).toBe('');
});
