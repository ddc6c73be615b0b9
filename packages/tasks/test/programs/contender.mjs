// `contender.mjs DIR AGENT`: claims what it is offered until nothing is left; prints its leases as one line of JSON.

import { offers } from '@swarm/core';
import { openHub } from '@swarm/tasks';

const [dir, agent] = process.argv.slice(2);
// So many at once are slow, and no silent hub.
const hub = await openHub({ dir, random: Math.random, silenceMs: 300_000 });
const leases = [];
for (;;) {
  const { tasks, claims } = await hub.look();
  const list = offers(tasks, new Set(claims.map(({ task }) => task)), agent);
  if (list.length === 0) break;
  // Who was beaten to one tries the next of its list, and looks again after a few.
  for (const { id } of list.slice(0, 5)) {
    const result = await hub.claims.claim({ task: id, holder: agent, ttlMs: 3_600_000 });
    if (result.kind === 'claimed') leases.push(result.lease);
  }
}
console.log(JSON.stringify(leases));
