// Which changes the landing queue takes next, and how many.
//
// First come, first served within a priority, higher priorities first; but whoever has waited longest is in every batch,
// whatever its priority, so a change waits for no more batches than there were changes before it.
//
// How many: a batch that is good costs one full gate, any other about two (the batch, and what is left of it) and the probes
// that find each bad change. Per change, with b in a batch, q of them bad and a probe at the cost c of a full gate:
//   (2 - (1-q)^b) / b + q * c * (log2(b) + 3)
// The first part falls with b and the second grows, so it is worth asking for the best b where probes are dear.

/** A change that waits. */
export interface QueuedChange {
  /** Unique, for ever. */
  readonly id: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Grows with each change that comes: the order of arrival. */
  readonly arrival: number;
}

/** The next batch, in the order in which its changes are put on top of each other. */
export function nextBatch(waiting: readonly QueuedChange[], size: number): readonly QueuedChange[] {
  if (size < 1 || waiting.length === 0) return [];
  const oldest = waiting.reduce((a, b) => (b.arrival < a.arrival ? b : a));
  const others = waiting.filter((it) => it !== oldest).sort(byPriority);
  return [oldest, ...others.slice(0, Math.floor(size) - 1)].sort(byPriority);
}

const byPriority = (a: QueuedChange, b: QueuedChange): number =>
  b.priority - a.priority || a.arrival - b.arrival;

/** What the queue has learned of its changes and probes. */
export interface QueueRates {
  /** Changes that were judged, and those of them that were bad; both fade with each batch. */
  readonly judged: number;
  readonly bad: number;
  /** What a probe costs, as a part of a full gate; 0 for next to nothing. */
  readonly probeCost: number;
}

/** Before anything is known: one change in ten is bad, as sure as ten changes could make it. */
export const FIRST_RATES: QueueRates = { judged: 10, bad: 1, probeCost: 0.02 };

const FADE = 0.9;
const FADE_OF_COST = 0.7;

/** The rates after a batch in which `bad` of `judged` changes were evicted. */
export function ratesAfter(
  rates: QueueRates,
  batch: { readonly judged: number; readonly bad: number; readonly probeCost?: number },
): QueueRates {
  const { probeCost = rates.probeCost } = batch;
  return {
    judged: rates.judged * FADE + batch.judged,
    bad: rates.bad * FADE + batch.bad,
    probeCost: FADE_OF_COST * rates.probeCost + (1 - FADE_OF_COST) * Math.max(0, probeCost),
  };
}

/** How many changes the next batch should have, 1 to `most`. */
export function batchSize({ judged, bad, probeCost }: QueueRates, most: number): number {
  const q = Math.min(0.99, bad / Math.max(1, judged));
  let [best, least] = [1, Number.POSITIVE_INFINITY];
  for (let b = 1; b <= most; b++) {
    const cost = (2 - (1 - q) ** b) / b + q * probeCost * (Math.log2(b) + 3);
    if (cost < least - 1e-12) [best, least] = [b, cost];
  }
  return best;
}
