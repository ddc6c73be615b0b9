// Trouble: the machine or the hub failed an agent, which says nothing about any work.

import type { Seat, Shared } from './seat.js';

/** Tell it; its line. */
export function tellTrouble(
  { agent }: Pick<Seat, 'agent'>,
  { tell }: Pick<Shared, 'tell'>,
  error: unknown,
): string {
  const what = error instanceof Error ? error.message : String(error);
  tell({ kind: 'trouble', agent, what });
  return what;
}
