// The log of one run: every event as one line, for all who read it later (console, reports, `swarm status`).

import { join } from 'node:path';
import { makeFolder } from './folder.js';
import { openJournal } from './journal.js';
import { ownerStamp } from './owner.js';

export const LOG_SCHEMA = 'swarm.log/1';

export interface EventLog {
  readonly path: string;
  /** Append an event; `kind` and `atMs` (since the log was opened) are put before the data. */
  event(kind: string, data?: Readonly<Record<string, unknown>>): void;
  close(): void;
}

/** Begin the log of a run in its folder. Throws `disk-full` and `read-only` (exit 3). */
export function openLog(dir: string, command: string): EventLog {
  makeFolder(dir, 'log folder');
  const path = join(dir, 'log.jsonl');
  const startedMs = performance.now();
  const header = { command, startedAt: new Date().toISOString(), pid: process.pid, owner: ownerStamp() };
  const journal = openJournal(path, { schema: LOG_SCHEMA, header });
  return {
    path,
    event(kind, data = {}) {
      journal.append({ kind, atMs: Math.round(performance.now() - startedMs), ...data });
    },
    close: () => journal.close(),
  };
}
