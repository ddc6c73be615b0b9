// The hub over git refs, put together.

import { settleDoubles } from '@swarm/core';
import { RefClaims } from './claims.js';
import { fetchAll } from './fetch.js';
import { type HeadView, keepHeads, readHeads } from './head-cache.js';
import type { Hub, HubOptions } from './hub.js';
import { land } from './landing.js';
import { type HubRepository, openRepository } from './repository.js';
import { RefStore } from './store.js';
import { sync } from './sync.js';
import { readAhead } from './task-tree.js';
import { tasksAt } from './transaction.js';

/**
 * Open the hub of the working repository around `dir`. The hub itself isn't asked yet. Throws `no-repository`, `bad-namespace`,
 * `no-git`, `disk-full`, `read-only`.
 */
export async function openHub(options: HubOptions): Promise<Hub> {
  const repository = await openRepository(options);
  const claims = new RefClaims(repository);
  return {
    store: new RefStore(repository),
    claims,
    look: async () => {
      const asked = claims.look(() => fetchAll(repository));
      const [{ tip, claims: seen, own }] = await Promise.all([asked, readAhead(repository)]);
      const view = await tasksAt(repository, tip).view();
      return { ...view, tasks: settleDoubles(view.tasks), claims: seen, own };
    },
    glance: async () => {
      const asked = claims.look(() => fetchAll(repository));
      const [{ tip, claims: seen, own }, kept] = await Promise.all([asked, readHeads(repository.state)]);
      const { heads, broken } =
        tip !== undefined && kept?.commit === tip ? kept : await headsAt(repository, tip);
      return { heads: settleDoubles(heads), broken, claims: seen, own };
    },
    land: (landing) => land(repository, landing),
    sync: ({ branch } = {}) => sync(repository, branch),
  };
}

async function headsAt(repository: HubRepository, tip: string | undefined): Promise<HeadView> {
  if (tip === undefined) return { heads: [], broken: [] };
  return keepHeads(repository.state, tip, await tasksAt(repository, tip).view());
}
