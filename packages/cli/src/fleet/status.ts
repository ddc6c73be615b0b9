// `swarm status`: the runs of this repository, and what other machines' agents hold at the hub.

import { join } from 'node:path';
import { EXIT } from '@swarm/core';
import { count, seconds } from '../terminal/line.js';
import type { Told } from '../terminal/told.js';
import type { HubView } from './hub-view.js';
import { type FleetRun, isAlive } from './past-runs.js';
import { type AgentStanding, agentLine, costText, sinceText, type Totals } from './standing.js';

/** `all`: lines for as many agents as there are. */
export function statusOf(runs: readonly FleetRun[], hub: HubView, all: boolean): Told {
  // What a run that died holds is told with it.
  const names = new Set(
    runs.filter(({ state }) => state !== 'over').flatMap(({ standing }) => [...standing.agents.keys()]),
  );
  const elsewhere = hub.kind === 'seen' ? hub.held.filter(({ holder }) => !names.has(holder)) : [];
  const most = all ? Number.POSITIVE_INFINITY : AGENT_LINES;
  return {
    document: {
      schema: 'swarm.status/1',
      runs: runs.map(runDocument),
      elsewhere,
      tasks: hub.kind === 'seen' ? hub.counts : null,
      ...(hub.kind === 'away' ? { hubProblem: hub.reason } : {}),
    },
    lines: [
      ...(runs.length === 0
        ? ['no agents have run here: see swarm run']
        : runs.flatMap((run) => runLines(run, most))),
      ...elsewhereLines(elsewhere, all),
      hubLine(hub),
    ],
    exit: EXIT.done,
    unlimited: all,
  };
}

const AGENT_LINES = 5;

function runDocument({ run, folder, state, startedAt, elapsedMs, standing }: FleetRun) {
  const { agents, totals, stopped } = standing;
  return {
    run,
    state,
    startedAt: startedAt.toISOString(),
    seconds: Math.round(elapsedMs / 1000),
    agents: [...agents.values()].map((agent) => agentDocument(agent, elapsedMs)),
    ...totals,
    why: stopped ?? null,
    folder,
  };
}

function agentDocument(
  { agent, task, phase, sinceMs, session, usage, landed }: AgentStanding,
  elapsedMs: number,
) {
  return {
    ...{ agent, task: task ?? null, phase, session: session ?? null, usage, landed },
    seconds: sinceMs === undefined ? null : Math.max(0, Math.round((elapsedMs - sinceMs) / 1000)),
  };
}

function runLines(run: FleetRun, most: number): string[] {
  const { standing, elapsedMs, state } = run;
  const head = `${state.toUpperCase()} ${run.run}: ${sumText(standing.totals)}; ${endText(run)}`;
  if (!isAlive(run)) return [head, `log: ${join(run.folder, 'log.jsonl')}`];
  const agents = [...standing.agents.values()].sort(
    (a, b) => Number(b.task !== undefined) - Number(a.task !== undefined),
  );
  const lines = agents.slice(0, most).map((agent) => `${agentLine(agent)}${sinceText(agent, elapsedMs)}`);
  const more = agents.length - lines.length;
  return [head, ...lines, ...(more > 0 ? [`${more} more: --watch, or --json`] : [])];
}

function sumText({ landed, superseded, handedBack, sessions, usage }: Totals): string {
  const closed = superseded === 0 ? '' : `, superseded ${superseded}`;
  const back = handedBack === 0 ? '' : `, handed back ${handedBack}`;
  return `landed ${landed}${closed}${back}, ${count(sessions, 'session')}${costText(usage, landed)}`;
}

function endText({ state, standing, elapsedMs, startedAt }: FleetRun): string {
  const { size } = standing.agents;
  const rate =
    elapsedMs > 60_000 ? `, ${((standing.totals.landed * 3_600_000) / elapsedMs).toFixed(1)} an hour` : '';
  if (state === 'running') return `${count(size, 'agent')} for ${seconds(elapsedMs)}${rate}`;
  if (state === 'stopping') return 'sessions that run may finish';
  const began = `began ${startedAt.toISOString().slice(0, 16).replace('T', ' ')}, took ${seconds(elapsedMs)}`;
  if (state === 'over') return `stopped: ${standing.stopped}; ${began}`;
  return `its process is gone; the next run gives its claims back and goes on with its work; ${began}`;
}

function elsewhereLines(
  held: readonly { holder: string; task: string; expired: boolean }[],
  all: boolean,
): string[] {
  const lines = held.map(
    ({ holder, task, expired }) =>
      `elsewhere: ${holder} ${expired ? 'held' : 'holds'} ${task}${expired ? ', expired' : ''}`,
  );
  if (all || lines.length <= 2) return lines;
  return [...lines.slice(0, 1), `elsewhere: ${lines.length - 1} more claims, in --json`];
}

function hubLine(hub: HubView): string {
  if (hub.kind === 'away') return `note: the hub can't be asked: ${hub.reason}`;
  const parts = Object.entries(hub.counts).filter(([, n]) => n > 0);
  const total = parts.reduce((sum, [, n]) => sum + n, 0);
  return `hub: ${total === 0 ? 'no tasks' : `${count(total, 'task')}: ${parts.map(([state, n]) => `${n} ${state}`).join(', ')}`}`;
}
