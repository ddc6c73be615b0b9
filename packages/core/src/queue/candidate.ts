// A candidate: work that waits in the landing queue. Its text is JSON, one line; who reads it takes nothing for granted, since
// anyone who may push may have written it.

import { isTaskId } from '../task.js';

const SCHEMA = 'swarm.candidate/1';

export interface Candidate {
  /** The task that it closes; without a task a name of the same form. One candidate an id waits at a time. */
  readonly id: string;
  /** The newest commit of the work. */
  readonly commit: string;
  /** Who did it. */
  readonly agent: string;
  /** Higher goes first; 0 unless given. */
  readonly priority: number;
  /** The token of the claim that waits with it; without one, no task is closed. */
  readonly claim?: string;
  /** Recorded at the task when it lands. */
  readonly note?: string;
}

export const candidateText = (candidate: Candidate): string =>
  JSON.stringify({ schema: SCHEMA, ...candidate });

/** The candidate that a text says, `commit` aside; undefined for any other text. */
export function readCandidate(text: string): Omit<Candidate, 'commit'> | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || value.schema !== SCHEMA) return undefined;
  const { id, agent, priority = 0, claim, note } = value;
  if (typeof id !== 'string' || !isTaskId(id) || typeof agent !== 'string') return undefined;
  if (typeof priority !== 'number' || !Number.isFinite(priority)) return undefined;
  return {
    id,
    agent: agent.slice(0, 200),
    priority,
    ...(typeof claim === 'string' && /^[0-9a-f]{40,64}$/.test(claim) ? { claim } : {}),
    ...(typeof note === 'string' ? { note: note.slice(0, 2000) } : {}),
  };
}
