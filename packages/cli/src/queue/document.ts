// The queue as documents and people see it: swarm.queue/1.

import { count } from '@swarm/core';
import type { QueueNow, Waiting } from '@swarm/tasks';
import type { Served } from './server-loop.js';

export interface QueueDocument {
  readonly schema: 'swarm.queue/1';
  /** Who serves it; left out where nobody does. */
  readonly server?: { readonly by: string; readonly dead: boolean };
  /** In the order in which they came. */
  readonly waiting: readonly Pick<Waiting, 'id' | 'agent' | 'commit' | 'priority'>[];
  /** Refs of the queue that can't be read as candidates. */
  readonly broken: readonly string[];
  /** What was taken out last, by id; it stays until the same id is taken out again. */
  readonly evicted: readonly EvictedEntry[];
  /** What a server did. */
  readonly served?: Served & { readonly log: string; readonly stopped: string };
  /** The candidate that was handed in, or taken out. */
  readonly added?: Pick<Waiting, 'id' | 'agent' | 'commit' | 'priority'>;
  readonly dropped?: string;
}

interface EvictedEntry {
  readonly id: string;
  readonly outcome: string;
  readonly note: string;
  readonly tests: readonly string[];
  readonly with: readonly string[];
}

export const entryOf = ({ id, agent, commit, priority }: Waiting) => ({ id, agent, commit, priority });

export function queueDocument(
  { server, waiting, broken, evicted }: QueueNow,
  more: Partial<QueueDocument> = {},
): QueueDocument {
  return {
    schema: 'swarm.queue/1',
    ...(server === undefined ? {} : { server: { by: server.by, dead: server.isDead } }),
    waiting: waiting.map(entryOf),
    broken,
    evicted: [...evicted].map(([id, { evidence }]) => {
      const { outcome = 'unknown', note = '', tests = [], with: others = [] } = evidence ?? {};
      return { id, outcome, note, tests, with: others };
    }),
    ...more,
  };
}

/** Who serves it, in a line. */
export function serverLine({ server }: QueueNow): string {
  if (server === undefined) return 'SERVER none: work lands directly; `swarm queue serve` opens the queue';
  return server.isDead
    ? `SERVER ${server.by}: dead; \`swarm queue serve\` goes on where it was`
    : `SERVER ${server.by}`;
}

export const waitingLine = ({ waiting }: Pick<QueueNow, 'waiting'>): string =>
  `${count(waiting.length, 'change')} waiting`;
