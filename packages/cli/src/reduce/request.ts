// What was typed, checked.

import { EXIT, SwarmError } from '@swarm/core';
import type { ReduceRequest } from './run.js';

interface ReduceFlags {
  readonly dir: string;
  readonly engine?: 'cvise' | 'own' | undefined;
  readonly timeout?: number | undefined;
  readonly jobs?: number | undefined;
  readonly output?: string | undefined;
  readonly resume: boolean;
}

const DEFAULT_TIMEOUT_S = 300;

/** Throws `usage` (exit 2) naming all that is wrong. */
export function reduceRequest(culprit: string, flags: ReduceFlags): ReduceRequest {
  const { dir, engine, timeout = DEFAULT_TIMEOUT_S, jobs, output, resume } = flags;
  const wrong = [
    ...(timeout > 0 ? [] : ['--timeout takes seconds above 0']),
    ...(jobs === undefined || (Number.isInteger(jobs) && jobs >= 1 && jobs <= 256)
      ? []
      : ['--jobs takes 1 to 256']),
  ];
  if (wrong.length > 0)
    throw new SwarmError(`usage: ${wrong.join('; ')}`, { code: 'usage', exit: EXIT.usage });
  return { dir, culprit, engine, timeoutMs: timeout * 1000, jobs, output, resume };
}
