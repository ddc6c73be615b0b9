// One command's way to the hub: settings, the hub in the form that they ask for, the working repository, and Ctrl-C.

import type { SwarmError } from '@swarm/core';
import type { Hub, WorkTree } from '@swarm/tasks';
import { listenForInterrupt } from '../terminal/interrupt.js';
import { agentName } from './agent-name.js';
import { type TaskSettings, type TypedFlags, taskSettings } from './settings.js';

export interface Session {
  readonly settings: TaskSettings;
  /** Who is asking. */
  readonly agent: string;
  readonly hub: Hub;
  /** False: the tasks are this working tree's own. */
  readonly isShared: boolean;
  readonly workTree: WorkTree;
  readonly signal: AbortSignal;
  /** For people only: nothing is decided by it. */
  readonly now: () => Date;
}

/** Open the hub, work, and let go of it. Interrupted: throws `interrupted` (exit 130 or 143). */
export async function withSession<T>(flags: TypedFlags, work: (session: Session) => Promise<T>): Promise<T> {
  const interrupt = listenForInterrupt({
    message: 'interrupted; what was sent to the hub was done whole or not at all',
    hint: 'run the same command again',
  });
  try {
    const settings = await taskSettings(flags, process.env);
    return await work(await openSession(settings, interrupt.signal));
  } catch (error) {
    throw interrupt.problem() ?? (error as SwarmError);
  } finally {
    interrupt.release();
  }
}

async function openSession(settings: TaskSettings, signal: AbortSignal): Promise<Session> {
  const { openWorkTree } = await import('@swarm/tasks');
  const { dir, remote, branch } = settings;
  const [workTree, why] = await Promise.all([
    openWorkTree({ dir, remote, branch, signal }),
    whyLocal(settings, signal),
  ]);
  const rest = { settings, agent: agentName(settings.agent, workTree.top), signal, now: () => new Date() };
  if (why === undefined)
    return { ...rest, workTree, isShared: true, hub: await openSharedHub(settings, signal, workTree.found) };
  const { openLocalHub, withoutHub } = await import('./local-hub.js');
  const hub = await openLocalHub(workTree.top, why);
  return { ...rest, workTree: withoutHub(workTree), isShared: false, hub };
}

/** Why the tasks are this working tree's own; undefined when there is a hub, or one was asked for. */
async function whyLocal(settings: TaskSettings, signal: AbortSignal): Promise<string | undefined> {
  if (settings.local) return 'this was asked for with --local';
  if (settings.isHubNamed) return undefined;
  const { hasRemote } = await import('@swarm/tasks');
  if (await hasRemote({ ...settings, signal })) return undefined;
  return `there is no remote ${settings.remote}`;
}

/** The hub that settings name, in the form that they ask for. */
export async function openSharedHub(
  settings: TaskSettings,
  signal: AbortSignal,
  tree?: WorkTree['found'],
): Promise<Hub> {
  const { openFilesHub, openHub } = await import('@swarm/tasks');
  const { dir, apart, store, remote, branch, namespace, plainTtlMs } = settings;
  const options = {
    ...{ dir, remote, signal, random: Math.random },
    ...(apart === undefined ? {} : { apart }),
    ...(tree === undefined ? {} : { tree }),
  };
  if (store === 'files') return openFilesHub({ ...options, branch, ttlMs: plainTtlMs });
  return openHub({ ...options, ...(namespace === undefined ? {} : { namespace }) });
}
