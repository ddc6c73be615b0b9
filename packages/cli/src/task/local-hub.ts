// Tasks without a hub: those that a bisect left in `.swarm/tasks` of a working tree. They can be read, changed and exported;
// claims and landing need a hub that others share.

import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { openStateFolder, openTaskFiles } from '@swarm/host';
import type { Hub, WorkTree } from '@swarm/tasks';

/** The tasks of the working tree at `top`. `why`: why there is no hub, for those who ask for more than tasks. */
export async function openLocalHub(top: string, why: string): Promise<Hub> {
  const files = openTaskFiles(join(await openStateFolder(top), 'tasks'));
  const view = async () => ({ tasks: await files.list(), broken: [] });
  const nobody = async () => {
    throw new SwarmError(`hub: ${why}`, {
      code: 'no-hub',
      exit: EXIT.environment,
      hint: 'claims and landing need one: `swarm hub init DIR`, then `git remote add origin DIR`',
    });
  };
  return {
    store: {
      ...files,
      view,
      get: async (id) => (await files.list()).find((task) => task.id === id),
    },
    claims: {
      list: async () => [],
      own: async () => [],
      claim: nobody,
      takeOver: nobody,
      renew: nobody,
      release: nobody,
    },
    look: async () => ({ ...(await view()), claims: [], own: [] }),
    glance: async () => ({ heads: await files.list(), broken: [], claims: [], own: [] }),
    land: nobody,
    sync: nobody,
  };
}

/** The working tree, for which its own HEAD is what there is to verify. */
export const withoutHub = (workTree: WorkTree): WorkTree => ({
  ...workTree,
  fetchBase: async () => {
    const head = await workTree.head();
    if (head !== undefined) return head;
    throw new SwarmError(`repository ${workTree.top}: it has no commit yet`, {
      code: 'no-commit',
      exit: EXIT.environment,
      hint: 'commit what is there',
    });
  },
});
