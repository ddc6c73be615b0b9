// What sessions can reach, in words, for those who are about to start some.

import type { Isolation, WorkspacesConfig } from '@swarm/host';
import { isSandboxed } from '@swarm/tasks';

/** So many hosts are named. */
const NAMED = 4;

export function reachText(isolation: Isolation, network: WorkspacesConfig['network'] = false): string {
  if (!isSandboxed({ isolation }))
    return `a ${isolation} holds nothing back: all that you can read and reach`;
  const where = `from inside a ${isolation}`;
  if (network === true)
    return `${where} the whole network${isolation === 'bubblewrap' ? ', and what listens on this machine' : ''}`;
  if (network === false) return `${where} no network: name hosts in workspaces.network`;
  const more = network.length > NAMED ? `, ${network.length - NAMED} more` : '';
  return `${where} ${network.slice(0, NAMED).join(', ')}${more}, and nothing else`;
}
