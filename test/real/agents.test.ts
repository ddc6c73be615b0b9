// The conformance kit: agent programs run for real against a scripted model, and what became of each session is classified right. With
// SWARM_CONFORMANCE=all also those that ship a binary.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cancellation,
  type SessionEnd,
  type SessionEvent,
  type SessionOutcome,
  sessionEnvironment,
} from '@swarm/core';
import { programBackend } from '@swarm/host';
import { afterAll, describe, expect, it } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { EDITED, SCENARIOS, type Scenario } from '../kit/model-server/script.ts';
import { startModelServer } from '../kit/model-server/server.ts';
import { needsValue } from '../kit/needs.ts';
import { type AgentProgram, fetchProgram, PROGRAMS } from './agent-programs.ts';

const IN_CI = new Set(['pi', 'gemini']);
const all = process.env.SWARM_CONFORMANCE === 'all';
const programs = PROGRAMS.filter(({ name }) => all || IN_CI.has(name));

const EXPECTED: Readonly<Record<Scenario, SessionOutcome>> = {
  edits: 'ok',
  'limited-then-fine': 'ok',
  limited: 'rate-limited',
  hangs: 'stalled',
  cut: 'crashed',
  forbidden: 'no-change',
  floods: 'no-change',
  unauthorized: 'auth',
};
/** When an answer is cut Claude Code asks ten times, with pauses that grow beyond what is waited for here. */
const OWN: Readonly<Record<string, Partial<Record<Scenario, SessionOutcome>>>> = {
  'claude-code': { cut: 'stalled' },
};
/** pi speaks all four formats; each is used. */
const WIRES: Partial<Record<Scenario, readonly string[]>> = {
  edits: ['openai-completions', 'openai-responses', 'anthropic-messages', 'google-generative-ai'],
  limited: ['anthropic-messages'],
  unauthorized: ['google-generative-ai'],
  cut: ['openai-responses'],
};
/** Where nothing comes any more; one that is limited has to get as far as its first refusal, on a machine with much else to do. */
const IDLE_MS: Partial<Record<Scenario, number>> = { hangs: 12_000, limited: 20_000 };
const DEFAULT_WIRE = ['openai-completions'];

const folders: Folder[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

interface Ran {
  readonly events: readonly SessionEvent[];
  readonly end: SessionEnd;
  readonly status: string;
  readonly seen: string;
}

async function run(program: AgentProgram, bin: string, scenario: Scenario, wire: string): Promise<Ran> {
  const folder = project({}, `swarm-agent-${program.name}-`);
  folders.push(folder);
  const workspace = folder.path('work');
  const home = folder.path('home');
  mkdirSync(workspace);
  spawnSync('git', ['init', '--quiet', workspace]);
  const status = () =>
    spawnSync('git', ['status', '--porcelain'], { cwd: workspace, encoding: 'utf8' }).stdout.trim();
  const server = await startModelServer({ steps: SCENARIOS[scenario], folder: workspace });
  for (const [file, text] of Object.entries(program.config(server.url, wire)))
    folder.write(join('home', file), text);
  const [descriptor] = await (await program.hook()).default();
  const backend = await descriptor!.load({ program: programBackend });
  const host = {
    ...program.env(server.url),
    PATH: `${bin}:${process.env.PATH}`,
    SWARM_TEST_SECRET: 'secret',
  };
  const lines: string[] = [];
  const events: SessionEvent[] = [];
  const request = {
    prompt: 'Write the file.\n',
    workspace,
    home,
    env: sessionEnvironment(host, descriptor!, home),
    model: program.model,
    limits: { idleMs: (program.patience ?? 1) * (IDLE_MS[scenario] ?? 40_000), wallMs: 240_000 },
    inspect: async () => ({ changed: status() !== '' }),
    onLine: (line: string) => lines.push(line.slice(0, 500)),
  };
  for await (const event of backend.run(request, new Cancellation())) events.push(event);
  await server.close();
  const seen = [...lines.slice(-20), JSON.stringify(events.at(-1))].join('\n');
  return { events, end: events.at(-1) as SessionEnd, status: status(), seen };
}

describe.each(programs)('$name', (program) => {
  const fetched = fetchProgram(program);
  const missing = 'missing' in fetched ? fetched.missing : undefined;
  const bin = 'bin' in fetched ? fetched.bin : '';
  const cases = Object.keys(SCENARIOS).flatMap((name) => {
    const scenario = name as Scenario;
    const wires = program.name === 'pi' ? (WIRES[scenario] ?? DEFAULT_WIRE) : [''];
    const outcome = OWN[program.name]?.[scenario] ?? EXPECTED[scenario];
    return wires.map((wire) => ({ scenario, wire, outcome }));
  });

  it.runIf(needsValue(missing)).concurrent.each(cases)(
    '$scenario $wire: $outcome',
    async ({ scenario, wire, outcome }) => {
      const { events, end, status, seen } = await run(program, bin, scenario, wire);
      expect(end.outcome, seen).toBe(outcome);
      expect(status).toBe(outcome === 'ok' ? `?? ${EDITED.file}` : '');
      expect(events.filter(({ kind }) => kind === 'finished')).toHaveLength(1);
      if (outcome !== 'ok') return;
      expect(events.some(({ kind }) => kind === 'started' || kind === 'turn')).toBe(true);
      expect(events.some(({ kind }) => kind === 'tool')).toBe(true);
      const used = events.findLast(({ kind }) => kind === 'usage');
      expect(used).toMatchObject({ usage: { inputTokens: 200, outputTokens: 40 } });
    },
  );
});
