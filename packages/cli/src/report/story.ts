// What happened in a run, folded from its log: the shape that the page is made from. Pure.

import type { Outcome, SearchReport } from '@swarm/core';
import type { BisectDocument, CulpritEntry, RejectedEntry } from '../bisect/document.js';
import type { BisectSettings } from '../bisect/settings.js';
import type { Reproducer } from './reproducers.js';
import type { LogEvent } from './run-log.js';

/** One probe. Times are since the start of the run. */
export interface ProbeStory {
  readonly purpose: string;
  /** First and last number of each stretch of selected units, over the units of its phase. */
  readonly selected: readonly (readonly [number, number])[];
  readonly size: number;
  /** How many units it was a selection of. */
  readonly of: number;
  readonly outcome: Outcome;
  readonly startMs: number;
  readonly endMs: number;
  readonly reused: boolean;
  readonly attempt: number;
  /** Which of those at work at once ran it, from 0. */
  readonly worker: number;
}

/** One search: over links, over tests, or over the functions of a unit. */
export interface PhaseStory {
  readonly name: string;
  readonly units: readonly string[];
  readonly probes: ProbeStory[];
  readonly report?: SearchReport;
}

export interface FunctionStory {
  readonly unit: string;
  readonly function: string;
  readonly target: readonly string[];
  readonly oracle: readonly string[];
  readonly lines: { readonly target: number; readonly oracle: number };
}

export interface CodeStory {
  readonly differing: number;
  readonly functions: readonly FunctionStory[];
}

export interface RunStory {
  readonly run: string;
  readonly startedAt: string;
  readonly settings?: BisectSettings;
  /** All units of the build or list, in its order. */
  readonly units: readonly string[];
  readonly rejected: readonly RejectedEntry[];
  readonly phases: readonly PhaseStory[];
  readonly culprits: readonly CulpritEntry[];
  /** By the id of the culprit. */
  readonly code: ReadonlyMap<string, CodeStory>;
  /** Small programs that show a culprit, by its id: not from the log, but found beside it. */
  readonly reproducers?: ReadonlyMap<string, Reproducer>;
  /** What each culprit was judged by, by its members. */
  readonly evidence: ReadonlyMap<string, string>;
  /** The end of it; absent while it runs, or when it was cut off. */
  readonly document?: BisectDocument;
  /** Why it ended without a document. */
  readonly problem?: string;
}

/** Fold a log. What is missing in it is missing in the story. */
export function storyOf(run: string, events: readonly LogEvent[]): RunStory {
  const last = <T>(kind: string) => events.findLast((event) => event.kind === kind) as T | undefined;
  const phases = phasesOf(events);
  const document = last<BisectDocument & LogEvent>('result');
  const plan = last<{ units: readonly string[] }>('plan');
  const objects = last<{ rejected: readonly RejectedEntry[] }>('objects');
  const settings = last<{ settings?: BisectSettings }>('settings')?.settings;
  const problem = last<{ message: string }>('problem')?.message;
  const units = Array.isArray(plan?.units) ? plan.units : (phases[0]?.units ?? []);
  return {
    run,
    startedAt: String((events[0] as { startedAt?: string } | undefined)?.startedAt ?? ''),
    ...(settings === undefined ? {} : { settings }),
    units,
    rejected: objects?.rejected ?? [],
    phases,
    culprits: document?.culprits ?? [],
    code: new Map(events.filter(ofKind('code')).map((event) => [String(event.culprit), codeOf(event)])),
    evidence: new Map(
      events
        .filter(ofKind('judged'))
        .map((event) => [membersKey(event.members as readonly string[]), String(event.evidence ?? '')]),
    ),
    ...(document === undefined ? {} : { document }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A culprit's members as one text. */
export const membersKey = (members: readonly string[]): string => members.join('\0');

const ofKind = (kind: string) => (event: LogEvent) => event.kind === kind;

function codeOf(event: LogEvent): CodeStory {
  return event as unknown as CodeStory;
}

/**
 * A phase begins with its scope; a probe belongs to the last phase of its name, if it is a selection of as many units. What
 * is asked beside a search (is this unit sound when it is taken apart?) is a phase of its own, without names.
 */
function phasesOf(events: readonly LogEvent[]): PhaseStory[] {
  type Phase = PhaseStory & { report?: SearchReport; readonly workers: number[] };
  const phases: Phase[] = [];
  const phase = (name: unknown) => phases.findLast((it) => it.name === name);
  const beside = (name: string) => {
    const known = phase(`${name}, beside`);
    if (known !== undefined) return known;
    const made: Phase = { name: `${name}, beside`, units: [], probes: [], workers: [] };
    phases.push(made);
    return made;
  };
  for (const event of events) {
    if (event.kind === 'scope')
      phases.push({
        name: String(event.phase),
        units: event.units as readonly string[],
        probes: [],
        workers: [],
      });
    if (event.kind === 'search') {
      const found = phase(event.phase);
      if (found !== undefined) found.report = event as unknown as SearchReport;
    }
    if (event.kind === 'probe') {
      const probe = (workers: number[]) => probeOf(event, workers);
      const found = phase(event.phase);
      const fits = found !== undefined && (event.of === undefined || event.of === found.units.length);
      const owner = fits ? found : beside(String(event.phase));
      owner.probes.push(probe(owner.workers));
    }
  }
  return phases;
}

function probeOf(event: LogEvent, workers: number[]): ProbeStory {
  const endMs = Number(event.atMs);
  const reused = event.reused === true;
  const startMs = reused ? endMs : Math.max(0, endMs - Number(event.costMs));
  return {
    purpose: String(event.purpose),
    selected: stretches(String(event.selected ?? '')),
    size: Number(event.size),
    of: Number(event.of ?? event.size),
    outcome: event.outcome as Outcome,
    startMs,
    endMs,
    reused,
    attempt: Number(event.attempt ?? 0),
    worker: reused ? 0 : freeWorker(workers, startMs, endMs),
  };
}

/** Times are rounded in the log. */
const SLACK_MS = 5;

/** The first of the workers that had ended by then; `workers` keeps when each one did. */
function freeWorker(workers: number[], startMs: number, endMs: number): number {
  const free = workers.findIndex((untilMs) => untilMs <= startMs + SLACK_MS);
  const worker = free < 0 ? workers.length : free;
  workers[worker] = endMs;
  return worker;
}

const stretches = (text: string): [number, number][] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [first, last] = part.split('-').map(Number);
      return [first!, last ?? first!];
    });
