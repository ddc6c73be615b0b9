// All results of a run, a line each, as they came: what reports are written from, and what a person looks into.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult } from '@swarm/core';
import { type Journal, openJournal } from '@swarm/host';

const RESULTS_SCHEMA = 'swarm.results/1';

export interface ResultsFile {
  readonly path: string;
  /** Throws `disk-full` (exit 3). */
  add(result: TestResult): void;
  close(): void;
}

/** Begin the file in a run's folder, with what there is to say about the run. Throws `disk-full` and `read-only` (exit 3). */
export function openResults(folder: string, header: Readonly<Record<string, unknown>>): ResultsFile {
  const path = join(folder, 'results.jsonl');
  const journal: Journal = openJournal(path, { schema: RESULTS_SCHEMA, header });
  return { path, add: (result) => journal.append(result), close: () => journal.close() };
}

/** The results in such a file, in the order in which they came; lines that aren't whole are left out. */
export function* readResults(path: string): Generator<TestResult> {
  const text = readFileSync(path, 'utf8');
  for (let from = text.indexOf('\n') + 1; from > 0 && from < text.length; ) {
    const to = text.indexOf('\n', from);
    if (to < 0) return;
    const result = resultOf(text.slice(from, to));
    if (result !== undefined) yield result;
    from = to + 1;
  }
}

function resultOf(line: string): TestResult | undefined {
  try {
    const value = JSON.parse(line) as TestResult;
    return typeof value.id === 'string' && typeof value.outcome?.kind === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
