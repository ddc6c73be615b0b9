// Why a candidate left the landing queue without landing: what its author, and whoever takes the task next, should know. One line
// of JSON beside its work; who reads it takes nothing for granted, since anyone who may push may have written it.

import type { TestId } from '../suite/test.js';

const SCHEMA = 'swarm.eviction/1';

/**
 * `rejected`: by the gate, or since it meddles with what judges it. `conflict`: it doesn't apply to main. `empty`: main has all
 * of it already. `dropped`: somebody took it out.
 */
const EVICTION_OUTCOMES = ['rejected', 'conflict', 'empty', 'dropped'] as const;
export type EvictionOutcome = (typeof EVICTION_OUTCOMES)[number];

export interface Evidence {
  readonly outcome: EvictionOutcome;
  /** In plain words. */
  readonly note: string;
  /** Tests that fail with it, the one that was made sure of first; some of many. */
  readonly tests?: readonly TestId[];
  /** Changes that it fails together with, or doesn't apply on top of. */
  readonly with?: readonly string[];
  /** Paths that it changes. */
  readonly touched?: readonly string[];
}

const MOST_NAMES = 50;
const MOST_LETTERS = 4000;

export function evidenceText(evidence: Evidence): string {
  const { tests = [], touched = [], with: others = [], outcome, note } = evidence;
  const some = (names: readonly string[]) => names.slice(0, MOST_NAMES);
  const lists = { tests: some(tests), with: some(others), touched: some(touched) };
  return JSON.stringify({ schema: SCHEMA, outcome, note: note.slice(0, MOST_LETTERS), ...lists });
}

/** The evidence that a text says; undefined for any other text. */
export function readEvidence(text: string): Evidence | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || value.schema !== SCHEMA) return undefined;
  const outcome = EVICTION_OUTCOMES.find((it) => it === value.outcome);
  if (outcome === undefined || typeof value.note !== 'string') return undefined;
  const { tests, with: others, touched } = value;
  return {
    outcome,
    note: value.note.slice(0, MOST_LETTERS),
    ...{ tests: names(tests), with: names(others), touched: names(touched) },
  };
}

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string').slice(0, MOST_NAMES) : [];
