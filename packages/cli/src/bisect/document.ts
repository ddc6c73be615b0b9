// `swarm.bisect/1`: what a bisect prints with --json, and what the human output is made of.
// The JSON Schema is docs/schemas/swarm.bisect.1.json.

import { createHash } from 'node:crypto';
import { type Culprit, EXIT, type ExitCode, type SearchReport, type Verdict } from '@swarm/core';

export type Label = 'miscompile' | 'boundary' | 'link' | 'layout' | 'undefined';

export interface CulpritEntry {
  /** Stable across runs: a hash of members and level. */
  readonly id: string;
  readonly members: readonly string[];
  readonly level: 'unit' | 'function';
  readonly outcome: { readonly kind: string; readonly detail: string };
  readonly confidence: number;
  readonly certificate: { readonly alone: string; readonly without: string; readonly subsets: string };
  readonly label: Label;
  /** Why this label, where there is more to say than the outcome. */
  readonly evidence?: string;
  /** The id of its task, where tasks are emitted. */
  readonly task?: string;
  /** Left out where it shares its cause with no other, as far as is known. */
  readonly group?: CulpritGroup;
}

/** Culprits with one cause. */
export interface CulpritGroup {
  /** Stable across runs: a hash of the construct. */
  readonly id: string;
  /** What they share: `shr r16 became sar r16`, or an operation such as `double * double`. */
  readonly construct: string;
  /** What it was found by. */
  readonly evidence: string;
  /** Ids of the culprits in it, at least two. */
  readonly members: readonly string[];
}

export interface RejectedEntry {
  readonly unit: string;
  readonly stage: 'compile' | 'assemble' | 'crash' | 'timeout';
  readonly reason: string;
  readonly command: readonly string[];
  /** The id of its task, where tasks are emitted. */
  readonly task?: string;
}

export interface BisectStats {
  readonly units: number;
  readonly identical: number;
  readonly probes: number;
  readonly reused: number;
  readonly unresolved: number;
  readonly bound: number;
  readonly compiles: {
    readonly target: number;
    readonly oracle: number;
    /** To assembly, of units that were taken apart into functions; left out where there were none. */
    readonly assembly?: number;
  };
  readonly seconds: {
    readonly total: number;
    readonly compile: number;
    readonly link: number;
    readonly test: number;
  };
}

export interface BisectDocument {
  readonly schema: 'swarm.bisect/1';
  readonly verdict: Verdict;
  readonly culprits: readonly CulpritEntry[];
  readonly rejected: readonly RejectedEntry[];
  readonly notes: readonly string[];
  readonly stats: BisectStats;
  /** What to do next, most useful first. */
  readonly next: readonly string[];
  readonly log: string;
}

/** A culprit and where it was found. */
export interface FoundCulprit extends Culprit {
  readonly level: CulpritEntry['level'];
  /** The units that its members lie in. */
  readonly units: readonly string[];
}

/** A culprit whose members are units. */
export const unitCulprit = (culprit: Culprit): FoundCulprit => ({
  ...culprit,
  level: 'unit',
  units: culprit.members,
});

export const culpritId = (level: CulpritEntry['level'], members: readonly string[]): string =>
  createHash('sha256')
    .update(`${level}\0${members.join('\0')}`)
    .digest('hex')
    .slice(0, 12);

/** A culprit of a search as an entry; `label` and `evidence` may say more than the search could know. */
export function culpritEntry(
  culprit: FoundCulprit,
  label: Label = culprit.label,
  evidence?: string,
): CulpritEntry {
  return {
    id: culpritId(culprit.level, culprit.members),
    members: culprit.members,
    level: culprit.level,
    outcome: { kind: culprit.outcome.failure, detail: culprit.outcome.detail },
    confidence: culprit.confidence,
    certificate: culprit.certificate,
    label,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** What the process exits with: the verdict in the words of docs/exit-codes.md. */
export function exitOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'culprits':
      return EXIT.done;
    case 'target-passes':
    case 'no-units':
      return EXIT.nothing;
    case 'oracle-fails':
    case 'inconclusive':
      return EXIT.inconclusive;
  }
}

/** The counts of a search, for a document's `stats`. */
export function searchCounts(report: SearchReport) {
  const { probes, reused, unresolved, bound } = report.stats;
  return { probes, reused, unresolved, bound: Math.max(0, Math.round(bound * 10) / 10) };
}

export type Counts = Pick<BisectStats, 'probes' | 'reused' | 'unresolved' | 'bound'>;

export const NO_COUNTS: Counts = { probes: 0, reused: 0, unresolved: 0, bound: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  probes: a.probes + b.probes,
  reused: a.reused + b.reused,
  unresolved: a.unresolved + b.unresolved,
  bound: a.bound + b.bound,
});
