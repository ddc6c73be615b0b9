// All results of a run, a line each, as they came: what reports are written from, and what a person looks into. Lines are
// written some at a time, since a write a test costs a tenth of what a brief test does; a killed run loses the last half second.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult } from '@swarm/core';
import { diskProblem } from '@swarm/host';

const RESULTS_SCHEMA = 'swarm.results/1';

const BATCH_LINES = 100;
const BATCH_MS = 500;

export interface ResultsFile {
  readonly path: string;
  /** Throws `disk-full` (exit 3), perhaps about an earlier one. */
  add(result: TestResult): void;
  /** Write what is left. Throws `disk-full` (exit 3). */
  close(): void;
}

/** Begin the file in a run's folder, with what there is to say about the run. Throws `disk-full` and `read-only` (exit 3). */
export function openResults(folder: string, header: Readonly<Record<string, unknown>>): ResultsFile {
  const path = join(folder, 'results.jsonl');
  writing(path, () => writeFileSync(path, `${JSON.stringify({ schema: RESULTS_SCHEMA, ...header })}\n`));
  let lines: string[] = [];
  let writtenMs = performance.now();
  const flush = () => {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    writtenMs = performance.now();
    writing(path, () => appendFileSync(path, text));
  };
  return {
    path,
    add(result) {
      lines.push(JSON.stringify(result));
      if (lines.length >= BATCH_LINES || performance.now() - writtenMs > BATCH_MS) flush();
    },
    close: flush,
  };
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw diskProblem(error, 'results', path);
  }
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
