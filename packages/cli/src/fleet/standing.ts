// How a fleet stands: its events folded into a line for each agent and totals. Read from a run that is under way or from its log.

import { addUsage, NO_USAGE, type SessionUsage, tokensOf } from '@swarm/core';
import type { FleetEvent } from '@swarm/fleet';
import { seconds } from '../terminal/line.js';

export interface AgentStanding {
  readonly agent: string;
  readonly task: string | undefined;
  /** What it does, in a word or two. */
  readonly phase: string;
  /** When the phase began, since the run's start; undefined before the first one. */
  readonly sinceMs: number | undefined;
  /** The session's that runs, or ran last. */
  readonly session: string | undefined;
  readonly usage: SessionUsage;
  readonly landed: number;
}

export interface Totals {
  readonly landed: number;
  readonly superseded: number;
  readonly handedBack: number;
  readonly sessions: number;
  readonly usage: SessionUsage;
}

const IDLE: Omit<AgentStanding, 'agent'> = {
  task: undefined,
  phase: 'idle',
  sinceMs: undefined,
  session: undefined,
  usage: NO_USAGE,
  landed: 0,
};

export class Standing {
  readonly agents = new Map<string, AgentStanding>();
  totals: Totals = { landed: 0, superseded: 0, handedBack: 0, sessions: 0, usage: NO_USAGE };
  /** Why it stopped; undefined while it runs. */
  stopped: string | undefined;

  /** Of the last event, since the run's start. */
  nowMs = 0;

  /** `atMs`: since the run's start. */
  note(event: FleetEvent, atMs: number): void {
    this.nowMs = atMs;
    switch (event.kind) {
      case 'fleet-started':
      case 'gone-on':
        return;
      case 'fleet-stopped':
        this.stopped = event.why;
        return;
      case 'claimed':
        this.set(event.agent, { task: event.task, phase: 'verifying', usage: NO_USAGE });
        return;
      case 'recalled':
        this.set(event.agent, { phase: 'checking' });
        return;
      case 'session-started':
        this.set(event.agent, { phase: 'working', session: event.session });
        return;
      case 'session-progress':
        this.set(event.agent, { usage: event.usage });
        return;
      case 'session-ended':
        this.add({ sessions: 1, usage: event.usage });
        this.set(event.agent, { phase: 'checking', usage: event.usage });
        return;
      case 'checked':
        this.set(event.agent, { phase: event.check === 'sample' ? 'at the gate' : 'landing' });
        return;
      case 'landed':
        this.add({ landed: 1 });
        this.set(event.agent, { task: undefined, phase: 'idle', landed: this.at(event.agent).landed + 1 });
        return;
      case 'round-over':
        this.set(event.agent, { task: undefined, phase: 'idle' });
        return;
      case 'superseded':
        this.add({ superseded: 1 });
        this.set(event.agent, { task: undefined, phase: 'idle' });
        return;
      case 'handed-back':
        this.add({ handedBack: 1 });
        this.set(event.agent, { task: undefined, phase: 'idle' });
        return;
      case 'lease-lost':
        this.set(event.agent, { task: undefined, phase: 'idle' });
        return;
      case 'waiting':
        this.set(event.agent, { phase: 'waiting' });
        return;
      case 'resting':
        this.set(event.agent, { phase: 'resting' });
        return;
      case 'trouble':
        this.set(event.agent, { phase: 'trouble' });
        return;
      case 'agent-stopped':
        this.set(event.agent, { task: undefined, phase: 'stopped' });
    }
  }

  private at(agent: string): AgentStanding {
    return this.agents.get(agent) ?? { agent, ...IDLE };
  }

  private set(agent: string, change: Partial<AgentStanding>): void {
    const before = this.at(agent);
    const sinceMs = change.phase === undefined || change.phase === before.phase ? before.sinceMs : this.nowMs;
    this.agents.set(agent, { ...before, sinceMs, ...change });
  }

  private add({
    landed = 0,
    superseded = 0,
    handedBack = 0,
    sessions = 0,
    usage = NO_USAGE,
  }: Partial<Totals>): void {
    const now = this.totals;
    this.totals = {
      landed: now.landed + landed,
      superseded: now.superseded + superseded,
      handedBack: now.handedBack + handedBack,
      sessions: now.sessions + sessions,
      usage: addUsage(now.usage, usage),
    };
  }
}

/** Money, and what of it each landed task took; empty where none is known. */
export function costText({ usd }: SessionUsage, landed: number): string {
  if (usd === undefined) return '';
  return `, $${usd.toFixed(2)}${landed > 0 ? ` ($${(usd / landed).toFixed(2)} for a landed task)` : ''}`;
}

/** A line of an agent, for people. */
export function agentLine({ agent, task, phase, usage, landed }: AgentStanding): string {
  const money = usage.usd === undefined ? '' : ` $${usage.usd.toFixed(2)}`;
  const tokens = tokensOf(usage);
  const used = tokens === 0 ? '' : ` ${tokens} tokens${money}`;
  return `${agent}: ${phase}${task === undefined ? '' : ` ${task}`}${used}; landed ${landed}`;
}

/** For how long an agent does what it does, after a comma; empty where it hasn't begun. */
export const sinceText = ({ sinceMs }: AgentStanding, elapsedMs: number): string =>
  sinceMs === undefined ? '' : `, for ${seconds(Math.max(0, elapsedMs - sinceMs))}`;

/** An event that people want to read about, as a line; undefined for the others. */
export function eventLine(event: FleetEvent): string | undefined {
  switch (event.kind) {
    case 'gone-on':
      return `goes on with ${event.runs.join(', ')}, which ended without a word: ${event.sessions} sessions and $${event.usd.toFixed(2)} count for its limits`;
    case 'claimed':
      return `${event.agent} CLAIMED ${event.task}: ${event.title}`;
    case 'recalled':
      return `${event.agent} RECALLED ${event.task}: what an earlier session left is checked`;
    case 'session-ended':
      return `${event.agent} SESSION ${event.session} ended: ${event.outcome}: ${event.detail}`;
    case 'checked':
      return event.verdict === 'green'
        ? undefined
        : `${event.agent} ${event.check.toUpperCase()} ${event.verdict}: ${event.detail}`;
    case 'landed':
      return `${event.agent} LANDED ${event.task} as ${event.commit.slice(0, 10)}`;
    case 'superseded':
      return `${event.agent} SUPERSEDED ${event.task}: ${event.detail}`;
    case 'handed-back':
      return `${event.agent} ${event.blocked ? 'BLOCKED' : 'HANDED BACK'} ${event.task}: ${event.outcome}: ${event.note}`;
    case 'round-over':
      return `${event.agent} ENDED ${event.task} without a change: ${event.note}`;
    case 'resting':
      return `${event.agent} RESTS: ${event.why}`;
    case 'host-refused':
      return `${event.agent} REFUSED ${event.why}`;
    case 'lease-lost':
      return `${event.agent} LOST ${event.task}: someone took it over`;
    case 'trouble':
      return `ERROR ${event.agent}: ${event.what}`;
    case 'waiting':
      return `${event.agent} waits ${Math.round(event.forMs / 1000)} s: ${event.why}`;
    default:
      return undefined;
  }
}
