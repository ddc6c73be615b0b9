// One limit over agents of two makes, each with its own prices: one says what it costs, of the other only its tokens are known.

import { chmodSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { agentsProject } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';

interface Run {
  readonly landed: number;
  readonly usage: { readonly usd: number };
  readonly why: string;
  readonly log: string;
}

const TASKS = 8;

/** Four steps of $0.05. */
const SCRIPT = `export default (stage) => {
  const [, task] = /write (t\\d+)/.exec(stage.prompt);
  for (let step = 0; step < 4; step++) stage.use({ input: 100, usd: 0.05 });
  stage.edit(\`\${task}.txt\`, { text: 'done\\n' });
};
`;

/** What a codex prints: three steps of 20,000 tokens. */
const CODEX = `#!/bin/bash
task=$(grep -o 'write t[0-9]*' | head -1)
echo '{"type":"thread.started","thread_id":"t"}'
for step in 1 2 3; do
  sleep 0.1
  echo '{"type":"item.completed","item":{"type":"agent_message","text":"at work"}}'
  echo '{"type":"turn.completed","usage":{"input_tokens":20000,"cached_input_tokens":0,"output_tokens":0}}'
done
echo done >"\${task#write }.txt"
`;

test('a limit that two backends share is passed by no more than one step of one session', async () => {
  const project = agentsProject();
  const bin = project.path('bin');
  chmodSync(project.write('bin/codex', CODEX), 0o755);
  const script = project.write('agent.mjs', SCRIPT);
  project.write(
    'checkout/swarm.config.yaml',
    `run:
  maxUsd: 2
  prices: { big-*: { input: 10, output: 30 } }
  roles:
    - { name: cheap, agents: 2, backend: script, args: ['${script}'] }
    - { name: dear, agents: 2, backend: codex, model: big-1 }
tasks: { branch: main }
`,
  );
  const tasks = Array.from({ length: TASKS }, (_, nth) => `t${nth + 1}`).map((id) => {
    return { id, title: `write ${id}`, verify: `test -e ${id}.txt` };
  });
  await project.swarm(['task', 'import', project.write('tasks.json', JSON.stringify({ tasks }))]);
  const ended = await project.swarm(['run', '--until', 'empty', '--json'], {
    timeoutMs: 120_000,
    env: { PATH: [bin, process.env.PATH].join(delimiter) },
  });
  expect(ended.code, ended.stderr).toBe(6);
  const { landed, usage, why, log } = documentOf<Run>(ended, 'swarm.run/1');
  expect(why).toBe('the limit of $2 for the run is reached');
  expect(usage.usd).toBeLessThanOrEqual(2 + 0.2 + 1e-9);
  expect(landed).toBeGreaterThanOrEqual(3);
  const sessions = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"session-ended"'))
    .map((line) => JSON.parse(line) as { role: string; outcome: string; usage: { usd: number } });
  const cost = (role: string) =>
    new Set(
      sessions.flatMap((each) =>
        each.role === role && each.outcome === 'ok' ? [each.usage.usd.toFixed(2)] : [],
      ),
    );
  expect([cost('cheap'), cost('dear')]).toEqual([new Set(['0.20']), new Set(['0.60'])]);
});
