// One search with everything around it: the journal that makes it resumable, the log, the live status, Ctrl-C.

import {
  type Answer,
  type Cancel,
  drive,
  type Probe,
  type Prober,
  type SearchReport,
  type Selection,
  search,
  type Unit,
} from '@swarm/core';
import { Room } from '@swarm/host';
import { seconds } from '../terminal/line.js';
import type { Status } from '../terminal/status.js';
import type { Counts } from './document.js';
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
  const { jobs, confidence, repeat, enumerate, mixes } = settings;
  const startedAt = performance.now();
  const room = new Room({ most: jobs });
  let done = 0;
  run.event('scope', { phase, units: units.map(({ id }) => id) });
  const report = await drive(search(units, { width: jobs, confidence, repeat, enumerate, mixes }), prober, {
    jobs,
    room,
    cancelled: run.cancel,
    known: (probe) => run.journal.known(contentKey(probe.selection), probe),
    onAnswer: (answer) => {
      done += 1;
      keepAnswer(job, answer, run);
    },
    onWanted: ({ remaining }, inFlight) => {
      const left =
        done === 0 ? '' : `, ${seconds(((performance.now() - startedAt) / done) * remaining)} left`;
      const total = done + Math.round(remaining);
      run.status.show(`${phase}: ${done} of about ${total} probes, ${inFlight} running${left}`);
    },
  }).finally(() => room.close());
  run.event('search', { phase, ...report });
  return report;
}

/** One question outside any search, answered from the journal where it can be. */
export async function runProbe(
  job: SearchJob,
  probe: Probe,
  run: RunContext,
): Promise<{ answer: Answer; counts: Counts }> {
  const known = run.journal.known(job.contentKey(probe.selection), probe);
  const answer = known ?? (await job.prober(probe, run.cancel));
  run.signal.throwIfAborted();
  keepAnswer(job, answer, run);
  const { reused = false, outcome } = answer;
  const unresolved = outcome.kind === 'unresolved' ? 1 : 0;
  return { answer, counts: { probes: reused ? 0 : 1, reused: reused ? 1 : 0, unresolved, bound: 0 } };
}

function keepAnswer({ contentKey, phase }: SearchJob, answer: Answer, run: RunContext): void {
  const { probe, outcome, costMs, reused = false } = answer;
  const { purpose, attempt, selection } = probe;
  const key = contentKey(selection);
  run.journal.append(key, answer);
  run.event('probe', {
    phase,
    purpose,
    key,
    attempt,
    size: selection.size,
    of: selection.units,
    selected: ranges(selection.members()),
    outcome,
    costMs,
    reused,
  });
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
