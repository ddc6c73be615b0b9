// The journal of a run: every probe's outcome, appended before the search sees it. A resumed run starts from the journals of the
// earlier runs of its job, and copies what it takes from them into its own, so that the newest one is always whole.

import { type Answer, foldJournal, journalRecord, type Probe } from '@swarm/core';
import { openJournal } from '@swarm/host';
import { type RunFolder, readLines } from './run-folder.js';

export interface ProbeJournal {
  /** The answer of this or an earlier run to this very probe, by the content that it was about. */
  known(key: string, probe: Probe): Answer | undefined;
  append(key: string, answer: Answer): void;
  close(): void;
}

export async function openProbeJournal(
  folder: RunFolder,
  earlier: readonly RunFolder[],
): Promise<ProbeJournal> {
  const records: unknown[] = [];
  for (const { journalFile } of earlier) records.push(...(await readRecords(journalFile)));
  const lookUp = foldJournal(records);
  const journal = openJournal(folder.journalFile, { schema: 'swarm.journal/1' });
  const own = new Map<string, Answer>();
  return {
    known(key, probe) {
      const answer = own.get(`${key}#${probe.attempt}`);
      return answer === undefined ? lookUp(key, probe) : { ...answer, probe, reused: true };
    },
    append(key, answer) {
      own.set(`${key}#${answer.probe.attempt}`, answer);
      journal.append(journalRecord(key, answer));
    },
    close: () => journal.close(),
  };
}

/** An earlier run may still be writing, so its file is only read; a line cut short is none. */
async function readRecords(file: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for (const line of await readLines(file)) {
    try {
      records.push(JSON.parse(line));
    } catch {
      // Cut short by a kill: the probe is asked again.
    }
  }
  return records;
}
