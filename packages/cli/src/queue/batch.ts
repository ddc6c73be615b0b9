// One batch: driven to its end by the core, its answers kept, and what it came to told to the hub.

import { type BatchEnd, driveBatch, type Eviction, type Evidence, type QueueAnswer } from '@swarm/core';
import type { Waiting } from '@swarm/tasks';
import { ALL_THERE, type BatchCost, BatchGate, type BatchWish } from './batch-gate.js';
import type { BatchJournal } from './batch-journal.js';
import type { QueueBench } from './bench.js';

export interface BatchResult {
  readonly end: BatchEnd;
  readonly evicted: readonly { readonly candidate: Waiting; readonly evidence: Evidence }[];
  readonly cost: BatchCost;
  /** What the hub said when it would not take it. */
  readonly refusal: string | undefined;
}

/** `hasLanded`: an earlier server moved main, and was killed before it told the rest. */
export async function runBatch(
  bench: QueueBench,
  candidates: BatchWish['candidates'],
  journal: BatchJournal,
  options: { readonly certify: boolean; readonly hasLanded: boolean },
): Promise<BatchResult> {
  const gate = new BatchGate(bench, {
    base: journal.subject.base,
    candidates,
    certify: options.certify,
    onLanding: (commit) => journal.noteLanding(commit),
  });
  for (const [test, words] of journal.said) gate.said.set(test, words);
  try {
    const ids = candidates.map(({ waiting }) => waiting.id);
    const end = await driveBatch(ids, journal.known, async (ask): Promise<QueueAnswer> => {
      if (ask.kind === 'land' && options.hasLanded) return { kind: 'landed' };
      const answer = await gate.answer(ask);
      journal.note(ask, answer, gate.said);
      return answer;
    });
    const byId = new Map(candidates.map(({ waiting }) => [waiting.id, waiting]));
    const out = [
      ...end.evicted.map((it) => [it.change, rejected(it, gate)] as const),
      ...end.conflicts.map((id) => [id, conflicting(id, gate)] as const),
    ];
    const evicted = out.map(([id, evidence]) => ({ candidate: byId.get(id)!, evidence }));
    return { end, evicted, cost: gate.cost, refusal: gate.refusal };
  } finally {
    await gate.close();
  }
}

function rejected({ change, tests, with: others, reason }: Eviction, gate: BatchGate): Evidence {
  const said = tests.length === 0 ? undefined : gate.said.get(tests[0]!);
  return {
    outcome: reason === ALL_THERE ? 'empty' : 'rejected',
    note: said === undefined || reason.includes(said) ? reason : `${reason}; ${said}`,
    ...{ tests, with: others, touched: gate.touched.get(change) ?? [] },
  };
}

function conflicting(id: string, gate: BatchGate): Evidence {
  const paths = gate.conflicts.get(id) ?? [];
  const where = paths.length === 0 ? '' : ` in ${paths.slice(0, 5).join(', ')}`;
  return { outcome: 'conflict', note: `it conflicts with main${where}: put it on top of it`, touched: paths };
}
