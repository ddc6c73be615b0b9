// `swarm queue status` and `drop`: what waits, who serves, what was taken out, and taking one out by hand.

import { EXIT, SwarmError } from '@swarm/core';
import { onlyOne, shown } from '../task/find.js';
import { refused } from '../task/refused.js';
import type { Session } from '../task/session.js';
import type { Told } from '../terminal/told.js';
import { queueDocument, serverLine, waitingLine } from './document.js';
import { openSharedQueue } from './open.js';

const SHOWN_WAITING = 5;
const SHOWN_EVICTED = 3;

export async function queueStatus({ settings, signal }: Session): Promise<Told> {
  const now = await (await openSharedQueue(settings, signal)).list();
  const document = queueDocument(now);
  const { waiting, evicted, broken } = document;
  const first = waiting.slice(0, SHOWN_WAITING);
  return {
    document,
    lines: [
      `${serverLine(now)}; ${waitingLine(now)}`,
      ...first.map(
        ({ id, agent, commit, priority }) =>
          `WAITS ${id} ${commit.slice(0, 10)} by ${agent}${priority === 0 ? '' : `, priority ${priority}`}`,
      ),
      ...(waiting.length > first.length ? [`... ${waiting.length - first.length} more: --json`] : []),
      ...evicted.slice(-SHOWN_EVICTED).map(({ id, note }) => `EVICTED ${id}: ${note}`),
      ...(broken.length === 0 ? [] : [`ERROR not readable: ${broken.slice(0, 3).join(', ')}`]),
    ],
    exit: EXIT.done,
  };
}

export async function dropFromQueue({ settings, signal, agent }: Session, given: string): Promise<Told> {
  const queue = await openSharedQueue(settings, signal);
  const { waiting } = await queue.list();
  if (!waiting.some(({ id }) => id.startsWith(given)))
    throw new SwarmError(`queue: no change ${shown(given)} waits in it`, {
      code: 'not-queued',
      exit: EXIT.usage,
      hint: '`swarm queue status` shows what does',
    });
  const candidate = onlyOne(given, waiting, ({ id }) => id);
  if (!(await queue.drop(candidate, `taken out by ${agent}`)))
    throw refused('not-queued', `queue: ${candidate.id} has left it meanwhile`, {
      hint: '`swarm queue status` shows what was taken out; else it has landed',
    });
  return {
    document: queueDocument(await queue.list(), { dropped: candidate.id }),
    lines: [`DROPPED ${candidate.id}; its work is kept at the hub`],
    exit: EXIT.done,
  };
}
