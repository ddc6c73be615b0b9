// A hub that refuses our refs: what a person must mend.

import { EXIT, SwarmError } from '@swarm/core';
import type { HubRepository } from './repository.js';

export const declined = ({ remote, namespace }: HubRepository, ref: string, reason: string): SwarmError =>
  new SwarmError(`hub ${remote}: it refuses ${ref}: ${reason}`, {
    code: 'namespace-refused',
    exit: EXIT.environment,
    hint: namespace.startsWith('refs/heads/')
      ? `let agents push, replace and delete branches under ${namespace.slice('refs/heads/'.length)}/`
      : 'set `tasks.namespace` to a branch prefix like `swarm`, or let the hub take these refs',
  });
