// The journal of a search: one record a line, written by whoever runs the probes (packages/host keeps the file).
//
// A record is keyed by a text from outside that stands for the whole content of what was probed: a hash of the
// selection and of both sides of every unit. A changed compiler or source changes the key, so exactly the answers
// that it touches are no longer found; an unchanged one is found whatever the units are called or how they are ordered.

import type { FailureKind, Outcome } from './outcome.js';
import type { Answer, Probe } from './probe.js';

/** Version 1 of a journal's line. */
export interface JournalRecord {
  readonly v: 1;
  /** Content key: stands for everything that the outcome depends on. */
  readonly key: string;
  /** Repeats of one selection are answers of their own. */
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly costMs: number;
}

/** The record of an answer. Answers that were reused need no second record. */
export function journalRecord(key: string, answer: Answer): JournalRecord {
  const { probe, outcome, costMs } = answer;
  return { v: 1, key, attempt: probe.attempt, outcome, costMs };
}

/** Answers had before, by content key and attempt. */
export type KnownAnswers = (key: string, probe: Probe) => Answer | undefined;

/**
 * Folds the lines of a journal, parsed but not checked, into a look-up. Lines that aren't records of this version (a
 * line cut short by a kill, a later version) are passed over; of two records for one probe the first counts, so that
 * a run resumed twice sees the same answers twice.
 */
export function foldJournal(records: Iterable<unknown>): KnownAnswers {
  const byId = new Map<string, JournalRecord>();
  for (const record of records) {
    if (!isRecord(record)) continue;
    const id = `${record.key}#${record.attempt}`;
    if (!byId.has(id)) byId.set(id, record);
  }
  return (key, probe) => {
    const record = byId.get(`${key}#${probe.attempt}`);
    if (record === undefined) return undefined;
    return { probe, outcome: record.outcome, costMs: record.costMs, reused: true };
  };
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { v, key, attempt, outcome, costMs } = value as Partial<Record<keyof JournalRecord, unknown>>;
  return (
    v === 1 &&
    typeof key === 'string' &&
    Number.isInteger(attempt) &&
    typeof costMs === 'number' &&
    isOutcome(outcome)
  );
}

const FAILURES: readonly FailureKind[] = ['crash', 'wrong-output', 'hang', 'link', 'exit'];

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, failure, detail, reason } = value as Record<string, unknown>;
  if (kind === 'pass') return true;
  if (kind === 'unresolved') return typeof reason === 'string';
  return kind === 'fail' && FAILURES.some((f) => f === failure) && typeof detail === 'string';
}
