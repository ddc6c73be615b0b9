// A hub that takes no commits of ours on its branch: what a person must mend.

import { EXIT, SwarmError } from '@swarm/core';
import type { Branch } from './branch.js';

export const branchDeclined = ({ repository, name }: Branch, reason: string): SwarmError =>
  new SwarmError(`hub ${repository.remote}: it refuses a commit on ${name}: ${reason}`, {
    code: 'branch-refused',
    exit: EXIT.environment,
    hint: `let agents push to ${name}, or use \`tasks.store: refs\`, which makes no commits`,
  });
