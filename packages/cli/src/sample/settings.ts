// What holds for a sample: flags over the environment over the config over the defaults, as pure data.

import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { EXIT, SwarmError, seedOf } from '@swarm/core';
import { loadConfig, type SuiteConfig } from '@swarm/host';

/** The flags, as typed. */
export interface SampleFlags {
  readonly dir: string;
  readonly fraction?: string | undefined;
  readonly budget?: string | undefined;
  readonly agent?: string | undefined;
  readonly round?: number | undefined;
  readonly next: boolean;
  readonly seed?: string | undefined;
  readonly replay?: string | undefined;
  readonly failed: boolean;
  readonly changed: boolean;
  readonly jobs?: number | undefined;
  readonly 'time-limit'?: number | undefined;
  readonly retries?: number | undefined;
  readonly junit?: string | undefined;
  readonly ctrf?: string | undefined;
  readonly list: boolean;
  readonly remote?: string | undefined;
  readonly branch?: string | undefined;
}

export interface SampleSettings {
  /** Absolute: test ids are relative to it. */
  readonly root: string;
  /** Left out: the usual ones are looked for. */
  readonly suites?: readonly SuiteConfig[];
  readonly patterns: readonly string[];
  /** 0 to 1; left out: as usual. */
  readonly fraction?: number;
  readonly budgetMs?: number;
  /** A name, or `I/A`; left out: the working copy's own name. */
  readonly agent?: string;
  readonly round?: number;
  readonly next: boolean;
  readonly seed: number;
  readonly replay?: string;
  /** What the agent works on: the same sample all through it. Left out: the commit that it started from. */
  readonly task?: string;
  readonly remote: string;
  readonly branch: string;
  readonly failed: boolean;
  readonly changed: boolean;
  readonly jobs: number;
  readonly timeLimitMs: number;
  readonly retries: number;
  readonly junit?: string;
  readonly ctrf?: string;
  readonly list: boolean;
}

const TIME_LIMIT_SECONDS = 60;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export async function sampleSettings(
  flags: SampleFlags,
  patterns: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<SampleSettings> {
  const dir = resolve(flags.dir);
  const { file, config } = await loadConfig(dir);
  const { tests, tasks } = config;
  const path = (typed: string | undefined) => (typed === undefined ? undefined : resolve(typed));
  const fraction = flags.fraction ?? tests.fraction;
  const budget = flags.budget ?? tests.budget;
  return {
    root: file === undefined ? dir : dirname(file),
    patterns,
    next: flags.next,
    seed: seedOf(String(flags.seed ?? tests.seed ?? 0)),
    remote: flags.remote ?? tasks.remote ?? 'origin',
    branch: flags.branch ?? tasks.branch ?? 'main',
    failed: flags.failed,
    changed: flags.changed,
    jobs: flags.jobs ?? tests.jobs ?? availableParallelism(),
    timeLimitMs: 1000 * (flags['time-limit'] ?? tests.timeLimit ?? TIME_LIMIT_SECONDS),
    retries: flags.retries ?? tests.retries ?? 0,
    list: flags.list,
    ...given({
      suites: tests.suites,
      fraction: fraction === undefined ? undefined : fractionOf(String(fraction)),
      budgetMs: budget === undefined ? undefined : durationOf(String(budget)),
      agent: flags.agent ?? (env.SWARM_AGENT_NUMBER || env.SWARM_AGENT || env.SWARM_WORKSPACE || undefined),
      round: flags.round,
      replay: flags.replay,
      task: env.SWARM_TASK || undefined,
      junit: path(flags.junit),
      ctrf: path(flags.ctrf),
    }),
  };
}

/** `10%` or `0.1`. Throws `usage` (exit 2). */
function fractionOf(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const fraction = Number(number) / (percent === '%' ? 100 : 1);
  if (fraction > 0 && fraction <= 1) return fraction;
  throw usage(`fraction ${JSON.stringify(text)}: no share of a suite`, 'give one like 10% or 0.1');
}

/** `60s`, `2m`, `500ms`, or seconds. Throws `usage` (exit 2). */
function durationOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(number) * UNITS[unit ?? 's']!;
  if (ms > 0) return ms;
  throw usage(`budget ${JSON.stringify(text)}: no time`, 'give one like 60s or 2m');
}

export const usage = (message: string, hint: string): SwarmError =>
  new SwarmError(message, { code: 'usage', exit: EXIT.usage, hint });

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that say nothing. */
const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
