// What serving a queue needs of the machine, opened once: the hub's side, a clean environment, and where things are kept.

import { join } from 'node:path';
import { makeFolder, openStateFolder } from '@swarm/host';
import { openQueueServer, type QueueServer } from '@swarm/tasks';
import type { Approval } from '../gate/approval.js';
import { type Context, contextOf, type GateSource, type Limits } from '../gate/context.js';
import { type CleanEnvironment, cleanEnvironment } from '../gate/environment.js';
import { type RoomFlags, roomsOf } from '../gate/rooms.js';
import type { Side } from '../gate/subject.js';
import type { TaskSettings } from '../task/settings.js';
import type { Status } from '../terminal/status.js';
import { needRefs } from './open.js';

export interface QueueBench {
  readonly server: QueueServer;
  readonly remote: string;
  /** The state folder of the working tree. */
  readonly state: string;
  /** The queue's own part of it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly status: Status;
  /** The gate of a commit on top of a base. */
  contextOf(base: Side, candidate: Side, approval: Approval | undefined): Promise<Context>;
}

/** Throws `queue-needs-refs` (exit 2), and what opening a hub throws. */
export async function openQueueBench(
  settings: TaskSettings,
  limits: Limits & RoomFlags,
  signal: AbortSignal,
  status: Status,
): Promise<QueueBench> {
  const { dir, remote, branch, namespace } = settings;
  needRefs(settings);
  const server = await openQueueServer({
    ...{ dir, remote, branch, signal, random: Math.random },
    ...(namespace === undefined ? {} : { namespace }),
  });
  const { top } = server.trees;
  const environment: CleanEnvironment = cleanEnvironment(process.env, top);
  const state = await openStateFolder(top);
  const folder = join(state, 'queue');
  makeFolder(folder, 'queue folder');
  const rooms = await roomsOf({ dir, remote, root: limits.root, workspace: limits.workspace }, signal);
  const source: GateSource = { trees: server.trees, checkOut: server.checkOut };
  return {
    ...{ server, remote, state, folder, signal, status },
    contextOf: (base, candidate, approval) =>
      contextOf({
        ...{
          source,
          subject: { base, candidate },
          state,
          environment,
          approval,
          limits,
          rooms,
          signal,
          status,
        },
      }),
  };
}
