// What this agent holds in this working copy: by the tokens kept here, and by its name. A token never leaves the working copy
// that took it, so two agents of one name in two of them never take each other's claim for their own. Who names no agent
// means the only claim that was made here, under whatever name.

import { EXIT, type Lease, SwarmError } from '@swarm/core';
import { named, onlyOne, shown } from './find.js';
import { refused } from './refused.js';
import type { Session } from './session.js';

export async function ownLeases(session: Session): Promise<readonly Lease[]> {
  return meant(session, await session.hub.claims.own());
}

/** Those of this working copy's leases that are this agent's by name. */
export const heldBy = ({ agent }: Pick<Session, 'agent'>, here: readonly Lease[]): Lease[] =>
  here.filter(({ holder }) => holder === agent);

/** Those that are this agent's by name; or the only one, where no name was given. */
export function meant(
  session: Pick<Session, 'agent' | 'settings'>,
  here: readonly Lease[],
): readonly Lease[] {
  const own = heldBy(session, here);
  return own.length === 0 && here.length === 1 && session.settings.agent === undefined ? here : own;
}

/**
 * The lease that is meant: named, or the only one. Throws `no-claim` (exit 1) when this agent has none (of it), and
 * `claim-ambiguous` (exit 2) when it has several and none is named.
 */
export async function findLease(session: Session, given: string | undefined): Promise<Lease> {
  const { agent } = session;
  const here = await session.hub.claims.own();
  const own = meant(session, here);
  if (given !== undefined && own.some(({ task }) => task.startsWith(given)))
    return onlyOne(given, own, ({ task }) => task);
  if (given !== undefined || own.length === 0) throw noClaim(agent, given, here);
  if (own.length === 1) return own[0]!;
  throw new SwarmError(`claim: ${agent} holds ${own.length}: ${named(own.map(({ task }) => task))}`, {
    code: 'claim-ambiguous',
    exit: EXIT.usage,
    hint: 'name the task',
  });
}

function noClaim(agent: string, given: string | undefined, here: readonly Lease[]): SwarmError {
  const other = here.find(({ task }) => given === undefined || task.startsWith(given));
  const [what, which] = given === undefined ? ['claim', ''] : [`task ${shown(given)}`, ' on it'];
  return refused('no-claim', `${what}: ${agent} holds no claim${which} in this working copy`, {
    hint:
      other === undefined
        ? 'claim a task with `swarm task claim`; a claim belongs to the working copy that took it'
        : `${other.holder} holds ${other.task} here: pass --agent ${other.holder}, or set SWARM_AGENT`,
  });
}
