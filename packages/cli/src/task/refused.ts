// What was understood and not done: exit 1, with the reason and what to do next.

import { EXIT, SwarmError } from '@swarm/core';

export const refused = (code: string, message: string, more: { readonly hint: string }): SwarmError =>
  new SwarmError(message, { code, exit: EXIT.refused, ...more });
