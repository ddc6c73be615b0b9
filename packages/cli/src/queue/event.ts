// What happens in a queue that is served, told as it happens: to people in a line, to the log as it is.

import type { Evidence } from '@swarm/core';

export type QueueEvent =
  | { readonly kind: 'serving'; readonly by: string }
  | {
      readonly kind: 'batch';
      readonly changes: readonly string[];
      readonly size: number;
      readonly resumed: boolean;
    }
  | { readonly kind: 'landed'; readonly id: string; readonly agent: string }
  | { readonly kind: 'evicted'; readonly id: string; readonly agent: string; readonly evidence: Evidence }
  | { readonly kind: 'flaky'; readonly tests: readonly string[] }
  | { readonly kind: 'batch-stopped'; readonly why: string }
  | { readonly kind: 'trouble'; readonly what: string };

/** For people; undefined where it is of no interest to them. */
export function eventLine(event: QueueEvent): string | undefined {
  switch (event.kind) {
    case 'serving':
      return `SERVING ${event.by}`;
    case 'landed':
      return `LANDED ${event.id}, by ${event.agent}`;
    case 'evicted':
      return `EVICTED ${event.id}, by ${event.agent}: ${event.evidence.note}`;
    case 'flaky':
      return `FLAKY ${event.tests.join(', ')}`;
    case 'batch-stopped':
      return `AGAIN: ${event.why}`;
    case 'trouble':
      return `ERROR queue: ${event.what}`;
    case 'batch':
      return event.resumed ? `RESUMED a batch of ${event.changes.length}` : undefined;
  }
}
