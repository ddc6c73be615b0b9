// Measured baselines: what every test of a base came to, kept so that it is run once. Derived data, keyed by everything that it
// depends on (the base's tree, the commands, the environment); a file is there as a whole or not at all.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult } from '@swarm/core';
import { makeFolder, replaceFile } from '@swarm/host';
import { readResults } from './run/results-file.js';

export interface Baselines {
  /** The results kept for a key; undefined where it was never measured. */
  find(key: string): readonly TestResult[] | undefined;
  /** Throws `disk-full` and `read-only` (exit 3). */
  keep(key: string, results: readonly TestResult[]): Promise<void>;
  forget(key: string): void;
}

/** Baselines that are kept; those that were used last. */
const KEPT = 40;

export function openBaselines(state: string): Baselines {
  const folder = join(state, 'gate', 'baselines');
  const file = (key: string) => join(folder, `${key}.jsonl`);
  return {
    find(key) {
      if (!existsSync(file(key))) return undefined;
      const now = new Date();
      utimesSync(file(key), now, now);
      return [...readResults(file(key))];
    },
    async keep(key, results) {
      makeFolder(folder, 'baselines');
      await replaceFile(file(key), async (to) => {
        await to.write(`${JSON.stringify({ schema: 'swarm.baseline/1', key })}\n`);
        for (const { outputFile, ...result } of results) await to.write(`${JSON.stringify(result)}\n`);
      });
      removeOld(folder);
    },
    forget: (key) => rmSync(file(key), { force: true }),
  };
}

/** A short name for all that a measurement depends on. */
export const baselineKey = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

function removeOld(folder: string): void {
  const byAge = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => ({ path: join(folder, name), usedMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of byAge.slice(KEPT)) rmSync(path, { force: true });
}
