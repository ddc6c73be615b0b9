// What a check leaves: a folder with the results of the change, the outputs of tests that failed, and the whole decision.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type GateDecision, SwarmError, type TestResult } from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { openResults } from '@swarm/runner';
import type { GateDocument } from './document.js';

export interface RunFolder {
  /** All runs' folder. */
  readonly parent: string;
  readonly folder: string;
  readonly startedAt: Date;
  readonly add: (result: TestResult) => void;
  close(): void;
  keep(decision: GateDecision, document: GateDocument): Promise<void>;
}

/** Runs that are kept. */
const KEPT = 30;
const LAST = 'last.json';

/** Throws `disk-full` and `read-only` (exit 3), before anything runs. */
export function openRunFolder(state: string): RunFolder {
  const startedAt = new Date();
  const parent = join(state, 'gate', 'runs');
  const stamp = startedAt.toISOString().replaceAll(/[-:.]/g, '').replace('T', '-').slice(0, 18);
  const folder = join(parent, `${stamp}-${process.pid}`);
  for (const part of ['base', 'candidate']) makeFolder(join(folder, part), 'run folder');
  const old = readdirSync(parent).filter((name) => /^\d{8}-/.test(name));
  for (const name of old.sort().slice(0, -KEPT)) rmSync(join(parent, name), { recursive: true, force: true });
  const results = openResults(folder, { command: 'swarm gate', startedAt: startedAt.toISOString() });
  return {
    ...{ parent, folder, startedAt },
    add: (result) => results.add(result),
    close: () => results.close(),
    keep: async (decision, document) => {
      const all = { ...document, differences: decision.differences, folder };
      await writeFileAtomic(join(folder, 'decision.json'), `${JSON.stringify(all)}\n`, { durable: false });
      await writeFileAtomic(join(state, 'gate', LAST), `${JSON.stringify(all)}\n`, { durable: false });
    },
  };
}

/** The decision that was made last, with all differences. Throws `no-decision` (exit 4). */
export function lastDecision(state: string): GateDocument & { readonly folder: string } {
  try {
    return JSON.parse(readFileSync(join(state, 'gate', LAST), 'utf8')) as GateDocument & { folder: string };
  } catch (cause) {
    throw new SwarmError('gate: there is no decision to explain', {
      code: 'no-decision',
      exit: EXIT.nothing,
      hint: 'run `swarm gate check` first',
      cause,
    });
  }
}
