// What was typed and configured, resolved once: after this nobody asks where a value came from.

import { resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import type { BisectConfig, CompilerConfig } from '@swarm/host';

/** A compiler and the flags that are its own. */
export type Compiler = CompilerConfig;

/** What the two ways in share. */
export interface SearchSettings {
  readonly jobs: number;
  readonly probeTimeoutMs?: number;
  readonly confidence: number;
  readonly repeat: number;
  /** Further probes to spend on culprits that share members with those found. */
  readonly enumerate: number;
  /** Spend more probes on units that fail only against the oracle's side. */
  readonly mixes: boolean;
  readonly resume: boolean;
  readonly keepWork: boolean;
}

/** How fine a bisect goes: `auto` takes each culprit unit apart into functions. */
type Level = 'auto' | 'unit' | 'function';

/** Bisect the units of a C build. */
export interface BuildSettings extends SearchSettings {
  readonly kind: 'build';
  readonly dir: string;
  readonly target: Compiler;
  /** The first is the oracle; a second one tells undefined behaviour from a miscompile. */
  readonly oracles: readonly [Compiler, ...Compiler[]];
  readonly test: string;
  readonly expectStdout?: string;
  /** Members whose units may come from the target; left out: all. */
  readonly only?: readonly string[];
  /** For looking closer at culprits. */
  readonly labelTimeMs: number;
  /** Make tasks of what is found. */
  readonly emitTasks: boolean;
  readonly level: Level;
  /** Ask whose fault culprits are, and which share a cause. */
  readonly labels: boolean;
  readonly source:
    | {
        readonly kind: 'recorded';
        readonly build: string;
        readonly clean?: string;
        readonly rebuild: boolean;
      }
    | {
        readonly kind: 'database';
        readonly file: string;
        /** Writes the database where it isn't there. */
        readonly configure?: string;
        readonly link: string;
      };
}

/** Bisect any list of names with any command. */
export interface ListSettings extends SearchSettings {
  readonly kind: 'list';
  readonly dir: string;
  readonly unitsFile: string;
  readonly probe: string;
}

export type BisectSettings = BuildSettings | ListSettings;

/** One layer of values: what flags or a config file say. Paths in it are absolute; a side's compiler and flags are apart. */
export interface Layer extends Omit<BisectConfig, 'target' | 'oracle'> {
  readonly target?: string;
  readonly targetFlags?: string;
  readonly oracles?: readonly Compiler[];
  readonly oracleFlags?: string;
  readonly only?: readonly string[];
}

/** The settings of a run: flags over config over defaults. Throws `usage` (exit 2) naming all that is missing. */
export function resolveSettings(flags: Layer, config: Layer, cwd: string, resume: boolean): BisectSettings {
  const way =
    flags.units !== undefined || flags.probe !== undefined
      ? 'list'
      : flags.build !== undefined
        ? 'build'
        : undefined;
  checkTogether(flags);
  // A compiler's flags belong to it: another target on the command line doesn't get those of the config's.
  const { targetFlags, ...others } = config;
  const own = flags.target === undefined && targetFlags !== undefined ? { targetFlags } : {};
  const merged: Layer = { ...others, ...own, ...flags };
  const dir = merged.dir ?? cwd;
  const shared: SearchSettings = {
    jobs: merged.jobs ?? 2,
    confidence: merged.confidence ?? 0.999,
    repeat: merged.repeat ?? 1,
    enumerate: merged.enumerate ?? 0,
    mixes: merged.mixes ?? false,
    resume,
    keepWork: merged.keepWork ?? false,
    ...(merged.probeTimeout === undefined ? {} : { probeTimeoutMs: merged.probeTimeout * 1000 }),
  };
  checkNumbers(shared);
  const isList = way === 'list' || (way === undefined && merged.units !== undefined);
  return isList ? listSettings(merged, dir, shared) : buildSettings(merged, dir, shared);
}

function listSettings(merged: Layer, dir: string, shared: SearchSettings): ListSettings {
  const { units, probe } = merged;
  if (units === undefined || probe === undefined)
    throw missing(units === undefined ? ['--units'] : ['--probe']);
  return { kind: 'list', dir, unitsFile: units, probe, ...shared };
}

const DEFAULT_LABEL_TIME_S = 300;

function buildSettings(merged: Layer, dir: string, shared: SearchSettings): BuildSettings {
  const wanted: [string, unknown][] = [
    ['--target', merged.target],
    ['--test', merged.test],
    merged.compileCommands === undefined ? ['--build', merged.build] : ['--link', merged.link],
  ];
  const absent = wanted.filter(([, value]) => value === undefined).map(([flag]) => flag);
  if (absent.length > 0) throw missing(absent);
  if (merged.labelTime !== undefined && !(merged.labelTime > 0))
    throw usage('--label-time takes seconds above 0');
  const [first, ...others] = merged.oracles ?? [];
  const oracle: Compiler = { cc: first?.cc ?? 'gcc', flags: merged.oracleFlags ?? first?.flags ?? '' };
  return {
    kind: 'build',
    dir,
    target: { cc: merged.target!, flags: merged.targetFlags ?? '' },
    oracles: [oracle, ...others],
    test: merged.test!,
    level: merged.level ?? 'auto',
    labels: merged.labels ?? true,
    labelTimeMs: (merged.labelTime ?? DEFAULT_LABEL_TIME_S) * 1000,
    emitTasks: merged.emitTasks ?? false,
    source: buildSource(merged),
    ...(merged.expectStdout === undefined ? {} : { expectStdout: merged.expectStdout }),
    ...(merged.only === undefined ? {} : { only: merged.only }),
    ...shared,
  };
}

function buildSource(merged: Layer): BuildSettings['source'] {
  if (merged.compileCommands !== undefined) {
    const configure = merged.configure === undefined ? {} : { configure: merged.configure };
    return { kind: 'database', file: merged.compileCommands, ...configure, link: merged.link! };
  }
  const clean = merged.clean === undefined ? {} : { clean: merged.clean };
  return { kind: 'recorded', build: merged.build!, rebuild: merged.rebuild ?? false, ...clean };
}

/** Flags of the two ways in, typed together, can't both be meant. What only a config says gives way to what is typed. */
function checkTogether(flags: Layer): void {
  const list = [flags.units && '--units', flags.probe && '--probe'].filter(Boolean);
  if (list.length > 0 && flags.emitTasks)
    throw usage(`${list[0]} and --emit-tasks exclude each other: tasks are about units of a build`);
  const build = [
    flags.build && '--build',
    flags.test && '--test',
    flags.target && '--target',
    flags.compileCommands && '--compile-commands',
    flags.rebuild && '--rebuild',
  ].filter(Boolean);
  if (list.length > 0 && build.length > 0)
    throw usage(`${list[0]} and ${build[0]} exclude each other: units come from a list or from a build`);
  if (flags.build !== undefined && flags.compileCommands !== undefined)
    throw usage('--build and --compile-commands exclude each other: give the one that names the units');
}

const usage = (reason: string): SwarmError =>
  new SwarmError(`usage: ${reason}`, { code: 'usage', exit: EXIT.usage });

function checkNumbers(shared: SearchSettings): void {
  const wrong: string[] = [];
  if (!Number.isInteger(shared.jobs) || shared.jobs < 1 || shared.jobs > 256)
    wrong.push('--jobs takes 1 to 256');
  if (!(shared.confidence > 0.5 && shared.confidence < 1))
    wrong.push('--confidence takes a number between 0.5 and 1');
  if (!Number.isInteger(shared.repeat) || shared.repeat < 1)
    wrong.push('--repeat takes a whole number from 1');
  if (!Number.isInteger(shared.enumerate) || shared.enumerate < 0)
    wrong.push('--enumerate takes a whole number from 0');
  if (shared.probeTimeoutMs !== undefined && !(shared.probeTimeoutMs > 0))
    wrong.push('--probe-timeout takes seconds above 0');
  if (wrong.length > 0) throw usage(wrong.join('; '));
}

function missing(flags: readonly string[]): SwarmError {
  return new SwarmError(`usage: ${flags.join(', ')} missing`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: 'give it as a flag, or in swarm.config.yaml (`swarm init` writes one)',
  });
}

/** A compiler as typed: a path is relative to `base`, a bare name is looked up in PATH. */
export function compilerPath(cc: string, base: string): string {
  return cc.includes('/') ? resolve(base, cc) : cc;
}
