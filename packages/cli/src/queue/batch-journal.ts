// The journal of the batch in hand: whatever was answered, so that a killed server goes on without running it again; and that main
// was about to move, so that a later one can tell evictions of a batch that landed. One file, gone when its batch is over.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { askId, type QueueAnswer, type QueueAsk } from '@swarm/core';
import { type Journal, openJournal } from '@swarm/host';
import type { Waiting } from '@swarm/tasks';

const SCHEMA = 'swarm.queue-batch/1';

/** What a batch is about: the same ones on the same base give the same answers. */
export interface BatchSubject {
  readonly base: string;
  readonly candidates: readonly Waiting[];
}

interface Record {
  readonly id?: string;
  readonly answer?: QueueAnswer;
  /** What was found of tests meanwhile. */
  readonly said?: readonly (readonly [string, string])[];
  /** Main is about to move to this. */
  readonly landing?: string;
}

export class BatchJournal {
  readonly subject: BatchSubject;
  readonly known = new Map<string, QueueAnswer>();
  readonly said = new Map<string, string>();
  /** Main may have been moved to it. */
  readonly landing: string | undefined;

  constructor(private readonly journal: Journal) {
    this.subject = journal.header as unknown as BatchSubject;
    for (const { id, answer, said, landing } of journal.records as Record[]) {
      if (id !== undefined && answer !== undefined) this.known.set(id, answer);
      for (const [test, words] of said ?? []) this.said.set(test, words);
      if (landing !== undefined) this.landing = landing;
    }
  }

  /** Answers about the machine, and about main, are not for later. */
  note(ask: QueueAsk, answer: QueueAnswer, said: ReadonlyMap<string, string>): void {
    if (answer.kind === 'unresolved' || answer.kind === 'moved' || answer.kind === 'landed') return;
    this.journal.append({ id: askId(ask), answer, said: [...said] } satisfies Record);
  }

  noteLanding(commit: string): void {
    this.journal.append({ landing: commit } satisfies Record);
  }

  /** The batch is over. */
  end(): void {
    this.journal.close();
    rmSync(this.journal.path, { force: true });
  }

  /** It is left for a later server. */
  close(): void {
    this.journal.close();
  }
}

const fileIn = (folder: string): string => join(folder, 'batch.jsonl');

export function beginBatch(folder: string, subject: BatchSubject): BatchJournal {
  rmSync(fileIn(folder), { force: true });
  return new BatchJournal(openJournal(fileIn(folder), { schema: SCHEMA, header: { ...subject } }));
}

/** The batch that an earlier server left; undefined when it left none, or nothing that can be read. */
export function leftBatch(folder: string): BatchJournal | undefined {
  const journal = openJournal(fileIn(folder), { schema: SCHEMA });
  const { base, candidates } = journal.header as Partial<BatchSubject>;
  const left = new BatchJournal(journal);
  if (typeof base === 'string' && Array.isArray(candidates)) return left;
  left.end();
  return undefined;
}
