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
  const { openFilesHub, openHub, openWorkTree } = await import('@swarm/tasks');
  const { dir, remote, branch, namespace, plainTtlMs } = settings;
  const common = { dir, remote, signal };
  const workTree = await openWorkTree({ ...common, branch });
  const options = { ...common, random: Math.random };
  const hub =
    settings.store === 'files'
      ? await openFilesHub({ ...options, branch, ttlMs: plainTtlMs })
      : await openHub({ ...options, ...(namespace === undefined ? {} : { namespace }) });
  return {
    settings,
    agent: agentName(settings.agent, workTree.top),
    hub,
    workTree,
    signal,
    now: () => new Date(),
  };
}
