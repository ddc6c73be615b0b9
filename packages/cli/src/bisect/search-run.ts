// One search with everything around it: the journal that makes it resumable, the log, the live status, Ctrl-C.

import {
  type Cancel,
  drive,
  type Prober,
  type SearchReport,
  type Selection,
  search,
  type Unit,
} from '@swarm/core';
import { seconds } from '../terminal/line.js';
import type { Status } from '../terminal/status.js';
import type { ProbeJournal } from './probe-journal.js';
import type { SearchSettings } from './settings.js';

/** What every step of a run shares. */
export interface RunContext {
  readonly status: Status;
  readonly cancel: Cancel;
  /** The same as a signal, for work that isn't a search. */
  readonly signal: AbortSignal;
  readonly journal: ProbeJournal;
  /** Append to the run's log. */
  readonly event: (kind: string, data: object) => void;
}

export interface SearchJob {
  readonly units: readonly Unit[];
  readonly prober: Prober;
  /** Stands for everything that the outcome of a selection depends on. */
  readonly contentKey: (selection: Selection) => string;
  /** What is being searched, for the status line: `link`, `test`. */
  readonly phase: string;
}

/** Search, with outcomes taken from and appended to the journal. */
export async function runSearch(
  job: SearchJob,
  settings: SearchSettings,
  run: RunContext,
): Promise<SearchReport> {
  const { units, prober, contentKey, phase } = job;
  const { jobs, confidence, repeat, enumerate } = settings;
  const startedAt = performance.now();
  let done = 0;
  run.event('scope', { phase, units: units.map(({ id }) => id) });
  const report = await drive(search(units, { width: jobs, confidence, repeat, enumerate }), prober, {
    jobs,
    cancelled: run.cancel,
    known: (probe) => run.journal.known(contentKey(probe.selection), probe),
    onAnswer: (answer) => {
      done += 1;
      const { probe, outcome, costMs, reused = false } = answer;
      const key = contentKey(probe.selection);
      run.journal.append(key, answer);
      const { purpose, attempt } = probe;
      run.event('probe', {
        phase,
        purpose,
        key,
        attempt,
        size: probe.selection.size,
        selected: ranges(probe.selection.members()),
        outcome,
        costMs,
        reused,
      });
    },
    onWanted: ({ remaining }, inFlight) => {
      const left =
        done === 0 ? '' : `, ${seconds(((performance.now() - startedAt) / done) * remaining)} left`;
      const total = done + Math.round(remaining);
      run.status.show(`${phase}: ${done} of about ${total} probes, ${inFlight} running${left}`);
    },
  });
  run.event('search', { phase, ...report });
  return report;
}

/** Ascending numbers as text: `0-6,9`. */
function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0, start = 0; i < numbers.length; i++) {
    if (numbers[i + 1] === numbers[i]! + 1) continue;
    parts.push(i === start ? `${numbers[i]}` : `${numbers[start]}-${numbers[i]}`);
    start = i + 1;
  }
  return parts.join(',');
}
