// Waiting when others were first: exponential with full jitter, so that contenders spread instead of meeting again, and
// bounded. After Brooker, "Exponential Backoff And Jitter" (2015).

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SwarmError } from '@swarm/core';

const FIRST_MS = 20;
const LONGEST_MS = 2_000;
/** With 64 that change one ref at once, the last one is through after about 20 tries; this is for worse. */
const TRIES = 60;

/**
 * Try until there is a result; `attempt` returns undefined when somebody else was first. Throws `hub-busy` (exit 3) when that
 * doesn't end.
 */
export async function untilDone<T>(
  what: string,
  random: () => number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
    await sleep(
      random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** tries),
      undefined,
      signal === undefined ? {} : { signal },
    );
  }
  throw new SwarmError(`${what}: somebody else was first ${TRIES} times`, {
    code: 'hub-busy',
    exit: EXIT.environment,
    hint: 'run it again; if that goes on, something at the hub refuses every change',
  });
}
